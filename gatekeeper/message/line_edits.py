"""line_edits: lines of a message changed where an operator's own table says so, and every other byte as it came.

Edits are sorted apart into those of header fields, which a milter has to be told one by one, and those of the body.
What lies in the header and is not a whole field there, because readers disagree where that ends, is not changed:
`UnchangeableError`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.message.edit import header_fields
from gatekeeper.message.header import Raw
from gatekeeper.message.rewrite import UnchangeableError
from gatekeeper.values import LineEdit

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,998})[ \t]{0,998}:(.*)", re.DOTALL)
_UNFIT = bytes.maketrans(b"\r\0", b"  ")


@dataclass(frozen=True, slots=True)
class Fitted:
    """`fields` has the edits at each field, by where it starts; `top` are lines for the top of the header; `body` is
    the body as it becomes, None if it stays.
    """

    fields: Mapping[int, tuple[LineEdit, ...]] = field(default_factory=dict)
    top: bytes = b""
    body: tuple[memoryview, ...] | None = None

    @property
    def changing(self) -> bool:
        """Whether anything changes."""
        return bool(self.fields or self.top) or self.body is not None


def fitted(raw: Raw, edits: Iterable[LineEdit]) -> Fitted:
    """`edits` sorted apart."""
    ordered = sorted(edits, key=lambda edit: edit.start)
    top = b"".join(edit.data for edit in ordered if edit.end == 0)
    ordered = [edit for edit in ordered if edit.end]
    ends = {found.start: found.end for found in header_fields(raw)}
    behind = max(ends.values(), default=0)
    fields: dict[int, tuple[LineEdit, ...]] = {}
    while ordered and ordered[0].start < behind:
        edit = ordered.pop(0)
        if edit.start not in ends or edit.end not in (edit.start, ends[edit.start]):
            raise UnchangeableError("readers do not agree where a line of the header ends")
        fields[edit.start] = (*fields.get(edit.start, ()), edit)
    return Fitted(fields, top, tuple(_body(raw, behind, ordered)) if ordered else None)


def _body(raw: Raw, behind: int, edits: Sequence[LineEdit]) -> Iterator[memoryview]:
    """The body with its edits, from behind the empty line that ends the header."""
    view = memoryview(raw)
    position = behind + (2 if raw[behind : behind + 2] == b"\r\n" else 1 if raw[behind : behind + 1] == b"\n" else 0)
    for edit in edits:
        pieces = (view[position : edit.start], memoryview(edit.data))
        yield from (piece for piece in pieces if len(piece))
        position = max(position, edit.end)
    if position < len(view):
        yield view[position:]


def merged(edits: Iterable[LineEdit]) -> list[LineEdit]:
    """Edits in the order of the message, those of one stretch as one."""
    found: list[LineEdit] = []
    for edit in edits:
        if found and found[-1].end == edit.start and found[-1].start < edit.start < edit.end:
            found[-1] = LineEdit(found[-1].start, edit.end, found[-1].data + edit.data)
        else:
            found.append(edit)
    return found


def field_line(text: bytes) -> bytes:
    """A whole header field from the text of a rule, with its line end; empty if it is none. Folds stay folds: whatever
    a group has matched, one field comes out.
    """
    if not _FIELD.fullmatch(text):
        return b""
    first, *rest = text.translate(_UNFIT).rstrip(b"\n").split(b"\n")
    return b"\r\n".join((first, *(line if line[:1] in (b" ", b"\t") else b"\t" + line for line in rest))) + b"\r\n"


def body_line(text: bytes) -> bytes:
    """A line of the body from the text of a rule, without its line end."""
    return text.translate(_UNFIT).replace(b"\n", b" ")


def name_and_value(line: bytes) -> tuple[bytes, bytes]:
    """Those of a whole header field; the value as it stands behind the colon, without the line end."""
    name, _, value = line.partition(b":")
    return name.rstrip(b" \t"), value.removesuffix(b"\r\n").removesuffix(b"\n")
