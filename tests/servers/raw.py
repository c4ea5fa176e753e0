"""raw: an SMTP client that writes whatever bytes it is told to, for clients that no library would play.

A server that is silent raises `TimeoutError`; one that hangs up makes `reply` return "".
"""

import socket
from types import TracebackType
from typing import Self

from tests.servers.room import LOOPBACK

_PATIENCE = 60.0


class Raw:
    """One connection; the greeting has been read."""

    def __init__(self, port: int, source: str = LOOPBACK) -> None:
        self.socket = socket.create_connection((LOOPBACK, port), _PATIENCE, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines = self.socket.makefile("rb")
        self.greeting = self.reply()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, without QUIT."""
        self._lines.close()
        self.socket.close()

    def write(self, data: bytes) -> None:
        """Send `data` as it is."""
        self.socket.sendall(data)

    def reply(self) -> str:
        """The next reply, its lines joined by a newline."""
        lines: list[str] = []
        try:
            while line := self._lines.readline():
                lines.append(line.decode("latin-1").rstrip("\r\n"))
                if line[3:4] != b"-":
                    break
        except ConnectionError:
            return ""
        return "\n".join(lines)

    def say(self, *commands: bytes) -> list[str]:
        """Send commands in one packet, CRLF added to each; their replies."""
        self.write(b"".join(command + b"\r\n" for command in commands))
        return [self.reply() for _ in commands]

    def begin(self, *to: str, sender: str = "ann@out.test") -> list[str]:
        """EHLO, MAIL, RCPT for each of `to` (kim@example.org if there is none), DATA; all replies, 354 the last."""
        recipients = [f"RCPT TO:<{address}>".encode() for address in to or ("kim@example.org",)]
        return self.say(b"EHLO raw.test", f"MAIL FROM:<{sender}>".encode(), *recipients, b"DATA")
