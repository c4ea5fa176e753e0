"""zips: what a zip is besides a zip: an Office document, a Java archive. It cannot fail.

Sources: ECMA-376 part 2 ([Content_Types].xml), OpenDocument part 3 (mimetype), APPNOTE §4.3. Nothing is unpacked: the
names of the members say it.
"""

from collections.abc import Iterable

_MARKS = (
    (b"AndroidManifest.xml", "apk"),
    (b"META-INF/MANIFEST.MF", "jar"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "odf"),
)
_MACROS = b"vbaProject.bin"
_FOLDERS = ((b"word/", "docx", "docm"), (b"ppt/", "pptx", "pptm"), (b"xl/", "xlsx", "xlsm"))


def kind_of_zip(head: bytes, tail: bytes, extensions: Iterable[str]) -> str:
    """`zip`, or the kind of document or program it is, by names in the first and last 64 KB."""
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        return _office(head, tail)
    found = next((kind for mark, kind in _MARKS if mark in head or mark in tail), "zip")
    return "apk" if found == "jar" and "apk" in extensions else found


def _office(head: bytes, tail: bytes) -> str:
    if b"xl/workbook.bin" in head or b"xl/workbook.bin" in tail:
        return "xlsb"
    macros = _MACROS in head or _MACROS in tail
    for folder, plain, armed in _FOLDERS:
        if folder in head or folder in tail:
            return armed if macros else plain
    return "ooxml"
