"""Real processes that do what hostile attachments would have them do, and what the gateway makes of it."""

import asyncio
import os
import signal
import socket
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from gatekeeper.lookups import opener_wire
from gatekeeper.lookups.cell_process import CellProcess
from gatekeeper.lookups.cells import Memory, Outcome
from gatekeeper.lookups.gather import Gather
from gatekeeper.lookups.opener import Opener
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.values import Contents, Exceeded, Failed, Item, Opened, Refused, TimedOut

PROGRAM = (sys.executable, "-I", str(Path(__file__).with_name("hostile_opener.py")))
CAGE = OpenerCage(cpu=1, memory=100_000_000, answer=1_000_000)


def asks(word: str, *names: str) -> Contents:
    data = word.encode()
    return Contents(sha256(data).hexdigest(), names, data)


def run(work, seconds=60.0, cage=CAGE, program=PROGRAM, at_once=2):
    """What `work(opener)` returns; afterwards no process is left."""

    async def main():
        opener = Opener(cage, at_once, seconds, program)
        try:
            return await work(opener)
        finally:
            opener.cells.close()

    return asyncio.run(main())


def one(word: str, *names: str, **options):
    return run(lambda opener: opener.answer(asks(word, *names)), **options)


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("spin", Exceeded("cpu time")),
        ("ignore_and_spin", Exceeded("cpu time")),
        ("hoard", Exceeded("memory")),
        ("be_killed", Exceeded("memory")),
        ("write_file", Exceeded("file size")),
        ("start_process", Exceeded("processes")),
        ("open_file", Exceeded("descriptors")),
        ("open_socket", Exceeded("descriptors")),
        ("flood", Exceeded("size of the answer")),
        ("babble", Exceeded("size of the answer")),
        ("crash", Failed("crashed: SIGSEGV")),
        ("abort", Failed("crashed: SIGABRT")),
        ("leave", Failed("ended with status 3")),
        ("fail", Failed("ValueError: no such format")),
        ("miss", Failed("no no_such_library: is gatekeeper[open] installed?")),
        ("lift_limits", Failed("ValueError: not allowed to raise maximum limit")),
    ],
)
def test_each_limit_ends_the_process_and_the_next_attachment_is_opened(word, answer):
    async def both(opener):
        return await opener.answer(asks(word)), await opener.answer(asks("", "a.txt"))

    first, second = run(both)
    assert first == answer
    assert isinstance(second, Opened)
    assert second.item.names == ("a.txt",)


def test_time_by_the_clock_ends_it():
    assert one("sleep", seconds=0.3) == Exceeded("time")


def test_each_attachment_has_a_process_of_its_own_and_the_limits_arrive():
    async def two(opener):
        return [await opener.answer(asks("", name)) for name in ("a", "b")]

    answers = run(two, cage=OpenerCage(limits=OpenLimits(depth=7)))
    said = [answer.item.sha256 for answer in answers]
    assert said[0] != said[1]
    assert all(text.startswith("depth 7, pid ") for text in said)


def test_a_child_has_no_rights_and_two_kinds_of_files():
    """Standard input, output and errors (/dev/null), the stream, and what the hostile program opened before."""
    answer = one("rights")
    assert answer.item.names == ("True", "1", str(int(signal.SIGKILL)), "5", "True")


def test_names_that_are_no_text_arrive():
    names = ("a\udce9.zip", "e\u0301\u202e")
    answer = one("", *names)
    assert answer.item.names == ("a?.zip", "e\u0301\u202e")


def test_data_is_left_out_rather_than_the_answer():
    answer = one("talk")
    assert isinstance(answer, Opened)
    assert answer.item.data == b""


DEEP = b"\x91" * 5000


@pytest.mark.parametrize("said", [b"", b"o", b"oxyz", b"o\x90", b"z", b"o" + DEEP, b"o\x81\xa5items" + DEEP])
def test_nonsense_is_a_failure(said):
    async def lie(opener):
        return await opener.answer(Contents("0", (), b"lie " + said))

    assert run(lie) == Failed("ended with status 0")


def test_a_tree_too_deep_is_nonsense():
    item = Item("", (), "zip", 0, "")
    for _ in range(150):
        item = replace(item, items=(item,))

    async def lie(opener):
        return await opener.answer(Contents("0", (), b"lie o" + msgspec.msgpack.encode(item)))

    assert run(lie) == Failed("ended with status 0")


def test_a_large_attachment_passes():
    data = b"\0" * 20_000_000

    async def large(opener):
        return await opener.answer(Contents("0", (), b"rights" + b" " + data))

    assert isinstance(run(large), Opened)


def test_only_so_many_are_opened_at_once_and_the_rest_wait():
    async def many(opener):
        begun = time.monotonic()
        answers = await asyncio.gather(*(opener.answer(asks("wait 0.1", str(i))) for i in range(4)))
        return answers, time.monotonic() - begun

    answers, seconds = run(many, at_once=1)
    assert [type(answer) for answer in answers] == [Opened] * 4
    assert seconds > 0.4


