"""checked_lines: a message in the pieces that Postfix's header_checks and body_checks are asked about.

Each logical header field is one text with its folds, up to `header_size_limit`; of the body each line is one, a long
line in pieces of `line_length_limit`, and of each part no more than the first `body_checks_size_limit` octets. Which
lines are a header is found out as Postfix does it (`cleanup(8)`), not as a mail program would: only so do an
administrator's rules mean here what they mean there. One pass, in time linear in the size; it never fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from gatekeeper.message.message import Source

HEADER_SIZE, LINE_LENGTH, BODY_SIZE, NESTING = 102_400, 2_048, 51_200, 100
_BOUNDARY = 2_048

_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,2048})[ \t]{0,2048}(?=:)")
_TOKEN = re.compile(
    rb"""
    "((?:[^"\\]|\\.)*)"? | ([^\x00-\x20()<>@,;:\\"/\[\]?=\x7f]+) | ([;/=])
    | \((?:[^()\\]|\\.)*\)? | .
    """,
    re.DOTALL | re.VERBOSE,
)
_QUOTED = re.compile(rb"\\(.)", re.DOTALL)
_MIME = frozenset(
    (b"content-description", b"content-disposition", b"content-id", b"content-transfer-encoding", b"content-type")
) | {b"mime-version"}


class Place(Enum):
    """Which table is asked: `MIME` is for the fields of parts, and for those about MIME wherever they stand."""

    HEADER = "header"
    MIME = "mime"
    NESTED = "nested"
    BODY = "body"


class Piece(NamedTuple):
    """What is looked up, and between which octets of the message it stands, with its line end if it has one."""

    place: Place
    text: bytes
    start: int
    end: int


@dataclass(slots=True)
class _Walk:
    """Where we are. `place` is BODY or whose header it is; `kind` what the header so far says the body is."""

    body_size: int
    place: Place = Place.HEADER
    kind: str = "text"
    stack: list[tuple[bytes, str]] = field(default_factory=list)
    field: bytearray = field(default_factory=bytearray)
    offset: int = 0
    _start: int = 0
    _end: int = 0

    def line(self, pieces: list[bytes], start: int, end: int) -> Iterator[Piece]:
        """What one line brings to an end: the field before it, or itself."""
        first = pieces[0]
        if self.place is not Place.BODY:
            if self.field and first[:1] in (b" ", b"\t"):
                self._extend([b"\n" + first, *pieces[1:]])
                self._end = end
                return
            yield from self.flush()
            if name := _NAME.match(first):
                self.field += name[1] + first[name.end() :]
                self._extend(pieces[1:])
                self._start, self._end = start, end
                return
            yield from self._begin_body(empty=not first)
        yield from self._body(pieces, start, end)

    def flush(self) -> Iterator[Piece]:
        """The field that was held until it was known to be complete."""
        if not self.field:
            return
        text = bytes(self.field)
        self.field.clear()
        name, _, value = text.partition(b":")
        if name.lower() == b"content-type":
            self._content_type(value)
        yield Piece(Place.MIME if name.lower() in _MIME else self.place, text, self._start, self._end)

    def _extend(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            if len(self.field) < HEADER_SIZE:
                self.field += piece

    def _begin_body(self, *, empty: bool) -> Iterator[Piece]:
        """Leave a header. A line that is no field ends it as an empty one does, but then nothing is nested in it."""
        self.offset = 0
        if empty and self.kind == "message":
            self.place, self.kind = Place.NESTED, "text"
            return
        self.place = Place.BODY
        yield from ()

    def _body(self, pieces: list[bytes], start: int, end: int) -> Iterator[Piece]:
        if self.stack and pieces[0].startswith(b"--"):
            self._boundary(pieces[0])
        for number, piece in enumerate(pieces, 1):
            stop = end if number == len(pieces) else start + len(piece)
            if piece and (not self.body_size or self.offset < self.body_size):
                yield Piece(Place.BODY, piece, start, stop)
            self.offset += len(piece)
            start = stop
        self.offset += 1

    def _boundary(self, line: bytes) -> None:
        """Whether the line ends a part; anything may stand behind a boundary."""
        for depth in range(len(self.stack) - 1, -1, -1):
            boundary, kind = self.stack[depth]
            if not line.startswith(boundary, 2):
                continue
            closed = line.startswith(b"--", 2 + len(boundary))
            del self.stack[depth + (0 if closed else 1) :]
            self.place, self.kind = (Place.BODY, "other") if closed else (Place.MIME, kind)
            self.offset = 0
            return

    def _content_type(self, value: bytes) -> None:
        tokens = list(_tokens(value))
        main = tokens[0].lower() if tokens else b""
        sub = tokens[2].lower() if tokens[1:2] == [b"/"] and len(tokens) > 2 else b""
        if main == b"message":
            self.kind = "message" if sub == b"rfc822" else "other"
        elif main == b"multipart":
            self.kind = "multipart"
            for boundary in _boundaries(tokens):
                if len(self.stack) <= NESTING:
                    self.stack.append((boundary[:_BOUNDARY], "message" if sub == b"digest" else "text"))
        else:
            self.kind = "text" if main == b"text" else "other"


def checked_lines(raw: Source, body_size: int = BODY_SIZE) -> Iterator[Piece]:
    """Each piece with its place, in the order of the message; `body_size` of 0 is no limit. Nothing is decoded."""
    walk = _Walk(body_size)
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        stop = end - 1 if end > start and raw[end - 1 : end] == b"\r" else end
        pieces = [raw[at : min(at + LINE_LENGTH, stop)] for at in range(start, stop, LINE_LENGTH)]
        following = min(end + 1, len(raw))
        yield from walk.line(pieces or [b""], start, following)
        start = following
    yield from walk.flush()


def _tokens(value: bytes) -> Iterator[bytes]:
    """The words of a field without comments, a quoted one without its quotes."""
    for found in _TOKEN.finditer(value):
        if found[1] is not None:
            yield _QUOTED.sub(rb"\1", found[1])
        elif found[2] or found[3]:
            yield found[2] or found[3]


def _boundaries(tokens: list[bytes]) -> Iterator[bytes]:
    """Every boundary there is: who writes two hopes that somebody takes the other."""
    for name, equals, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if name.lower() == b"boundary" and equals == b"=" and text:
            yield text
