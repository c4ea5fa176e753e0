"""A real clamd, where there is one, and servers that say what no sound one would."""

import asyncio
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from mmap import mmap
from types import SimpleNamespace

import pytest

from gatekeeper.config.addresses import clamd_socket
from gatekeeper.lookups.clamd import Clamd, Memory
from gatekeeper.lookups.clamd_engine import Patience
from gatekeeper.lookups.gather import Gather
from gatekeeper.values import Absent, Exceeded, Failed, Found, Refused, TimedOut, Virus
from tests.servers import clamd as servers
from tests.servers.clamd import EICAR_NAME, WORM, WORM_NAME, Liar, read_all, replies
from tests.servers.room import free_port

CLEAN = replies(b"stream: OK\0")
INFECTED = replies(b"stream: A.Worm FOUND\0")
SHORT = Patience(connect=0.3, reply=0.3)


@pytest.fixture(scope="module")
def engine() -> Iterator[servers.Clamd]:
    with servers.Clamd("StreamMaxLength 1M\n") as engine:
        yield engine


def asks(data) -> Virus:
    return Virus(sha256(data).hexdigest(), data)


def clamd(*engines: str, patience=None, **options) -> Clamd:
    return Clamd([clamd_socket(text) for text in engines], patience, **options)


def one(data, *engines: str, **options):
    return asyncio.run(clamd(*engines, **options).answer(asks(data)))


@pytest.mark.parametrize("way", ["unix", "tcp"])
@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"nothing special", Absent()),
        (b"", Absent()),
        (b"so " + WORM + b" it is", Found((WORM_NAME,))),
        (servers.EICAR, Found((EICAR_NAME,))),
        (b"-" * 500_000 + WORM, Found((WORM_NAME,))),
        (b"-" * 3_000_000 + WORM, Exceeded("the engine's limit of size")),
    ],
    ids=["clean", "empty", "worm", "eicar", "large", "too large for it"],
)
def test_what_a_real_engine_says(engine, way, data, answer):
    assert one(data, getattr(engine, way)) == answer


@pytest.mark.parametrize("limit", ["MaxFileSize", "MaxScanSize"])
def test_what_a_real_engine_did_not_look_at_is_not_called_clean(limit):
    """As `AlertExceedsMax` has it say."""
    with servers.Clamd(f"{limit} 100K\n") as engine:
        assert one(bytes(300_000) + WORM, engine.unix) == Exceeded(f"Heuristics.Limits.Exceeded.{limit}")


def test_a_message_that_lives_in_a_file_is_scanned(engine):
    with tempfile.TemporaryFile() as file:
        file.write(b"-" * 200_000 + WORM)
        file.flush()
        with mmap(file.fileno(), 0) as data:
            assert one(data, engine.unix) == Found((WORM_NAME,))


def test_a_message_that_is_gone_meanwhile_is_a_failure(engine):
    data = mmap(-1, 100)
    question = asks(data)
    gone = clamd(engine.tcp)
    data.close()
    assert asyncio.run(gone.answer(question)) == Failed("no reply")


def test_many_at_a_time(engine):
    async def main():
        scanner = clamd(engine.unix, at_once=3)
        answers = await asyncio.gather(*(scanner.answer(asks(b"%d" % n + WORM * (n % 2))) for n in range(20)))
        assert answers == [Found((WORM_NAME,)) if n % 2 else Absent() for n in range(20)]

    asyncio.run(main())


def test_what_is_larger_than_allowed_is_not_sent():
    with Liar(CLEAN) as liar:
        question = asks(bytes(101))
        assert clamd(liar.tcp, size=100).known(question) == Exceeded("more than 100 bytes")
        assert clamd(liar.tcp, size=101).known(question) is None
        assert liar.connections == 0


# what goes wrong


def cut(stream):
    """Close in the middle of what comes, with something unread: the client gets a reset."""
    stream.recv(20)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()


def flood(stream):
    with suppress(OSError):
        while True:
            stream.sendall(b"x" * 100_000)


def early(stream):
    """Reply to the first bytes, and close without reading the rest."""
    stream.recv(20)
    stream.sendall(b"INSTREAM size limit exceeded. ERROR\0")
    stream.close()


def silent(stream):
    with suppress(OSError):
        read_all(stream)


def stalls(stream):
    """It never reads what was sent to it."""


@pytest.mark.parametrize(
    ("deed", "answer"),
    [
        (cut, Failed("no reply")),
        (replies(b""), Failed("no reply")),
        (replies(b"stream: OK"), Failed("no reply")),
        (replies(b"\xff\xfe"), Failed("no reply")),
        (replies(b"UNKNOWN COMMAND\0"), Refused("it does not know INSTREAM")),
        (flood, Failed("no reply")),
        (early, Exceeded("the engine's limit of size")),
    ],
)
def test_an_engine_that_says_nothing_sensible(deed, answer):
    with Liar(deed) as liar:
        assert one(b"-" * 2_000_000, liar.tcp) == answer


@pytest.mark.parametrize("deed", [silent, stalls])
def test_an_engine_that_hangs(deed):
    with Liar(deed) as liar:
        answer = one(b"-" * 20_000_000, liar.tcp, patience=SHORT)
        assert answer == TimedOut(f"{liar.tcp}: no answer in 0.3 s")


