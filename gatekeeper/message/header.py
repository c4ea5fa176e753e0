"""header: the fields of a header as ordered raw pairs, with the span of each logical line.

The header ends where sendmail and Postfix see its end: at the first empty line, or at the first line that is neither
a field nor a continuation. Never raises; a limit ends the list of fields, not the search for the body.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from mmap import mmap
from typing import NamedTuple

from gatekeeper.message.patterns import BLANK, BLANK_LINE, FIELD, FROM_LINE

Raw = bytes | bytearray | memoryview | mmap
"""What header lines may be read from."""


_FROM = (b"F", b">")
"""What an mbox `From ` line begins with; the message inside a message may have one, too."""


class Field(NamedTuple):
    """One field: `raw[start:end]` is its whole logical line with line end; `value` is all behind the colon, raw."""

    name: bytes
    value: bytes
    start: int
    end: int


class Header(NamedTuple):
    """The fields between `start` (after an mbox `From ` line) and `body_start` (after the empty line, if any)."""

    fields: tuple[Field, ...]
    start: int
    body_start: int
    anomalies: tuple[str, ...]


def read_header(raw: bytes | mmap, start: int, end: int, size: int, count: int) -> Header:
    """The header that begins at `start`; at most `count` fields within `size` bytes are kept."""
    first = start
    if raw[start : start + 1] in _FROM and (line := FROM_LINE.match(raw, start, end)):
        first = line.end()
    stop = min(end, first + size)
    fields = tuple(islice(fields_in(raw, first, stop), max(count, 0)))
    position = fields[-1].end if fields else first
    if len(fields) >= count and FIELD.match(raw, position, stop):
        return Header(fields, first, _after_blank(raw, position, end), ("limit.fields",))
    odd = () if first == start else ("header.mbox-line",)
    if stop < end and _cut(raw, fields[-1].start if fields else position, position, end):
        return Header(fields, first, _after_blank(raw, position, end), (*odd, "limit.header"))
    if blank := BLANK.match(raw, position, end):
        return Header(fields, first, blank.end(), odd)
    return Header(fields, first, position, odd if position >= end else (*odd, "header.no-empty-line"))


def fields_in(raw: Raw, start: int, stop: int) -> Iterator[Field]:
    """Every field from `start` on, up to the first line that is none."""
    match = FIELD.match
    new: Callable[[type[Field], tuple[bytes, bytes, int, int]], Field] = tuple.__new__  # a third of Field()'s time
    while found := match(raw, start, stop):
        name, value, end = found[1], found[2], found.end()
        if value[-1:] == b"\r" and raw[end - 1] == 10:
            value = value[:-1]
        yield new(Field, (name, value, start, end))
        start = end


def _cut(raw: bytes | mmap, start: int, position: int, end: int) -> bool:
    """Whether the field that begins at `start` goes on behind `position`, or another one begins there."""
    last = FIELD.match(raw, start, end)
    return (last is not None and last.end() > position) or FIELD.match(raw, position, end) is not None


def _after_blank(raw: bytes | mmap, position: int, end: int) -> int:
    blank = BLANK_LINE.search(raw, max(position - 1, 0), end)
    return blank.end() if blank else end
