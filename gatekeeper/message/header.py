"""header: the fields of a header as ordered raw pairs, with the span of each logical line.

The header ends where sendmail and Postfix see its end: at the first empty line, or at the first line that is neither
a field nor a continuation. Never raises; a limit ends the list of fields, not the search for the body.
"""

from mmap import mmap
from typing import NamedTuple

from gatekeeper.message.patterns import BLANK, BLANK_LINE, FIELD, FROM_LINE


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
    if not start and (line := FROM_LINE.match(raw, start, end)):
        first = line.end()
    fields: list[Field] = []
    position, stop = first, min(end, first + size)
    match = FIELD.match
    while found := match(raw, position, stop):
        if len(fields) >= count:
            return Header(tuple(fields), first, _after_blank(raw, position, end), ("limit.fields",))
        fields.append(Field(found[1], found[2], position, position := found.end()))
    odd = () if first == start else ("header.mbox-line",)
    if stop < end and _cut(raw, fields[-1].start if fields else position, position, end):
        return Header(tuple(fields), first, _after_blank(raw, position, end), (*odd, "limit.header"))
    if blank := BLANK.match(raw, position, end):
        return Header(tuple(fields), first, blank.end(), odd)
    return Header(tuple(fields), first, position, odd if position >= end else (*odd, "header.no-empty-line"))


def _cut(raw: bytes | mmap, start: int, position: int, end: int) -> bool:
    """Whether the field that begins at `start` goes on behind `position`, or another one begins there."""
    last = FIELD.match(raw, start, end)
    return (last is not None and last.end() > position) or FIELD.match(raw, position, end) is not None


def _after_blank(raw: bytes | mmap, position: int, end: int) -> int:
    blank = BLANK_LINE.search(raw, max(position - 1, 0), end)
    return blank.end() if blank else end
