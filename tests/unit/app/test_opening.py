"""Attachments that bring their opener down: each message gets its finding and its verdict all the same."""

import asyncio
import base64
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from gatekeeper.app import build, opening
from gatekeeper.config import schema
from gatekeeper.lookups.gather import Gather
from gatekeeper.lookups.opener import Opener
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.pipeline.examination import Examination
from gatekeeper.values import Action, Client, Contents, Envelope, Verdict

HOSTILE = (sys.executable, "-I", str(Path(__file__).parents[1] / "lookups" / "hostile_opener.py"))
RECIPIENT = "bob@example.org"


def message(word: str) -> bytes:
    return (
        b"From: a@b.example\r\nContent-Type: application/zip; name=a.zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"PK\3\4" + word.encode())
    )


def judged(raw: bytes, opener: Opener, gather: Gather | None = None) -> Verdict:
    inspection, _ = build.judging(build.read(None))
    examination = Examination(inspection, Envelope("id", "test", Client(), None))
    examination.accept(RECIPIENT)

    async def drive():
        gathering = gather or Gather({Contents: opener}, 3.0, {Contents: opener.patience})
        try:
            return await gathering.drive(examination.message(raw))
        finally:
            opener.cells.close()

    return asyncio.run(drive())[RECIPIENT]


@pytest.mark.parametrize(
    ("word", "why", "outage"),
    [
        ("spin", "cpu time", "limit"),
        ("hoard", "memory", "limit"),
        ("write_file", "file size", "limit"),
        ("start_process", "processes", "limit"),
        ("open_file", "descriptors", "limit"),
        ("flood", "size of the answer", "limit"),
        ("sleep", "time", "limit"),
        ("crash", "crashed: SIGSEGV", "down"),
    ],
)
def test_the_message_is_held_and_the_reason_is_said(word, why, outage):
    seconds = 1.0 if word == "sleep" else 60.0
    opener = Opener(OpenerCage(cpu=1, memory=100_000_000, answer=1_000_000), seconds=seconds, program=HOSTILE)
    verdict = judged(message(word), opener)
    assert (verdict.action, verdict.reason) == (Action.QUARANTINE, f"opener-{outage}")
    assert [f.evidence for f in verdict.findings if f.name == "not-opened"] == [f"1: {why}"]


def test_an_archive_that_is_none_of_these_passes():
    opener = Opener(OpenerCage(), program=HOSTILE)
    assert judged(message(""), opener).action is Action.ACCEPT


def test_when_nobody_has_time_the_message_is_deferred():
    verdict = judged(message("sleep"), opener := Opener(OpenerCage(), program=HOSTILE), Gather({Contents: opener}, 0.1))
    assert (verdict.action, verdict.reason) == (Action.DEFER, "opener-timeout")


def test_the_limits_are_those_of_the_configuration():
    config = schema.Config(
        opener=schema.Opener(processes=3, seconds=7.0, cpu=5, memory=1000, limits=schema.OpenerLimits(depth=4))
    )
    opener = opening.opener(config)
    assert opener.patience == 15.0
    assert (opener.cells._cage.cpu, opener.cells._cage.memory, opener.cells._cage.limits.depth) == (5, 1000, 4)


def test_without_settings_the_limits_are_the_defaults():
    assert opening.opener(schema.Config()).cells._cage.limits == OpenLimits()


def test_what_is_not_installed_is_told_with_the_remedy(monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "pikepdf" else name)
    (problem,) = opening.missing()
    assert str(problem) == "opener: warning: PDF cannot be opened; pip install 'gatekeeper[open]'"


def test_the_system_s_library_is_looked_for_too(monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: name)
    monkeypatch.setattr(opening, "find_library", lambda name: None)
    (problem,) = opening.missing()
    assert problem.remedy == "apt install libarchive13"


@pytest.mark.skipif(find_library("archive") is None, reason="no libarchive; type: sudo apt-get install libarchive13")
def test_here_everything_is_installed():
    assert list(opening.missing()) == []