def test_an_engine_that_is_not_there(tmp_path):
    port = free_port()
    assert one(b"", f"tcp:127.0.0.1:{port}") == Failed(f"tcp:127.0.0.1:{port}: Connection refused")
    assert one(b"", f"unix:{tmp_path}/none") == Failed(f"unix:{tmp_path}/none: No such file or directory")
    assert one(b"", f"unix:{tmp_path}/{'x' * 200}") == Failed(f"unix:{tmp_path}/{'x' * 200}: AF_UNIX path too long")
    assert one(b"") == Failed("no engine is named")


# several engines


@pytest.mark.parametrize("deed", [cut, silent, replies(b"Can't allocate memory ERROR\0"), early])
@pytest.mark.parametrize(("second", "answer"), [(CLEAN, Absent()), (INFECTED, Found(("A.Worm",)))])
def test_the_second_is_asked_when_the_first_does_not_say(deed, second, answer):
    with Liar(deed) as bad, Liar(second) as good:
        assert one(b"-" * 300_000, bad.tcp, good.tcp, patience=SHORT) == answer
        assert (bad.connections, good.connections) == (1, 1)


def test_the_second_is_left_alone_when_the_first_says():
    with Liar(CLEAN) as first, Liar(INFECTED) as second:
        assert one(b"", first.tcp, second.tcp) == Absent()
        assert second.connections == 0


def test_of_several_failures_the_one_that_says_most_is_told():
    with Liar(silent) as hangs, Liar(early) as small:
        nobody = f"tcp:127.0.0.1:{free_port()}"
        assert isinstance(one(b"", nobody, hangs.tcp, patience=SHORT), TimedOut)
        assert isinstance(one(b"", small.tcp, nobody, hangs.tcp, patience=SHORT), Exceeded)


def test_one_that_failed_three_times_in_a_row_rests_and_comes_back(monkeypatch):
    times = iter(range(0, 10_000_000, 1000))  # what rests is asked again at the next question

    async def main():
        scanner = clamd(bad.tcp, good.tcp, patience=SHORT, remember=0.0001)
        for number in range(5):
            assert await scanner.answer(asks(b"%d" % number)) == Absent()
        assert bad.connections == 6  # each asked for its version, and whether it lives
        bad.version = b"ClamAV 1.0/1\0"
        clock = SimpleNamespace(monotonic=lambda: next(times) + 1e9)
        monkeypatch.setattr("gatekeeper.lookups.clamd.time", clock)
        for number in range(3):
            assert await scanner.answer(asks(b"again %d" % number)) == Found(("A.Worm",))
        assert bad.connections == 9

    with Liar(INFECTED, None) as bad, Liar(CLEAN) as good:
        asyncio.run(main())


def test_messages_that_take_too_long_do_not_make_an_engine_rest():
    async def main():
        scanner = clamd(slow.tcp, patience=SHORT)
        for number in range(5):
            assert isinstance(await scanner.answer(asks(b"%d" % number)), TimedOut)
        slow.deed = INFECTED
        assert await scanner.answer(asks(b"worm")) == Found(("A.Worm",))

    with Liar(silent) as slow:
        asyncio.run(main())


def test_what_a_message_brings_about_does_not_make_an_engine_rest():
    async def main():
        scanner = clamd(liar.tcp)
        for number in range(5):
            assert isinstance(await scanner.answer(asks(b"%d" % number)), Exceeded)
        assert liar.connections == 5

    with Liar(early) as liar:
        asyncio.run(main())


# what is remembered


def test_the_same_bytes_are_scanned_once():
    async def main():
        scanner = clamd(liar.tcp)
        gather = Gather({Virus: scanner})
        for _ in range(3):
            assert await gather.answer([asks(b"x")]) == {asks(b"x"): Absent()}
        assert await gather.answer([asks(b"y")]) == {asks(b"y"): Absent()}
        assert liar.connections == 2

    with Liar(CLEAN) as liar:
        asyncio.run(main())


def test_new_signatures_make_it_be_scanned_again():
    async def main():
        scanner = clamd(liar.tcp)
        assert await scanner.answer(asks(b"x")) == Absent()
        scanner._engines[0]._asked -= 61.0
        assert scanner.known(asks(b"x")) is None
        liar.version, liar.deed = b"ClamAV 1.0/2\0", INFECTED
        assert await scanner.answer(asks(b"y")) == Found(("A.Worm",))
        assert scanner.known(asks(b"y")) == Found(("A.Worm",))
        assert scanner.known(asks(b"x")) is None

    with Liar(CLEAN) as liar:
        asyncio.run(main())


@pytest.mark.parametrize("version", [b"", b"UNKNOWN COMMAND\0"])
def test_of_an_engine_without_version_nothing_is_remembered(version):
    async def main():
        scanner = clamd(liar.tcp)
        assert await scanner.answer(asks(b"x")) == Absent()
        assert scanner.known(asks(b"x")) is None

    with Liar(CLEAN, version) as liar:
        asyncio.run(main())


def test_failures_are_not_remembered():
    async def main():
        scanner = clamd(liar.tcp)
        assert isinstance(await scanner.answer(asks(b"x")), Exceeded)
        liar.deed = CLEAN
        assert await scanner.answer(asks(b"x")) == Absent()

    with Liar(early) as liar:
        asyncio.run(main())


def test_memory_keeps_the_newest_for_its_time():
    memory = Memory(2, 60.0)
    for word in ("a", "b", "c"):
        memory.put(("", word), Absent())
    assert [memory.get(("", word)) for word in ("a", "b", "c")] == [None, Absent(), Absent()]
    brief = Memory(2, 0.0)
    brief.put(("", "a"), Absent())
    assert brief.get(("", "a")) is None
