"""hidden: a second kind in the same bytes: an archive behind a picture, a self-extracting program, a PDF behind junk.

Programs that open archives look for their marks far into a file, or from its end; programs that show pictures look at
its front alone. It cannot fail. The cost is one search for each mark.
"""

from typing import NamedTuple

from gatekeeper.message.kinds.table import KINDS

_HOSTS = frozenset(("program", "shortcut", "script", "image", "media", "font", "text", "data"))
_ALSO_HOSTS = frozenset(("pdf", "rtf", "swf", "ps"))
_NEVER = frozenset(("jar", "apk", "msi", "eml", "mbox", "mhtml", "empty"))  # an archive in them is theirs
_TAIL = 65_536 + 22
_END = 22
_PDF_WITHIN = 1024

_MARKS = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"MSCF\0\0\0\0", "cab"),
)


class Hidden(NamedTuple):
    """The second kind, and where its bytes begin."""

    kind: str
    offset: int


def hidden(data: bytes, kind: str) -> tuple[Hidden, ...]:
    """What else some program would find in bytes of this kind; mostly nothing."""
    if kind in _NEVER or (KINDS[kind].family not in _HOSTS and kind not in _ALSO_HOSTS):
        return ()
    found = [Hidden("zip", 0)] if _ends_as_zip(data[-_TAIL:]) else []
    for mark, archive in _MARKS:
        if (offset := data.find(mark, 1)) > 0 and (archive != "cab" or _is_cabinet(data, offset)):
            found.append(Hidden(archive, offset))
    if kind != "pdf" and (offset := data.find(b"%PDF-", 1, _PDF_WITHIN)) > 0 and b"startxref" in data[-_PDF_WITHIN:]:
        found.append(Hidden("pdf", offset))
    return tuple(found)


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an end record stands in the tail with the end of its directory right before it (APPNOTE §4.3.16)."""
    end = tail.rfind(b"PK\5\6")
    if end < 0 or end + _END > len(tail):
        return False
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    return size > end or tail.startswith((b"PK\1\2", b"PK\6\6"), end - size)


def _is_cabinet(data: bytes, offset: int) -> bool:
    """Whether a header of version 1.3 is there, and not just its name in a program ([MS-CAB] §2.1)."""
    size = int.from_bytes(data[offset + 8 : offset + 12], "little")
    return data[offset + 24 : offset + 26] == b"\3\1" and size <= len(data) - offset
