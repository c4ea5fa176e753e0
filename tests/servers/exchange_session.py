"""exchange_session: one connection of the Exchange stand-in, as an asyncio protocol. Only CRLF ends a line here."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from tests.servers.behaviour import Received

if TYPE_CHECKING:
    from tests.servers.exchange import Exchange

_PATH = re.compile(r'(?:FROM|TO):\s*<((?:"(?:[^"\\]|\\.)*"|[^"<>])*)>\s*(.*)', re.IGNORECASE | re.DOTALL)
_LONGEST_LINE = 8192
_numbers = itertools.count(1)


class Session(asyncio.Protocol):
    """Reads commands, answers them as `server.behaviour` says, hands messages to the server."""

    def __init__(self, server: Exchange) -> None:
        self.server, self.behaviour = server, server.behaviour
        self.number = next(_numbers)
        self.counted = False
        self.reads: list[bytes] = []
        self._buffer = bytearray()
        self._take: Callable[[], bool] = self._line
        self._scanned = self._chunk_left = 0
        self._paused = self._last_chunk = self.secure = False
        self._replies: list[bytes] = []
        self._helo = ""
        self._timers: list[asyncio.TimerHandle] = []
        self._reset()

    def _reset(self) -> None:
        self._sender: str | None = None
        self._mail_parameters = ""
        self._recipients: list[str] = []
        self._rcpt_parameters: list[str] = []
        self._content = bytearray()
        self._refused_chunk = ""

    # the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.secure:
            return
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        self._timers = [self._loop.call_later(self.behaviour.lifetime, self._expire), self._idle_timer()]
        if not self.server.opened(self):
            self._say("421 4.3.2 The maximum number of concurrent connections has exceeded a limit", close=True)
        else:
            self._answer("connect", f"220 {self.behaviour.hostname} Microsoft ESMTP MAIL Service ready", refuses=True)
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in self._timers:
            timer.cancel()
        self.server.closed(self)

    def cut(self) -> None:
        """Close without a word."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._timers[1].cancel()
        self._timers[1] = self._idle_timer()
        if self.behaviour.keep:
            self.reads.append(data)
        self._buffer += data
        self._work()

    def _work(self) -> None:
        while not self._paused and not self._transport.is_closing() and self._take():
            pass
        self._flush()

    def _idle_timer(self) -> asyncio.TimerHandle:
        return self._loop.call_later(self.behaviour.idle, self._expire)

    def _expire(self) -> None:
        self._say("421 4.4.1 Connection timed out", close=True)
        self._flush()

    # replies

    def _answer(self, step: str, usual: str, *, refuses: bool = False) -> bool:
        """Say what the behaviour wants at this step. True if it is positive."""
        return self._give(step, self.behaviour.reply(step, usual), refuses=refuses)

    def _give(self, step: str, text: str, *, refuses: bool = False) -> bool:
        """Say `text`, perhaps later, perhaps never. A refusal that `refuses` ends the session."""
        if step in self.behaviour.vanish:
            self._flush()
            self._transport.close()
            return False
        refused = text[:1] in "45"
        delay = self.behaviour.delays.get(step, 0.0) + (self.behaviour.tarpit if refused else 0.0)
        close = text.startswith(("421", "221")) or (refuses and refused)
        if delay:
            self._flush()
            self._paused = True
            self._timers.append(self._loop.call_later(delay, self._resume, text, close))
        else:
            self._say(text, close=close)
        return not refused

    def _resume(self, text: str, close: bool) -> None:
        self._paused = False
        self._say(text, close=close)
        self._work()

    def _say(self, text: str, *, close: bool = False) -> None:
        self._replies.append(text.encode("latin-1") + b"\r\n")
        if close:
            self._flush()
            self._transport.close()

    def _flush(self) -> None:
        if self._replies and not self._transport.is_closing():
            self._transport.write(b"".join(self._replies))
        self._replies.clear()

    # input: lines, dot-stuffed content, chunks

    def _line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_LINE:
                self._say("500 5.5.2 Line too long", close=True)
            return False
        line = self._buffer[:end].decode("utf-8", "surrogateescape")
        del self._buffer[: end + 2]
        verb, _, rest = line.partition(" ")
        if self.behaviour.keep:
            self.server.commands.append((self.number, line))
        command = getattr(self, f"_do_{verb.lower()}", None)
        if command is None:
            self._say("500 5.3.3 Unrecognized command")
        else:
            command(rest)
        return True

    def _data(self) -> bool:
        if self._buffer.startswith(b".\r\n"):
            content, length = b"", 3
        elif (end := self._buffer.find(b"\r\n.\r\n", max(0, self._scanned - 4))) >= 0:
            content, length = bytes(self._buffer[: end + 2]), end + 5
        else:
            self._scanned = len(self._buffer)
            return False
        del self._buffer[:length]
        if content.startswith(b"."):
            content = content[1:]
        self._take = self._line
        self._finish(content.replace(b"\r\n..", b"\r\n."), "DATA")
        return True

    def _chunk(self) -> bool:
        piece = self._buffer[: self._chunk_left]
        del self._buffer[: len(piece)]
        self._content += piece
        self._chunk_left -= len(piece)
        if self._chunk_left:
            return False
        self._take = self._line
        if self._refused_chunk:
            self._say(self._refused_chunk)
            self._reset()
        elif self._last_chunk:
            self._finish(bytes(self._content), "BDAT")
        else:
            self._answer("bdat", "250 2.6.0 Chunk received OK")
        return True

    def _finish(self, content: bytes, verb: str) -> None:
        reply = self.behaviour.dot(self._recipients)
        if reply.startswith("2"):
            self.server.received(
                Received(
                    self._sender or "",
                    tuple(self._recipients),
                    self._mail_parameters,
                    tuple(self._rcpt_parameters),
                    content,
                    verb,
                    self._helo,
                    self.secure,
                    self.number,
                )
            )
        self._reset()
        self._give("dot", reply)

    # commands

    def _do_ehlo(self, name: str) -> None:
        self._reset()
        self._helo = name
        self._answer("ehlo", "\r\n".join(self._greeting(name)))

    def _greeting(self, name: str) -> list[str]:
        words = [
            f"SIZE {self.behaviour.size}" if word == "SIZE" else word for word in sorted(self.behaviour.extensions)
        ]
        if self.behaviour.tls and not self.secure:
            words.append("STARTTLS")
        lines = [f"{self.behaviour.hostname} Hello [{name}]", *words]
        return [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]

    def _do_helo(self, name: str) -> None:
        self._reset()
        self._helo = name
        self._answer("helo", f"250 {self.behaviour.hostname} Hello")

    def _do_starttls(self, _rest: str) -> None:
        if not self.behaviour.tls or self.secure:
            self._say("502 5.3.3 Command not implemented")
        elif self._answer("starttls", "220 2.0.0 SMTP server ready"):
            self._buffer.clear()
            self._flush()
            self._paused = True
            self._shaking = self._loop.create_task(self._start_tls())

    async def _start_tls(self) -> None:
        assert self.behaviour.tls is not None
        self._transport.pause_reading()
        self.secure = True
        try:
            transport = await self._loop.start_tls(self._transport, self, self.behaviour.tls, server_side=True)
        except (OSError, EOFError):
            self._transport.abort()
            return
        assert transport is not None
        self._transport = cast(asyncio.Transport, transport)
        self._reset()
        self._helo, self._paused = "", False
        self._work()

    def _do_mail(self, rest: str) -> None:
        path = _PATH.match(rest)
        if not self._helo:
            self._say("503 5.5.2 Send hello first")
        elif self._sender is not None:
            self._say("503 5.5.2 Sender already specified")
        elif path is None:
            self._say("501 5.5.4 Invalid argument")
        elif self.behaviour.pressure:
            self._answer("mail", "452 4.3.1 Insufficient system resources")
        elif self._answer("mail", "250 2.1.0 Sender OK"):
            self._sender, self._mail_parameters = path[1], path[2]

    def _do_rcpt(self, rest: str) -> None:
        path = _PATH.match(rest)
        if self._sender is None:
            self._say("503 5.5.2 Need mail command")
        elif path is None:
            self._say("501 5.5.4 Invalid argument")
        elif self._give("rcpt", self.behaviour.rcpt(path[1])):
            self._recipients.append(path[1])
            self._rcpt_parameters.append(path[2])

    def _do_data(self, _rest: str) -> None:
        if not self._recipients:
            self._say("503 5.5.2 Need rcpt command")
        elif self._answer("data", "354 Start mail input; end with <CRLF>.<CRLF>"):
            self._scanned, self._take = 0, self._data

    def _do_bdat(self, rest: str) -> None:
        words = rest.split()
        if not words or not words[0].isdecimal():
            self._say("501 5.5.4 Invalid argument", close=True)
            return
        self._chunk_left, self._last_chunk = int(words[0]), words[1:2] == ["LAST"]
        if "CHUNKING" not in self.behaviour.extensions:
            self._refused_chunk = "500 5.3.3 Unrecognized command"
        elif not self._recipients:
            self._refused_chunk = "503 5.5.2 Need rcpt command"
        self._take = self._chunk

    def _do_rset(self, _rest: str) -> None:
        self._reset()
        self._answer("rset", "250 2.0.0 Resetting")

    def _do_noop(self, _rest: str) -> None:
        self._answer("noop", "250 2.0.0 OK")

    def _do_quit(self, _rest: str) -> None:
        self._answer("quit", "221 2.0.0 Service closing transmission channel")
