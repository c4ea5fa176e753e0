"""sink: a mail server that takes everything and keeps nothing, fast enough not to be what is measured.

From the shell: `python -m benchmarks.sink --port 2600`; it prints where it listens, serves until SIGTERM or SIGINT,
and prints how many messages it took at SIGUSR1 and at the end. In a benchmark: `with Sink() as sink: … sink.port,
sink.taken()`, which runs it as a process of its own.
"""

import argparse
import asyncio
import signal
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self, cast

_GREETING = b"220 sink.test ESMTP\r\n"
_EXTENSIONS = (
    b"250-sink.test\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n"
    b"250 ENHANCEDSTATUSCODES\r\n"
)
_OK = b"250 2.0.0 OK\r\n"
_TAKEN = b"250 2.6.0 Taken\r\n"
_GO_ON = b"354 Go on\r\n"
_BYE = b"221 2.0.0 Bye\r\n"
_END = b"\r\n.\r\n"


class Session(asyncio.Protocol):
    """One connection. Only CRLF ends a line; the replies to what one read brought go out in one write."""

    taken = 0  # by all sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(_GREETING)
        self._buffer = bytearray()
        self._scanned = 0
        self._content = False

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        replies: list[bytes] = []
        while (reply := self._dot() if self._content else self._command()) is not None:
            replies.append(reply)
        if replies:
            self._transport.write(b"".join(replies))
            if replies[-1] is _BYE:
                self._transport.close()

    def _command(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return None
        verb = bytes(self._buffer[:4]).upper()
        # What DATA leaves in front of the content is its own CRLF, so that a message may begin with the dot.
        del self._buffer[: end if verb == b"DATA" else end + 2]
        if verb == b"DATA":
            self._content, self._scanned = True, 0
            return _GO_ON
        return {b"EHLO": _EXTENSIONS, b"QUIT": _BYE}.get(verb, _OK)

    def _dot(self) -> bytes | None:
        end = self._buffer.find(_END, self._scanned)
        if end < 0:
            self._scanned = max(0, len(self._buffer) - len(_END) + 1)
            return None
        del self._buffer[: end + len(_END)]
        self._content = False
        Session.taken += 1
        return _TAKEN


class Sink:
    """The sink as a process of its own. `took` is known when it has stopped, `taken()` at any time."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().rpartition(":")[2])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        said, _ = self._process.communicate()
        self.took = int(said.split()[-2])

    def taken(self) -> int:
        """How many messages it has taken so far."""
        self._process.send_signal(signal.SIGUSR1)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline().split()[1])


async def serve(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    loop.add_signal_handler(signal.SIGUSR1, _tell)
    server = await loop.create_server(Session, host, port, backlog=512)
    print("listening on {}:{}".format(*server.sockets[0].getsockname()[:2]), flush=True)
    await stopped.wait()
    server.close()
    _tell()


def _tell() -> None:
    print(f"took {Session.taken} messages", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A mail server that takes everything and keeps nothing.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    with suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(serve(arguments.host, arguments.port))
