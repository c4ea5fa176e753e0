"""smtp_client_replies: what a server says → replies (RFC 5321 §4.2).

Tolerant where it does no harm: a line may end in LF alone, hold no text, be long, hold any bytes (what is not printable
ASCII becomes `?`). Bounded always. Fails with `Garbled` on what is no reply; nothing can be read from that server then.
"""

from __future__ import annotations

from functools import lru_cache

from gatekeeper.values import Reply

LONGEST_LINE = 4096  # RFC 5321 §4.5.3.1.5 says 512
MOST_LINES = 128  # of one reply
_KEPT = 500  # characters of a line


class Garbled(Exception):  # noqa: N818  # it says what the server did
    """The server does not speak SMTP."""


class ReplyReader:
    """Feed it bytes, take whole replies."""

    __slots__ = ("_buffer", "_code", "_lines")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._code = b""
        self._lines: list[str] = []

    @property
    def pending(self) -> bool:
        """Bytes are waiting that no reply has used."""
        return bool(self._buffer or self._lines)

    def feed(self, data: bytes) -> None:
        """More bytes from the server."""
        self._buffer += data

    def take(self) -> Reply | None:
        """The next whole reply, if it is there. Raises `Garbled`."""
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if self._line(line.removesuffix(b"\r")):
                reply, self._lines = _reply(int(self._code), self._lines), []
                return reply
        if len(self._buffer) > LONGEST_LINE:
            raise Garbled("endless line")
        return None

    def _line(self, line: bytes) -> bool:
        """Keep one line. True if it ends a reply."""
        code, mark = line[:3], line[3:4]
        if len(line) > LONGEST_LINE or not _is_code(code) or mark not in (b"", b" ", b"-"):
            raise Garbled("not a reply")
        if self._lines and code != self._code:
            raise Garbled("two codes in one reply")
        if len(self._lines) >= MOST_LINES:
            raise Garbled("endless reply")
        self._code = code
        self._lines.append(_printable(line[4:]))
        return mark != b"-"


def _is_code(code: bytes) -> bool:
    return len(code) == 3 and code.isdigit() and code[0] in b"2345"


def _reply(code: int, lines: list[str]) -> Reply:
    """Take the enhanced status code (RFC 2034) off every line that begins with it."""
    status = lines[0].partition(" ")[0]
    if not _is_status(status, code):
        return Reply(code, "", tuple(lines))
    return Reply(code, status, tuple(line.removeprefix(status).removeprefix(" ") for line in lines))


@lru_cache(maxsize=256)
def _is_status(word: str, code: int) -> bool:
    """RFC 3463 §2: class "." subject "." detail, of the class of the code."""
    numbers = word.split(".")
    return (
        len(numbers) == 3
        and numbers[0] == str(code // 100)
        and all(number.isdecimal() and len(number) <= 3 for number in numbers)
    )


def _printable(text: bytes) -> str:
    line = text[:_KEPT].decode("ascii", "replace")
    return line if line.isascii() and line.isprintable() else "".join(c if " " <= c <= "~" else "?" for c in line)
