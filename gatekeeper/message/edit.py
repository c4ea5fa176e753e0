"""edit: take header lines out of a raw message and put others on top, and touch nothing else.

The header ends where sendmail and Postfix see its end (`message.header`). What is returned are segments that lie in
the raw message, so that nothing is copied and every byte outside the edit is what came in. Nothing here raises.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import MappingProxyType

from gatekeeper.message.header import Field, fields_in
from gatekeeper.message.header import Raw as Raw
from gatekeeper.message.patterns import BLANK, BLANK_LINE, FIELD, FROM_LINE
from gatekeeper.values import LineEdit

_AUTHOR = frozenset((b"from",))

Forged = Mapping[bytes, Callable[[bytes], bool]]
"""By its name in lower case, whether a field with this value is to be taken out. Others of that name stay."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A field that was taken out. `nth` counts the fields of its name from 1, as a milter's chgheader does.

    With several of one name, give them to the MTA from the highest `nth` to the lowest.
    """

    name: bytes
    nth: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Altered:
    """Where the `nth` field of a name stood, or in front of it if it stays, there are `lines` now."""

    name: bytes
    nth: int
    lines: bytes
    stays: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """The message after an edit: `b"".join(segments)`; all but inserted lines are views of the raw bytes."""

    segments: list[memoryview]
    removed: list[Removed]
    altered: list[Altered] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes in all segments."""
        return sum(map(len, self.segments))


def header_fields(raw: Raw) -> Iterator[Field]:
    """Every header field in order, however many there are; an mbox `From ` line on top is passed over."""
    return fields_in(raw, _top(raw), len(raw))


def body_start(raw: Raw) -> int:
    """Where the body begins: behind the first empty line, or at the first line that is no header line."""
    position = _top(raw)
    while found := FIELD.match(raw, position):
        position = found.end()
    blank = BLANK.match(raw, position)
    return blank.end() if blank else position


def received_count(raw: Raw) -> int:
    """How many Received fields it has: how many hops it has seen (RFC 5321 §6.3)."""
    return sum(field.name.lower() == b"received" for field in header_fields(raw))


def edited(
    raw: Raw,
    drop: frozenset[bytes] = frozenset(),
    insert: bytes = b"",
    body: Sequence[memoryview] | None = None,
    forged: Forged = MappingProxyType({}),
    fields: Mapping[int, Sequence[LineEdit]] = MappingProxyType({}),
) -> Edit:
    """Without the header fields whose lower-case name is in `drop`, or that are `forged`, with the lines of `insert` on
    top, and with the segments of `body`, if given, for its body. `fields` are edits of whole fields by where those
    start; what is taken out is not edited.

    `insert` is whole header lines with their CRLF. An mbox `From ` line stays above them. If the message has no header
    and does not begin with an empty line, one is put between, as MTAs do, so that text stays text. So is one where a
    broken line has ended the header, if a reader who passes over that would find such fields behind it, or an author.
    """
    view = memoryview(raw)
    top = _top(raw)
    segments = [view[:top]]
    removed: list[Removed] = []
    altered: list[Altered] = []
    counts: dict[bytes, int] = {}
    kept = position = top
    for found in header_fields(raw):
        position = found.end
        name = found.name.lower()
        if name not in drop and name not in forged and not fields:
            continue
        nth = counts[name] = counts.get(name, 0) + 1
        gone = name in drop or (name in forged and forged[name](found.value))
        edits = () if gone else fields.get(found.start, ())
        if not gone and not edits:
            continue
        stays = not gone and all(edit.start == edit.end for edit in edits)
        lines = b"".join(edit.data for edit in edits)
        if gone or not (lines or stays):
            removed.append(Removed(found.name, nth, found.value))
        else:
            altered.append(Altered(found.name, nth, lines, stays))
        segments += [view[kept : found.start], memoryview(lines)]
        kept = found.start if stays else found.end
    headless = position == top < len(view) and not BLANK.match(raw, top)
    if body is None and not (insert and (headless or _shadows(raw, position, drop | forged.keys() | _AUTHOR))):
        segments.append(view[kept:])
    else:
        rest = [view[position:]] if body is None else body
        segments += [view[kept:position], memoryview(b"\r\n"), *rest]
    segments.insert(1, memoryview(insert))
    return Edit([segment for segment in segments if len(segment)], removed, altered)


def _shadows(raw: Raw, position: int, names: Set[bytes]) -> bool:
    """Whether a field of these names stands between the end of the header, if that is no empty line, and the first."""
    if BLANK.match(raw, position):
        return False
    blank = BLANK_LINE.search(raw, max(position - 1, 0))
    lines = bytes(raw[position : blank.start() if blank else len(raw)]).split(b"\n")
    return any(line.partition(b":")[0].strip().lower() in names for line in lines)


def _top(raw: Raw) -> int:
    line = FROM_LINE.match(raw)
    return line.end() if line else 0
