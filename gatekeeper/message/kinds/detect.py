"""detect: what bytes are, by their own look; names only choose where the look leaves a choice. It cannot fail.

The head, the tail, and the two places where ISO 9660 writes its name are looked at: the cost does not grow with size.
"""

from collections.abc import Iterable

from gatekeeper.message.kinds.compound import kind_of_compound
from gatekeeper.message.kinds.signatures import signed
from gatekeeper.message.kinds.texts import is_text, kind_before_binary, kind_of_text
from gatekeeper.message.kinds.zips import kind_of_zip

_HEAD = 65_536
_TAIL = 65_536 + 22  # the longest comment of a zip, and the record that it hangs on
_SNIFFED = 512
_PDF_WITHIN = 1024  # where Acrobat looks for %PDF-
_BLOCK = 512  # of a tar


def kind_of(data: bytes | memoryview, names: Iterable[str] = ()) -> str:
    """The kind (a key of `KINDS`) of these bytes, whatever they are called; `data` when nothing is known."""
    head, tail = bytes(data[:_HEAD]), bytes(data[-_TAIL:])
    if not head:
        return "empty"
    text = is_text(head[:_SNIFFED])
    found = signed(head, text)
    if found == "zip":
        return kind_of_zip(head, tail, extensions_of(names))
    if found == "ole":
        return kind_of_compound(head, extensions_of(names))
    return found or _unsigned(head, tail, text, names)


def _unsigned(head: bytes, tail: bytes, text: bool, names: Iterable[str]) -> str:
    if b"%PDF-" in head[:_PDF_WITHIN] and b" obj" in head:
        return "pdf"
    if _is_tar(head):
        return "tar"
    if not text and (found := kind_before_binary(head)):
        return found
    if has_directory(tail):
        return kind_of_zip(head, tail, extensions_of(names))
    if tail[-_BLOCK:].startswith(b"koly"):
        return "dmg"
    if tail[-_BLOCK:].startswith(b"conectix"):
        return "vhd"
    stripped = head[:_SNIFFED].lstrip(b" \t\r\n\0")
    if stripped.startswith(b"{\\rt"):
        return "rtf"
    return kind_of_text(head, extensions_of(names)) if text else "data"


def has_directory(tail: bytes) -> bool:
    """Whether the record that ends a zip (APPNOTE §4.3.16) stands in the tail: then programs open it from there."""
    return b"PK\5\6" in tail and (b"PK\1\2" in tail or b"PK\3\4" in tail)


def _is_tar(head: bytes) -> bool:
    """Whether the first block bears the right checksum (POSIX ustar), as old tars without `ustar` do."""
    field = head[148:156].strip(b" \0")
    if len(head) < _BLOCK or not field or field.translate(None, b"01234567"):
        return False
    return sum(head[:148]) + sum(head[156:_BLOCK]) + 8 * 0x20 == int(field, 8)


def extensions_of(names: Iterable[str]) -> tuple[str, ...]:
    """What follows the last dot of each name, in lower case; trailing dots and spaces are nothing to Windows."""
    found = (name[-300:].rstrip(" .").rpartition(".") for name in names)
    return tuple(dict.fromkeys(extension.lower() for _, dot, extension in found if dot))
