"""mbox: where the messages of an mbox file stand. It cannot fail; time is linear in the size of the file.

Programs write mbox in four dialects (mboxo, mboxrd, mboxcl, mboxcl2; RFC 4155 appendix A, qmail's mbox(5)), and none
says which. A `From ` line parts two messages if it holds a time and a year, or only a sender with a header field behind
it; where no empty line stands before it (files put together with cat) it must hold the time as ctime(3) writes it.
Content-Length is not believed: it is wrong wherever a tool has touched the message since.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.message.message import Source
from gatekeeper.message.patterns import (
    FIELD_NAME,
    QUOTED_FROM,
    SEPARATOR_CTIME,
    SEPARATOR_SENDER,
    SEPARATOR_TIME,
    SEPARATOR_YEAR,
)

_LONGEST = 1000
"""How much of a `From ` line is looked at; what is longer is none."""


class Span(NamedTuple):
    """`raw[start:end]` is a message, without its `From ` line and the empty line that ends it in an mbox."""

    start: int
    end: int


def is_mbox(raw: Source) -> bool:
    """Whether it begins as an mbox does."""
    return _begin(raw) > 0


def spans(raw: Source) -> Iterator[Span]:
    """The messages of an mbox, in order; none if it is none."""
    start = _begin(raw)
    while start > 0:
        line, following = _next(raw, start)
        yield Span(start, _end(raw, start, line))
        start = following


def message_at(raw: Source, span: Span) -> bytes:
    """The message itself, its lines that an mbox had to quote as they were (`>From `)."""
    data = raw[span.start : span.end]
    return QUOTED_FROM.sub(rb"\1", data) if b">From " in data else data


def _begin(raw: Source) -> int:
    """Where the first message begins; 0 if it is no mbox. What stands on top need only be like a `From ` line."""
    line = next((at for at in range(_LONGEST) if raw[at : at + 1] not in (b"\r", b"\n")), 0)
    if found := _behind(raw, line, loose=True):
        return found
    end = raw.find(b"\n", line, line + _LONGEST) + 1
    return end if raw[line : line + 5] == b"From " and FIELD_NAME.match(raw, end, end + _LONGEST) else 0


def _next(raw: Source, at: int) -> tuple[int, int]:
    """Where the next `From ` line stands and where the message behind it begins; else the end of the file and 0."""
    line = at if raw[at : at + 5] == b"From " else raw.find(b"\nFrom ", at) + 1
    while line > 0:
        if following := _behind(
            raw, line, loose=raw[line - 2 : line - 1] == b"\n" or raw[line - 3 : line] == b"\n\r\n"
        ):
            return line, following
        line = raw.find(b"\nFrom ", line) + 1
    return len(raw), 0


def _behind(raw: Source, line: int, loose: bool) -> int:
    """Where the line behind a `From ` line begins; 0 if the line at `line` parts no messages."""
    text = raw[line : line + _LONGEST]
    end = text.find(b"\n") + 1
    if not text.startswith(b"From ") or not end:
        return 0
    text = text[:end]
    header = FIELD_NAME.match(raw, line + end, line + end + _LONGEST) is not None
    if not loose:
        parts = header and SEPARATOR_CTIME.search(text)
    else:
        dated = SEPARATOR_TIME.search(text) and SEPARATOR_YEAR.search(text)
        parts = dated or (header and SEPARATOR_SENDER.match(text))
    return line + end if parts else 0


def _end(raw: Source, start: int, line: int) -> int:
    """Where a message ends that began at `start`: before the empty line above the next `From ` line."""
    tail = raw[max(start, line - 4) : line]
    if tail.endswith(b"\n\r\n"):
        return line - 2
    return line - 1 if tail.endswith(b"\n\n") or tail == b"\n" else line
