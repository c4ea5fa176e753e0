"""Rules are matched by a process of their own, with limits, whatever the message does to them."""

import asyncio
import os
import signal
from hashlib import sha256
from mmap import mmap

import pytest

pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")

from gatekeeper.lookups import yara_wire
from gatekeeper.lookups.gather import Gather
from gatekeeper.lookups.yara import Scanner
from gatekeeper.lookups.yara_rules import compile_rules
from gatekeeper.values import Exceeded, Failed, Hit, Matched, Yara

RULES = """\
rule Sample { meta: score = 2.5 strings: $a = "yara-sample" condition: $a }
rule Worm { meta: action = "reject" strings: $a = "yara-worm" condition: $a }
rule Slow {
    condition: uint32(0) == 0x776f6c73 and for any i in (0..filesize): (for any j in (0..filesize): (uint8(j) == 1))
}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> bytes:
    directory = tmp_path_factory.mktemp("rules")
    (directory / "test.yar").write_text(RULES)
    compiled, _ = compile_rules(directory)
    return compiled.packed


def asks(*data) -> Yara:
    return Yara(sha256(b"".join(map(bytes, data))).hexdigest(), data)


def run(rules, work, **options):
    """What `work(scanner)` returns."""

    async def main():
        scanner = Scanner(rules, **options)
        try:
            return await work(scanner)
        finally:
            scanner.cells.close()

    return asyncio.run(main())


def one(rules, *data, **options):
    return run(rules, lambda scanner: scanner.answer(asks(*data)), **options)


def test_each_reading_is_matched_by_itself(rules):
    answer = one(rules, b"a yara-sample", b"nothing", b"yara-worm yara-sample")
    assert answer == Matched((Hit("Sample", 0, 2.5), Hit("Sample", 2, 2.5), Hit("Worm", 2, None, "reject")))


def test_nothing_matches(rules):
    assert one(rules, b"nothing", b"", b"yara-", b"sample") == Matched()


def test_a_large_message_in_a_file(rules):
    with mmap(-1, 3_000_000) as data:
        data[2_000_000:2_000_011] = b"yara-sample"
        assert one(rules, b"x", data) == Matched((Hit("Sample", 1, 2.5),))


def test_a_message_that_is_gone_meanwhile_is_no_match(rules):
    data = mmap(-1, 600_000)
    question = asks(data)

    class Gone:
        def __len__(self):
            return len(data)

        def __getitem__(self, where):
            if where.start:
                data.close()
            return data[where]

    question = Yara(question.sha256, (Gone(),))
    assert run(rules, lambda scanner: scanner.answer(question)) == Exceeded("time")


def test_what_takes_too_long_is_ended_and_the_next_message_is_scanned(rules):
    async def both(scanner):
        return await scanner.answer(asks(b"slow" + bytes(600_000))), await scanner.answer(asks(b"yara-worm"))

    first, second = run(rules, both, seconds=0.5)
    assert first == Exceeded("time")
    assert second == Matched((Hit("Worm", 0, None, "reject"),))


def test_no_more_processor_time_is_allowed_than_time(rules):
    async def cage(scanner):
        return scanner.cells._cage.cpu

    assert run(rules, cage, seconds=2.5) == 3


def test_what_is_too_large_is_left_out(rules):
    assert one(rules, b"x" * 101, b"x", size=100) == Exceeded("more than 100 bytes")
    assert one(rules, b"x" * 101, b"yara-worm", size=100) == Matched((Hit("Worm", 1, None, "reject"),))
    assert one(rules, b"x" * 100, size=100) == Matched()


def test_a_scanner_that_is_killed_is_replaced(rules):
    async def killed(scanner):
        first = await scanner.answer(asks(b"yara-worm"))
        os.kill(scanner.cells._process.pid, signal.SIGKILL)
        while not scanner.cells._process.has_ended():  # noqa: ASYNC110 — nothing tells
            await asyncio.sleep(0.01)
        return first, await scanner.answer(asks(b"yara-worm"))

    first, second = run(rules, killed)
    assert first == second == Matched((Hit("Worm", 0, None, "reject"),))


def test_rules_that_cannot_be_loaded_are_a_failure():
    async def twice(scanner):
        return [await scanner.answer(asks(b"x")) for _ in range(3)]

    answers = run(b"no rules", twice)
    assert answers == [*[Failed("the YARA scanner has ended")] * 2, Failed("the YARA scanner does not start")]


@pytest.mark.parametrize("reading", [-1, 1, 10**12])
def test_an_answer_about_what_was_not_asked_is_nonsense(rules, monkeypatch, reading):
    monkeypatch.setattr("gatekeeper.lookups.yara.yara_wire.decode", lambda _: Matched((Hit("Worm", reading),)))
    assert one(rules, b"x") == Failed("nonsense")


@pytest.mark.parametrize("written", [b"", b"z", b"m", b"m\xff", b"m\x91\x01", b"m\x91\x81\xa4rule\x01"])
def test_nonsense_is_no_answer(written):
    with pytest.raises(ValueError):
        yara_wire.decode(written)


def test_threads_ask_through_a_gather(rules):
    scanner = Scanner(rules)
    gather = Gather({Yara: scanner}, 3.0, {Yara: scanner.patience})

    def steps():
        return (yield frozenset({asks(b"yara-worm")}))

    answers = gather.drive_blocking(steps(), 20.0)
    assert answers[asks(b"yara-worm")] == Matched((Hit("Worm", 0, None, "reject"),))
    gather._background.call_soon_threadsafe(scanner.cells.close)
