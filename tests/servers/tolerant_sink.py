"""tolerant_sink: a next hop that takes every line end for a line end, for smuggling tests (CVE-2023-51764 and kin).

A dot alone between any two of CRLF, LF and CR ends the data, and what follows is read as commands: whoever sends
content that holds such a sequence delivers two messages here.
In a test: `with TolerantSink() as sink: … sink.port … sink.messages`.
"""

from __future__ import annotations

import re
import socketserver
import threading
from types import TracebackType
from typing import Self

_LINE_END = re.compile(rb"\r\n|\n|\r")
_END_OF_DATA = re.compile(rb"(?:^|\r\n|\n|\r)\.(?:\r\n|\n|\r)")


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._buffer = b""
        self._say("220 tolerant.test ESMTP")
        while (line := self._until(_LINE_END)) is not None:
            verb = line.split(b" ")[0].upper().decode("latin-1")
            self.server.commands.append(line.decode("latin-1"))
            if verb == "DATA":
                self._say("354 Go on")
                content = self._until(_END_OF_DATA)
                if content is None:
                    return
                self.server.messages.append(content)
                self._say("250 2.0.0 Taken")
            elif verb == "QUIT":
                self._say("221 2.0.0 Bye")
                return
            else:
                self._say("250-tolerant.test\r\n250-8BITMIME\r\n250 PIPELINING" if verb == "EHLO" else "250 2.0.0 OK")

    def _until(self, pattern: re.Pattern[bytes]) -> bytes | None:
        """Input up to what ends it, or None when the client has gone. A CR waits for the LF that may follow."""
        while True:
            end = pattern.search(self._buffer)
            if end and not (end.end() == len(self._buffer) and end[0].endswith(b"\r")):
                break
            data = self._receive()
            if not data:
                if end:
                    break
                return None
            self._buffer += data
        piece, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
        return piece

    def _receive(self) -> bytes:
        try:
            return bytes(self.request.recv(65536))
        except OSError:
            return b""

    def _say(self, text: str) -> None:
        try:
            self.request.sendall(text.encode() + b"\r\n")
        except OSError:
            self._buffer = b""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.messages: list[bytes] = []
        self.commands: list[str] = []


class TolerantSink:
    """`messages` are the contents taken, still dot-stuffed; `commands` every line that was read as one."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._server = _Server()
        self.port: int = self._server.server_address[1]
        self.messages, self.commands = self._server.messages, self._server.commands

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sink", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
