"""mapi: the properties of a message or an attachment as TNEF writes them down ([MS-OXTNEF] §2.1.3.4).

`TruncatedError` when the list ends too soon, `ValueError` for a type that nobody knows the length of; what was read
until then has been given out.
"""

import codecs
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

TRANSPORT_HEADER = 0x007D
BODY, BODY_HTML, RTF_COMPRESSED, CODEPAGE, MESSAGE_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x3FFD
ATTACH_DATA, ATTACH_METHOD = 0x3701, 0x3705
ATTACH_EXTENSION, ATTACH_FILENAME, ATTACH_LONG_FILENAME = 0x3703, 0x3704, 0x3707
ATTACH_MIME_TAG, ATTACH_PATHNAME, ATTACH_LONG_PATHNAME, ATTACH_TRANSPORT_NAME, DISPLAY_NAME = (
    0x370E,
    0x3708,
    0x370D,
    0x370C,
    0x3001,
)
"""Property identifiers ([MS-OXPROPS])."""

STRING8, UNICODE, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0x0D
"""Property types of variable length ([MS-OXCDATA] §2.11.1)."""

BY_REFERENCE = frozenset((2, 3, 4, 7))
"""Values of ATTACH_METHOD that mean a file elsewhere ([MS-OXCMSG] §2.2.2.9)."""

_NAMES = (ATTACH_LONG_FILENAME, ATTACH_FILENAME, ATTACH_TRANSPORT_NAME, DISPLAY_NAME)
_SIZES = {0: 0, 1: 0, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset((STRING8, UNICODE, BINARY, OBJECT))
_MULTIPLE = 0x1000
_NAMED = 0x8000
_IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # before the data of an OBJECT that is a message

_CODECS = {10000: "mac_roman", 20127: "ascii", 20866: "koi8_r", 21866: "koi8_u", 20932: "euc_jp", 51949: "euc_kr"}
_CODECS |= {1361: "johab", 50220: "iso2022_jp", 54936: "gb18030", 65001: "utf-8"}
_CODECS |= {28590 + n: f"iso8859_{n}" for n in range(1, 16) if n != 12}


class TruncatedError(Exception):
    """There is less than the lengths say."""


class Property(NamedTuple):
    """One property: its identifier, the type of its values, and these as bytes."""

    identifier: int
    kind: int
    values: tuple[bytes, ...]


@dataclass(slots=True)
class Cursor:
    """A place in some bytes, from which numbers (little endian) and bytes are taken."""

    data: bytes
    position: int = 0
    short: bool = False  # more was wanted than there is

    @property
    def left(self) -> int:
        """How many bytes are still to come."""
        return len(self.data) - self.position

    def number(self, size: int) -> int:
        """The next number of so many bytes; `TruncatedError` if it is not whole."""
        if self.left < size:
            raise TruncatedError
        return int.from_bytes(self.some(size), "little")

    def some(self, size: int) -> bytes:
        """The next bytes, or as many of them as there are."""
        start, self.position = self.position, min(self.position + size, len(self.data))
        self.short = self.short or self.position - start < size
        return self.data[start : self.position]


def properties(data: bytes) -> Iterator[Property]:
    """The properties in order; the last one with what there is of it, if it is cut off, and then `TruncatedError`."""
    cursor = Cursor(data)
    for _ in range(cursor.number(4)):
        kind, identifier = cursor.number(2), cursor.number(2)
        if identifier >= _NAMED:
            _skip_name(cursor)
        values = tuple(_values(cursor, kind))
        yield Property(identifier, kind & ~_MULTIPLE, values)
        if cursor.short:
            raise TruncatedError


def _skip_name(cursor: Cursor) -> None:
    """A named property: a GUID, then a number or a name; neither matters here."""
    cursor.some(16)
    if cursor.number(4) == 0:
        cursor.some(4)
    else:
        _padded(cursor, cursor.number(4))


def _values(cursor: Cursor, kind: int) -> Iterator[bytes]:
    single = kind & ~_MULTIPLE
    if single in _VARIABLE:
        for _ in range(cursor.number(4)):
            if cursor.short:
                return
            value = _padded(cursor, int.from_bytes(cursor.some(4), "little"))
            yield from _object(value) if single == OBJECT else (value,)
    elif single in _SIZES:
        size = _SIZES[single]
        count = cursor.number(4) if kind & _MULTIPLE else 1
        yield from _cut(_padded(cursor, count * size), size)
    else:
        raise ValueError(f"property type {kind:#06x}")


def _object(value: bytes) -> Iterator[bytes]:
    """What stands behind the interface identifier; and, unless it is a message, all of it: so some readers save it."""
    yield value[len(_IID_MESSAGE) :]
    if not value.startswith(_IID_MESSAGE):
        yield value


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    if size:
        yield from (data[start : start + size] for start in range(0, len(data), size))


def _padded(cursor: Cursor, size: int) -> bytes:
    """A value, and past the zeros that fill it up to a multiple of four."""
    value = cursor.some(size)
    cursor.position = min(cursor.position + -size % 4, len(cursor.data))  # the last one may lack them
    return value


def codec(codepage: int) -> str:
    """Python's name for a Windows codepage; that of Western Europe for one that nobody knows."""
    name = _CODECS.get(codepage, f"cp{codepage}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def texts(kind: int, value: bytes, encoding: str) -> tuple[str, ...]:
    """Every reading of a text: that of its type; one of bytes may be UTF-8 whatever its codepage is."""
    if kind == UNICODE:
        return _without_end(value.decode("utf-16-le", "replace"))
    if kind != STRING8:
        return ()
    readings = [value.decode(encoding, "replace")]
    with suppress(UnicodeDecodeError):
        readings.append(value.decode("utf-8"))
    return _without_end(*readings)


def _without_end(*readings: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (reading.rstrip("\0") for reading in readings) if text))


def file_names(found: Iterable[Property], encoding: str) -> tuple[str, ...]:
    """Every name that the properties of an attachment give it, the long file name first."""
    said = _texts_of(found, encoding)
    names = [name for identifier in _NAMES for name in said.get(identifier, ())]
    stem = names[0].rpartition(".")[0] or names[0] if names else ""
    names += [stem + extension for extension in said.get(ATTACH_EXTENSION, ())]
    paths = [name for identifier in (ATTACH_LONG_PATHNAME, ATTACH_PATHNAME) for name in said.get(identifier, ())]
    names += [path.replace("\\", "/").rpartition("/")[2] for path in paths]
    return tuple(dict.fromkeys(name for name in names if name))


def types(found: Iterable[Property], encoding: str) -> tuple[str, ...]:
    """The media types that an attachment is declared to be, in lower case."""
    return tuple(dict.fromkeys(text.lower() for text in _texts_of(found, encoding).get(ATTACH_MIME_TAG, ())))


def reference(found: Iterable[Property], encoding: str) -> str:
    """Where the file lies, for an attachment that is only referred to."""
    kept = tuple(found)
    methods = [prop.values[0] for prop in kept if prop.identifier == ATTACH_METHOD and prop.values]
    if not any(int.from_bytes(method[:4], "little") in BY_REFERENCE for method in methods):
        return ""
    said = _texts_of(kept, encoding)
    return next(iter(said.get(ATTACH_LONG_PATHNAME, said.get(ATTACH_PATHNAME, ()))), "")


def _texts_of(found: Iterable[Property], encoding: str) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for prop in found:
        for value in prop.values:
            said.setdefault(prop.identifier, []).extend(texts(prop.kind, value, encoding))
    return said
