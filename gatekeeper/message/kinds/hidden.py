"""hidden: a second kind in the same bytes: an archive behind a picture, a self-extracting program, a PDF behind junk.

Programs that open archives look for their marks far into a file, or from its end; programs that show pictures look at
its front alone. It cannot fail. The cost is one search for each mark.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple
from zlib import crc32

_NEVER = frozenset(("jar", "apk", "msi", "eml", "mbox", "mhtml", "empty"))  # an archive in them is theirs
_ZIPS = frozenset(
    ("zip", "ooxml", "odf", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm")
)  # so is what is stored
_TAIL = 1 << 20
_MOST = 64
"""How many marks of one kind are looked at, so that none hides behind another."""
_MOST_OPENED = 4
_PDF_WITHIN = 1024


class Hidden(NamedTuple):
    """The second kind, and where its bytes begin."""

    kind: str
    offset: int


def hidden(data: bytes, kind: str) -> tuple[Hidden, ...]:
    """What else some program would find in bytes of this kind; mostly nothing."""
    if kind in _NEVER or kind in _ZIPS:
        return ()
    found = [Hidden("zip", 0)] if _ends_as_zip(data) else []
    for mark, archive, begins in _MARKS:
        places = (place for place in islice(_places(data, mark), _MOST) if begins(data, place))
        found += [Hidden(archive, place) for place in islice(places, _MOST_OPENED)]
    if kind != "pdf" and (offset := data.find(b"%PDF-", 1, _PDF_WITHIN)) > 0 and b"startxref" in data[-_PDF_WITHIN:]:
        found.append(Hidden("pdf", offset))
    return tuple(found)


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    place = data.find(mark, 1)
    while place > 0:
        yield place
        place = data.find(mark, place + 1)


def _ends_as_zip(data: bytes) -> bool:
    """Whether one of the last end records has the end of its directory right before it (APPNOTE §4.3.16)."""
    start = max(len(data) - _TAIL, 0)
    end = data.rfind(b"PK\5\6", start)
    for _ in range(_MOST):
        if end < 0:
            break
        size = int.from_bytes(data[end + 12 : end + 16], "little")
        if size and end >= size and data.startswith((b"PK\1\2", b"PK\6\6"), end - size):
            return True
        end = data.rfind(b"PK\5\6", start, end)
    return False


def _is_7z(data: bytes, offset: int) -> bool:
    """Whether the start header there has its right checksum (7zFormat.txt)."""
    return crc32(data[offset + 12 : offset + 32]) == int.from_bytes(data[offset + 8 : offset + 12], "little")


def _is_rar(data: bytes, offset: int) -> bool:
    return data[offset + 6 : offset + 7] == b"\0" or data[offset + 6 : offset + 8] == b"\1\0"


def _is_cabinet(data: bytes, offset: int) -> bool:
    """Whether a header of version 1.3 is there, and not just its name in a program ([MS-CAB] §2.1)."""
    size = int.from_bytes(data[offset + 8 : offset + 12], "little")
    return data[offset + 24 : offset + 26] == b"\3\1" and size <= len(data) - offset


_MARKS: tuple[tuple[bytes, str, Callable[[bytes, int], bool]], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "7z", _is_7z),
    (b"Rar!\x1a\x07", "rar", _is_rar),
    (b"MSCF\0\0\0\0", "cab", _is_cabinet),
)
