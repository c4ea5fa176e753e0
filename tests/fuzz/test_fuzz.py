"""The short form of the fuzzing that `make fuzz` does, the cases that it has found, and whether it would find any."""

import os

import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.cases import CASES
from tests.fuzz.targets import TARGETS
from tests.fuzz.worker import input_of

HERE = "tests.fuzz.test_fuzz"
PATIENCE = 10.0
"""Seconds for one input: a machine that is slow or shared is no finding; what hangs hangs for longer."""

_left = iter(CASES.values())


def raises(raw: bytes) -> None:
    if raw[:1] > b"M":
        raise ValueError("too late in the alphabet")


def hangs(raw: bytes) -> None:
    if raw[:1] > b"M":
        while True:
            raw.count(b"x")


def swells(raw: bytes) -> None:
    assert len(bytearray(b"x") * 400_000_000) > len(raw)


def dies(raw: bytes) -> None:
    os.abort()


def cases(raw: bytes) -> None:
    target, data = next(_left)
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found(target):
    outcome = fuzz(0, seed=1, count=150, step=1, names=[target], seconds=PATIENCE)
    assert not outcome.findings
    assert outcome.peak > 0


def test_what_was_found_is_found_no_more():
    assert not fuzz(0, seed=1, count=len(CASES), step=1, names=[f"{HERE}:cases"], seconds=PATIENCE).findings


@pytest.mark.parametrize(
    ("target", "why"),
    [("raises", "ValueError"), ("hangs", "more than 1.0 s"), ("swells", "MB resident"), ("dies", "ended the process")],
)
def test_it_would_be_found(target, why):
    count, seconds = 2 if target != "raises" else 20, PATIENCE if target == "swells" else 1.0
    outcome = fuzz(0, seed=1, count=count, step=1, names=[f"{HERE}:{target}"], seconds=seconds)
    assert outcome.findings
    assert all(why in str(finding["why"]) for finding in outcome.findings)


def test_an_input_can_be_repeated():
    seeds = {"words": [b"a", b"b\r\nc"]}
    assert input_of(7, 3, seeds, ["words"]) == input_of(7, 3, seeds, ["words"])
    assert len({input_of(7, number, seeds, ["words"])[1] for number in range(50)}) > 30
