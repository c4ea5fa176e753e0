"""spamd: the words of SpamAssassin's daemon, SPAMC/1.5, for its side of a connection: one request, one reply.

What comes in is bounded by `size` and by what a header may hold; what is no request raises `SpamdError`, which is the
reply to it. Replies are those of spamd 4, byte for byte where clients look: what depends on the client's version, too.
"""

import re
import zlib
from dataclasses import dataclass
from enum import IntEnum

from gatekeeper.values import Label

PONG = b"SPAMD/1.5 0 PONG\r\n"
COMMANDS = frozenset(("CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "PROCESS", "HEADERS", "PING", "SKIP", "TELL"))
_BARE = frozenset(("PING", "SKIP"))  # no message follows
_LONGEST_HEADER = 8192
_LONGEST_USER = 320  # an address: 64 and 255 octets, and the sign between (RFC 5321 §4.5.3.1)
_MOST_TOLD = 120
_COMMAND = re.compile(r"([A-Z_]+) SPAMC/(.*)\Z")
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\Z", re.ASCII)
_BLANK = re.compile(rb"\r?\n\r?\n")
_PLACES = ("local", "remote")


class Code(IntEnum):
    """What spamc exits with under `-x`: numbers of sysexits.h, and spamd's own for a timeout."""

    UNAVAILABLE = 69
    SOFTWARE = 70
    TEMPFAIL = 75
    PROTOCOL = 76
    TIMEOUT = 79


_LEADS = {
    Code.UNAVAILABLE: "Service Unavailable: ",
    Code.SOFTWARE: "Internal error: ",
    Code.TEMPFAIL: "Try again later: ",
    Code.PROTOCOL: "Bad header line: ",
    Code.TIMEOUT: "Timeout: ",
}


class SpamdError(Exception):
    """There is no answer but this."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code

    def reply(self) -> bytes:
        """What the client is told; of its own words only what can be printed."""
        told = "".join(c if " " <= c <= "~" else "?" for c in str(self)[:_MOST_TOLD])
        return f"SPAMD/1.0 {self.code} {_LEADS[self.code]}{told}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Request:
    """The header of a request. `length` is None if the end of the connection is the end of the message; `user` is ""
    if it is not said; `label`, `set` and `remove` are for TELL.
    """

    command: str
    version: tuple[int, int] = (0, 0)
    length: int | None = None
    user: str = ""
    compressed: bool = False
    label: Label | None = None
    set: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


class Receiver:
    """Give it what comes; it is `complete` once all of the request is there. `size` bounds the message."""

    def __init__(self, size: int) -> None:
        self.request: Request | None = None
        self.complete = False
        self.body = bytearray()
        self._size = size
        self._head = bytearray()

    def receive(self, data: bytes) -> None:
        """What came in. Raises `SpamdError`."""
        if self.complete:
            return
        if self.request is None:
            self._receive_header(data)
        else:
            self.body += data
        if self.request is not None:
            self._look(self.request)

    def end(self) -> None:
        """The client will say no more. Raises `SpamdError` unless what it said is a whole request."""
        if self.complete:
            return
        if self.request is None:
            if not self._head:
                raise SpamdError(Code.PROTOCOL, "(closed before headers)")
            _command(_text(self._head.split(b"\n", 1)[0]))
            raise SpamdError(Code.PROTOCOL, "(EOF during headers)")
        if self.request.length is not None:
            raise _mismatch(self.request.length, len(self.body))
        self.complete = True

    def message(self) -> bytes:
        """The message of a complete request, unpacked. Raises `SpamdError`."""
        packed = self.request is not None and self.request.compressed
        return inflated(self.body, self._size) if packed else bytes(self.body)

    def _receive_header(self, data: bytes) -> None:
        start = max(len(self._head) - 3, 0)
        self._head += data
        blank = _BLANK.search(self._head, start, _LONGEST_HEADER)
        if blank is not None:
            self.request = read_header(bytes(self._head[: blank.start()]))
            self.body += self._head[blank.end() :]
            self._head.clear()
        elif len(self._head) >= _LONGEST_HEADER:
            raise SpamdError(Code.PROTOCOL, "(too many headers)")

    def _look(self, request: Request) -> None:
        if request.command in _BARE:
            self.body.clear()  # what follows such a command is nothing to it
            self.complete = True
            return
        length = request.length
        if max(len(self.body), length or 0) > self._size:
            raise SpamdError(Code.UNAVAILABLE, f"no message may be larger than {self._size} bytes")
        if length is not None and len(self.body) > length:
            raise _mismatch(length, len(self.body))
        self.complete = len(self.body) == length


def read_header(text: bytes) -> Request:
    """The lines before the empty one. Fields that nobody knows are passed over, the last of a name counts."""
    first, *lines = _text(text).split("\n")
    command, version = _command(first)
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.removesuffix("\r").partition(":")
        if not colon:
            raise SpamdError(Code.PROTOCOL, "(header not in 'Name: value' format)")
        fields[name.lower()] = value.strip()
    return Request(
        command,
        version,
        _length(fields.get("content-length", "")),
        _user(fields.get("user", "")),
        _compressed(fields.get("compress", "")),
        _label(fields.get("message-class", "")),
        _places(fields.get("set", "")),
        _places(fields.get("remove", "")),
    )


def inflated(packed: bytes | bytearray, size: int) -> bytes:
    """A zlib stream unpacked, to `size` bytes at most. Raises `SpamdError`."""
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise SpamdError(Code.UNAVAILABLE, f"zlib: {error}") from None
    if len(data) > size:
        raise SpamdError(Code.UNAVAILABLE, f"no message may be larger than {size} bytes")
    if not stream.eof:
        raise SpamdError(Code.UNAVAILABLE, "zlib: failed to find end of zlib stream")
    return data


def answer(request: Request, spam: bool, points: str, required: str, length: int) -> bytes:
    """The header of the reply to all that scan; `length` bytes follow it."""
    words = ("Yes", "No") if request.command == "REPORT_IFSPAM" else ("True", "False")
    judged = f"Spam: {words[0] if spam else words[1]} ; {points} / {required}\r\n"
    measured = f"Content-length: {length}\r\n"
    if request.command in ("PROCESS", "HEADERS"):
        if request.version < (1, 2):
            return b"SPAMD/1.0 0 EX_OK\r\n"
        lines = measured + judged if request.version >= (1, 3) else measured
    elif request.command == "CHECK" or request.version < (1, 3):
        lines = judged
    else:
        lines = measured + judged
    return f"SPAMD/1.1 0 EX_OK\r\n{lines}\r\n".encode()


def told(did_set: bool, did_remove: bool) -> bytes:
    """The reply to TELL: what was done, if anything was."""
    done = "DidSet: local\r\n" * did_set + "DidRemove: local\r\n" * did_remove
    return f"SPAMD/1.1 0 EX_OK\r\n{done}\r\n\r\n".encode()


def _text(raw: bytes | bytearray) -> str:
    return raw.decode("utf-8", "replace")


def _command(line: str) -> tuple[str, tuple[int, int]]:
    found = _COMMAND.match(line.removesuffix("\r"))
    if found is None or found[1] not in COMMANDS:
        raise SpamdError(Code.PROTOCOL, line.removesuffix("\r"))
    version = _VERSION.match(found[2])
    return found[1], (int(version[1]), int(version[2])) if version else (0, 0)


def _length(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise SpamdError(Code.PROTOCOL, "(Content-Length contains non-numeric bytes)")
    return int(value)


def _user(value: str) -> str:
    if not value.isprintable():
        raise SpamdError(Code.PROTOCOL, "(User header contains control chars)")
    if len(value) > _LONGEST_USER:
        raise SpamdError(Code.PROTOCOL, "(User header is too long)")
    return value


def _compressed(value: str) -> bool:
    if value and value.lower() != "zlib":
        raise SpamdError(Code.PROTOCOL, f"(compression type not supported: {value})")
    return bool(value)


def _label(value: str) -> Label | None:
    if not value:
        return None
    try:
        return Label(value.lower())
    except ValueError:
        raise SpamdError(Code.PROTOCOL, "(Message-class header contains invalid class)") from None


def _places(value: str) -> frozenset[str]:
    return frozenset(place for place in _PLACES if place in value.lower())


def _mismatch(expected: int, got: int) -> SpamdError:
    return SpamdError(Code.PROTOCOL, f"(Content-Length mismatch: Expected {expected} bytes, got {got} bytes)")
