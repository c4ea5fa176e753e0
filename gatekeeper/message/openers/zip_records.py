"""zip_records: the two lists of members that a zip has, read separately: its central directory, and the local headers
as a program meets them that reads from the front (APPNOTE §4.3). Nothing is unpacked; it cannot fail.

Where programs find different directories (several end records, something before the archive), all are read.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from struct import Struct
from typing import NamedTuple

_CENTRAL = Struct("<4s6H3I5H2I")
_LOCAL = Struct("<4s5H3I2H")
_END = Struct("<4s4H2IH")
_END64 = Struct("<4sQ2H2I4Q")
_LONG = 0xFFFFFFFF
_TAIL = 65_535 + _END.size
_FAR = 1 << 20
"""How far from its end some programs look for the end record of a file that has other things behind it."""
_MOST_ENDS = 4
_ZIP64, _UNICODE_NAME = 1, 0x7075
_DESCRIPTOR = 8  # the flag that says that sizes follow the data


class Record(NamedTuple):
    """What one header says of a member. `offset` is where its local header stands, or should, counted from the start of
    the bytes; `data` where its data begin (-1 in a central record).
    """

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    data: int = -1
    unicode_name: bytes = b""

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & 1)

    @property
    def is_utf8(self) -> bool:
        return bool(self.flags & 0x800)

    @property
    def sizes_follow(self) -> bool:
        """Whether a local header leaves crc and sizes open."""
        return bool(self.flags & _DESCRIPTOR) and self.packed == 0


class Directory(NamedTuple):
    """One central directory. `claimed` is the number of members that its end record gives."""

    start: int
    claimed: int
    records: tuple[Record, ...]


def directories(data: bytes, most: int) -> list[Directory]:
    """Every central directory that some program would go by, each with `most` members at the most."""
    for ends in (_ends(data), _all_ends(data)):  # a false record at the end hides no true one before it
        found: dict[int, Directory] = {}
        for end in islice(ends, _MOST_ENDS):
            for start, shift, claimed in _starts(data, end):
                if start not in found:
                    records = tuple(islice(_central(data, start, shift), most))
                    found[start] = Directory(start, claimed, records)
        if any(directory.records for directory in found.values()):
            break
    return list(found.values())


def _ends(data: bytes) -> Iterator[int]:
    """The last end record, and any before it that reaches the end of the file exactly, comment and all."""
    position = last = data.rfind(b"PK\5\6", max(len(data) - _TAIL, 0))
    while position >= 0:
        whole = position + _END.size <= len(data)
        comment = int.from_bytes(data[position + 20 : position + 22], "little")
        if whole and (position == last or position + _END.size + comment == len(data)):
            yield position
        position = data.rfind(b"PK\5\6", max(len(data) - _TAIL, 0), position)


def _all_ends(data: bytes) -> Iterator[int]:
    position = data.rfind(b"PK\5\6", max(len(data) - _FAR, 0))
    while position >= 0:
        if position + _END.size <= len(data):
            yield position
        position = data.rfind(b"PK\5\6", max(len(data) - _FAR, 0), position)


def _starts(data: bytes, end: int) -> Iterator[tuple[int, int, int]]:
    """Where the directory of an end record may begin, what is to be added to its offsets, how many it claims."""
    *_, claimed, size, offset, _ = _END.unpack_from(data, end)
    before = end
    locator = data.rfind(b"PK\6\6", max(0, end - 76 - 200), end)
    if locator >= 0 and locator + _END64.size <= len(data):
        before = locator
        if _LONG in (size, offset) or claimed == 0xFFFF:
            *_, claimed, size, offset = _END64.unpack_from(data, locator)
    for start in dict.fromkeys((before - size, offset)):
        if start >= 0 and data.startswith(b"PK\1\2", start):
            yield start, start - offset, claimed


def _central(data: bytes, position: int, shift: int) -> Iterator[Record]:
    while data.startswith(b"PK\1\2", position) and position + _CENTRAL.size <= len(data):
        found = _CENTRAL.unpack_from(data, position)
        _, _, _, flags, method, _, _, crc, packed, size, names, extras, comment, _, _, _, offset = found
        position += _CENTRAL.size
        name = data[position : position + names]
        extra = _extra(data[position + names : position + names + extras])
        size, packed, offset = _long(extra.get(_ZIP64, b""), size, packed, offset)
        shifted = offset + shift if data.startswith(b"PK\3\4", max(offset + shift, 0)) else offset
        unicode_name = extra.get(_UNICODE_NAME, b"")[5:]
        yield Record(name, flags, method, crc, packed, size, shifted, -1, unicode_name)
        position += names + extras + comment


def local_record(data: bytes, offset: int) -> Record | None:
    """The local header at `offset`, if one is there."""
    if offset < 0 or not data.startswith(b"PK\3\4", offset) or offset + _LOCAL.size > len(data):
        return None
    _, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL.unpack_from(data, offset)
    start = offset + _LOCAL.size
    name = data[start : start + names]
    extra = _extra(data[start + names : start + names + extras])
    size, packed, _ = _long(extra.get(_ZIP64, b""), size, packed, 0)
    unicode_name = extra.get(_UNICODE_NAME, b"")[5:]
    return Record(name, flags, method, crc, packed, size, offset, start + names + extras, unicode_name)


def locals_in_order(data: bytes, known: Mapping[int, Record]) -> Iterator[Record]:
    """The local headers from the front; `known` are the central records by offset.

    Data are passed over by the size that the header gives, or the directory if that is smaller or the only one. So
    headers inside a stored zip are not taken for members of the outer one.
    """
    position = data.find(b"PK\3\4")
    while position >= 0:
        record = local_record(data, position)
        after = position + 4
        if record and record.name and record.data <= len(data):
            yield record
            after = max(record.data + _skipped(record, known.get(position)), after)
        position = data.find(b"PK\3\4", after) if after < len(data) else -1


def _skipped(record: Record, central: Record | None) -> int:
    sizes = [] if record.sizes_follow else [record.packed]
    return min((*sizes, central.packed) if central else sizes, default=0)


def _extra(raw: bytes) -> dict[int, bytes]:
    """The extra fields (§4.5), the first of each kind."""
    fields: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(raw):
        kind, size = (int.from_bytes(raw[position + at : position + at + 2], "little") for at in (0, 2))
        fields.setdefault(kind, raw[position + 4 : position + 4 + size])
        position += 4 + size
    return fields


def _long(field: bytes, *values: int) -> list[int]:
    """Size, packed size and offset, from the zip64 field (§4.5.3) where their own place is too short."""
    found = []
    for value in values:
        if value == _LONG and len(field) >= 8:
            value, field = int.from_bytes(field[:8], "little"), field[8:]
        found.append(value)
    return found