def test_who_waits_too_long_is_told_so():
    async def two(opener):
        return await asyncio.gather(*(opener.answer(asks("wait 5", name)) for name in "ab"))

    assert run(two, at_once=1, seconds=0.3) == [Exceeded("time"), TimedOut("no process was free for 0.3 s")]


def test_too_many_are_refused(monkeypatch):
    monkeypatch.setattr("gatekeeper.lookups.cells._WAITING", 1)

    async def three(opener):
        return await asyncio.gather(*(opener.answer(asks("wait 0.1", name)) for name in "abc"))

    assert [type(answer) for answer in run(three, at_once=1)] == [Opened, Opened, Refused]


def test_an_opener_that_died_unnoticed_is_replaced_before_the_next_question():
    async def killed(opener):
        opener.cells.start()
        os.kill(opener.cells._process.pid, signal.SIGKILL)
        await asyncio.to_thread(os.waitid, os.P_PID, opener.cells._process.pid, os.WEXITED | os.WNOWAIT)
        return await opener.answer(asks(""))

    assert isinstance(run(killed), Opened)


def test_an_opener_that_is_killed_is_replaced(caplog):
    async def killed(opener):
        first = await opener.answer(asks(""))
        sleeping = asyncio.ensure_future(opener.answer(asks("sleep")))
        await asyncio.sleep(0.05)
        os.kill(opener.cells._process.pid, signal.SIGKILL)
        return first, await sleeping, await opener.answer(asks("", "b"))

    first, during, after = run(killed)
    assert isinstance(first, Opened)
    assert during == Failed("the opener has ended")
    assert isinstance(after, Opened)
    assert "started again" in caplog.text


def test_an_opener_that_does_not_start_is_not_started_all_the_time():
    async def thrice(opener):
        return [await opener.answer(asks("", name)) for name in "abc"]

    answers = run(thrice, program=(sys.executable, "-c", "raise SystemExit"))
    assert answers == [*[Failed("the opener has ended")] * 2, Failed("the opener does not start")]


@pytest.mark.parametrize("end", [CellProcess.close, lambda process: process._control.shutdown(socket.SHUT_WR)])
def test_children_end_with_the_opener_and_that_with_the_gateway(end):
    """What holds the opener is its control socket, whose other end closes when the gateway worker dies."""

    async def abandoned(opener):
        await opener.answer(asks(""))
        sleeping = asyncio.ensure_future(opener.answer(asks("sleep")))
        await asyncio.sleep(0)
        pids = [opener.cells._process.pid, *await asyncio.to_thread(_children, opener.cells._process.pid)]
        end(opener.cells._process)
        assert await sleeping == Failed("the opener has ended")
        return pids

    for pid in run(abandoned):
        _wait_for(pid)


def _children(pid: int) -> list[int]:
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        time.sleep(0.01)
    return [int(child) for child in children]


def _wait_for(pid: int) -> None:
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_was_opened_is_remembered_by_its_bytes_and_names():
    async def again(opener):
        asked, renamed = asks("", "a"), asks("", "b")
        first = await opener.answer(asked)
        return first, opener.known(asked), opener.known(renamed)

    first, known, renamed = run(again)
    assert known == first
    assert renamed is None


@pytest.mark.parametrize(
    ("word", "seconds", "known"), [("sleep", 0.3, None), ("crash", 20.0, None), ("spin", 60.0, Exceeded("cpu time"))]
)
def test_what_another_time_may_go_better_is_not_remembered(word, seconds, known):
    async def again(opener):
        await opener.answer(asks(word))
        return opener.known(asks(word))

    assert run(again, seconds=seconds) == known


def test_the_memory_has_an_end():
    memory = Memory(2, 100)
    answers = [Failed(str(number)) for number in range(4)]
    for number in range(2):
        memory.put((str(number), ()), Outcome(answers[number], 10, final=True))
    assert memory.get(("0", ())) == answers[0]  # asked for last: stays longest
    memory.put(("2", ()), Outcome(answers[2], 10, final=True))
    assert [memory.get((str(number), ())) for number in range(3)] == [answers[0], None, answers[2]]
    memory.put(("3", ()), Outcome(answers[3], 95, final=True))
    assert [memory.get((str(number), ())) for number in range(4)] == [None, None, None, answers[3]]
    memory.put(("4", ()), Outcome(answers[0], 101, final=True))
    assert memory.get(("4", ())) is None


def test_threads_ask_through_a_gather():
    opener = Opener(CAGE, program=PROGRAM)

    def steps():
        answers = yield frozenset({asks("", "a"), asks("hoard")})
        return answers

    gather = Gather({Contents: opener}, 3.0)
    answers = gather.drive_blocking(steps(), 20.0)
    assert isinstance(answers[asks("", "a")], Opened)
    assert answers[asks("hoard")] == Exceeded("memory")
    gather._background.call_soon_threadsafe(opener.cells.close)


def test_a_kind_that_does_not_exist_is_nonsense():
    item = Item("", (), "html", 1, "", items=(Item("x", (), "no such kind", 1, ""),))
    with pytest.raises(ValueError, match="no such kind"):
        opener_wire.decode(opener_wire.encode(Opened(item), 10_000))
