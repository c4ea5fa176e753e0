"""compound: which program's compound file it is, by the names in its directory ([MS-CFB] §2.6). It cannot fail.

The chain of sectors is not followed: the directory's first sector is read, and where that is out of reach (a damaged
or hostile file), the names are looked for as they stand in the head.
"""

from collections.abc import Iterable

_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
    ("\u4840\u3f7f\u4164\u422f\u4836", "msi"),  # the encoded name of the table that every package has: !_Tables
    ("\u4840\u3b3f\u43f2\u4438\u45b1", "msi"),  # !_Columns
    ("\u4840\u3f3f\u4577\u446c\u3e6a", "msi"),  # !_StringData
)
_EXTENSIONS = {"doc": "doc", "dot": "doc", "xls": "xls", "ppt": "ppt", "pps": "ppt", "msg": "msg", "msi": "msi"}
_ENTRY = 128
_ENTRIES = 32  # that are looked at: the names that count come early
_ROOT = "Root Entry".encode("utf-16-le")


def kind_of_compound(head: bytes, extensions: Iterable[str]) -> str:
    """doc, xls, ppt, msg or msi by the first 64 KB; `ole` when it is none of them."""
    shift = head[30] if len(head) > 30 and head[30] in (9, 12) else 9  # sectors of 512 or 4,096 bytes
    start = (int.from_bytes(head[48:52], "little") + 1) << shift
    if not head.startswith(_ROOT, start):
        start = max(head.find(_ROOT), 0)
    names = {_name(head[at : at + 64]) for at in range(start, min(start + _ENTRIES * _ENTRY, len(head)), _ENTRY)}
    found = (kind for name, kind in _STREAMS if name in names)
    return next(found, "") or next((_EXTENSIONS[one] for one in extensions if one in _EXTENSIONS), "ole")


def _name(field: bytes) -> str:
    return field.decode("utf-16-le", "replace").partition("\0")[0]
