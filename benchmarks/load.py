"""load: drive an SMTP server with real messages over many connections, and tell what it answered and how fast.

    python -m benchmarks.load 127.0.0.1:2525 --count 5000 --connections 8
    python -m benchmarks.load 127.0.0.1:2525 mail/ archive.mbox --fresh

As a library, `run(port, wires(messages))`. Commands are pipelined where the server offers it, as mail servers do. A
message whose connection breaks before the reply counts as code 0. A server that cannot be reached is an `OSError`.
"""

import argparse
import asyncio
import mailbox
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import cast

from tests.messages import typical

_LINE_END = re.compile(rb"\r\n|\r|\n")
_VARIETY = 500  # different messages that are generated


@dataclass
class Result:
    """`codes` counts final replies; `latencies` are seconds from MAIL (with `fresh`: from connecting) to that reply."""

    codes: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Messages answered a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency that `percent` of the messages did not exceed, in seconds; 0 if there were none."""
        ordered = sorted(self.latencies) or [0.0]
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def __str__(self) -> str:
        replies = ", ".join(f"{count} of {code or 'no reply'}" for code, count in sorted(self.codes.items()))
        latency = " ".join(f"p{p} {self.percentile(p) * 1000:.1f}" for p in (50, 95, 99))
        return f"{self.rate:.0f} msg/s; {replies}; ms: {latency}"


def wires(messages: Iterable[bytes]) -> list[bytes]:
    """Messages as they follow DATA: dots doubled, the final dot at the end (RFC 5321 §4.5.2)."""
    return [_wire(message) for message in messages]


def _wire(message: bytes) -> bytes:
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    return (b"\r\n" + ended).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


def generated(count: int) -> Iterator[bytes]:
    """`count` wires of generated mail, 6 KB in the mean; it repeats itself after a while."""
    return islice(cycle(wires(map(typical, range(min(count, _VARIETY))))), count)


def stored(places: Iterable[Path]) -> Iterator[bytes]:
    """The messages of directories (one a file), mailboxes and files, line ends made CRLF."""
    for place in places:
        if place.is_dir():
            yield from stored(sorted(path for path in place.rglob("*") if path.is_file()))
        elif place.suffix == ".mbox":
            yield from (_LINE_END.sub(b"\r\n", message.as_bytes()) for message in mailbox.mbox(place))
        else:
            yield _LINE_END.sub(b"\r\n", place.read_bytes())


@dataclass
class _Run:
    """What all connections share."""

    wires: Iterator[bytes]
    envelope: list[bytes]
    fresh: bool
    result: Result = field(default_factory=Result)
    exhausted: bool = False

    def next(self) -> bytes | None:
        wire = next(self.wires, None)
        self.exhausted = self.exhausted or wire is None
        return wire


class _Session(asyncio.Protocol):
    """One connection: sends the next message as soon as the last is answered."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._buffer = b""
        self._reply: Callable[[int], None] = self._greeted
        self._pipelining = False
        self._wire: bytes | None = None
        self._refusal = 0
        self._started = time.perf_counter()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._wire is not None:
            self._count(self._refusal)
        self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        for line in lines:
            self._pipelining |= line[4:].upper() == b"PIPELINING"
            if line[3:4] != b"-":
                self._reply(int(line[:3]))

    def _greeted(self, code: int) -> None:
        self._reply = self._ready
        if code < 400:
            self._transport.write(b"EHLO load.test\r\n")
        else:
            self._turned_away(code)

    def _ready(self, code: int) -> None:
        if code < 400:
            self._begin()
        else:
            self._turned_away(code)

    def _turned_away(self, code: int) -> None:
        """A session that is refused costs a message its place, or a server that refuses all would never end a run."""
        self._wire = self._run.next()
        if self._wire is not None:
            self._count(code)
        self._quit()

    def _begin(self) -> None:
        self._wire = self._run.next()
        self._refusal = 0
        if self._wire is None:
            self._quit()
            return
        if not self._run.fresh:
            self._started = time.perf_counter()
        self._unsent = iter(self._run.envelope)
        self._unanswered = len(self._run.envelope)
        self._reply = self._enveloped
        self._transport.write(b"".join(self._unsent) if self._pipelining else next(self._unsent))

    def _enveloped(self, code: int) -> None:
        self._unanswered -= 1
        if code >= 400:
            self._refusal = self._refusal or code
        if self._unanswered:
            self._transport.write(next(self._unsent, b""))
        elif code == 354:
            assert self._wire is not None
            self._reply = self._answered
            self._transport.write(self._wire)
        else:
            self._answered(self._refusal or code)

    def _answered(self, code: int) -> None:
        self._count(code)
        if self._run.fresh or code == 421:
            self._quit()
        else:
            self._begin()

    def _quit(self) -> None:
        self._reply = self._closed
        self._transport.write(b"QUIT\r\n")

    def _closed(self, _code: int) -> None:
        self._transport.close()

    def _count(self, code: int) -> None:
        self._wire = None
        self._run.result.codes[code] += 1
        self._run.result.latencies.append(time.perf_counter() - self._started)


async def load(
    host: str,
    port: int,
    wires: Iterable[bytes],
    connections: int = 8,
    *,
    fresh: bool = False,
    sender: str = "ann@out.test",
    recipient: str = "kim@example.org",
) -> Result:
    """Send all `wires`, each once, over `connections` at a time; with `fresh` each over a connection of its own."""
    envelope = [f"MAIL FROM:<{sender}>\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]
    run = _Run(iter(wires), envelope, fresh)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_send(host, port, run))
    run.result.seconds = time.perf_counter() - started
    return run.result


async def _send(host: str, port: int, run: _Run) -> None:
    while not run.exhausted:
        _, session = await asyncio.get_running_loop().create_connection(lambda: _Session(run), host, port)
        await session.gone


def run(
    port: int, wires: Iterable[bytes], connections: int = 8, *, fresh: bool = False, host: str = "127.0.0.1"
) -> Result:
    """`load` from a program without a loop."""
    return _finish(load(host, port, wires, connections, fresh=fresh))


def _finish(loading: Coroutine[None, None, Result]) -> Result:
    """On uvloop if it is there."""
    with suppress(ImportError):
        import uvloop

        return uvloop.run(loading)
    return asyncio.run(loading)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Drive an SMTP server with real messages.")
    parser.add_argument("server", help="host:port")
    parser.add_argument("mail", nargs="*", type=Path, help="directories, .mbox files, messages; none: generated ones")
    parser.add_argument("--count", type=int, default=2000, help="messages to send")
    parser.add_argument("--connections", type=int, default=8, help="at a time")
    parser.add_argument("--fresh", action="store_true", help="a connection for each message")
    parser.add_argument("--sender", default="ann@out.test")
    parser.add_argument("--recipient", default="kim@example.org")
    arguments = parser.parse_args()
    host, _, port = arguments.server.rpartition(":")
    found = wires(stored(arguments.mail))
    if arguments.mail and not found:
        parser.error("there are no messages in these places")
    chosen = islice(cycle(found), arguments.count) if found else generated(arguments.count)
    how = {"fresh": arguments.fresh, "sender": arguments.sender, "recipient": arguments.recipient}
    print(_finish(load(host, int(port), chosen, arguments.connections, **how)))


if __name__ == "__main__":
    _main()
