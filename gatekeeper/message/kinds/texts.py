"""texts: which kind of text a text is: what a program that opens it by its look would do. It cannot fail."""

from collections.abc import Iterable

from gatekeeper.message.kinds.patterns import (
    CALENDAR,
    FIELD,
    FROM_LINE,
    HEADER,
    HTML,
    PEM,
    ROOT,
    SCRIPT,
    SECTION,
    SYLK,
    WORD_XML,
    XML,
)
from gatekeeper.message.kinds.table import KINDS

_TEXT = bytes(sorted({*range(0x20, 0x100), *b"\t\n\r\f\x1b"} - {0x7F}))
_HEAD = 4096
_MESSAGE_FIELDS = 3  # fields that make a text a message, when its first line is one
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NAMED = ("script", "html", "svg", "slk", "url", "scf", "eml", "mhtml", "csv", "ics", "vcard", "pem")


def is_text(head: bytes) -> bool:
    """Whether these bytes hold nothing but what a text in some 8-bit charset, or in UTF-16 with a mark, may hold."""
    wide = b"\0" in head and head.startswith(_BOMS)
    return not (narrow(head) if wide else head).translate(None, _TEXT)


def narrow(head: bytes) -> bytes:
    """The text without a byte order mark, and without the NULs of UTF-16."""
    for bom in _BOMS:
        head = head.removeprefix(bom)
    return head.replace(b"\0", b"")


def kind_of_text(head: bytes, extensions: Iterable[str]) -> str:
    """The kind of a text by its first 64 KB; an extension decides where the look does not."""
    text = narrow(head[:_HEAD]).lower().lstrip()
    return _by_look(text) or _by_extension(extensions) or "text"


def kind_before_binary(head: bytes) -> str:
    """The kind of a text that something else follows: a browser or a shell reads its beginning all the same."""
    text = narrow(head[:_HEAD]).lower().lstrip()
    return _markup(text) if text[:1] == b"<" else "script" if text.startswith(b"#!") else ""


def _by_look(text: bytes) -> str:
    if text[:1] == b"<":
        return _markup(text)
    if text[:1] == b"[":
        section = SECTION.match(text)
        return {b"internetshortcut": "url", b"shell": "scf"}[section[1]] if section else ""
    if found := CALENDAR.match(text):
        return {b"vcalendar": "ics", b"vcard": "vcard"}[found[1]]
    if PEM.match(text):
        return "pem"
    if SYLK.match(text):
        return "slk"
    if FROM_LINE.match(text):
        return "mbox"
    if FIELD.match(text) and _is_message(text):
        return "mhtml" if b"multipart/related" in text and b"snapshot" in text else "eml"
    if SCRIPT.match(text):
        return "script"
    return "html" if HTML.search(text, 0, 1024) else ""


def _is_message(text: bytes) -> bool:
    header = text.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    return len(HEADER.findall(header)) >= _MESSAGE_FIELDS


def _markup(text: bytes) -> str:
    if SCRIPT.match(text):
        return "script"
    root = ROOT.match(text)
    name = root[2] if root else b""
    if name == b"svg":
        return "svg"
    if XML.match(text) and WORD_XML.search(text):
        return "word-xml"
    if name == b"html" or (HTML.search(text) and not XML.match(text)):
        return "html"
    return "xml" if XML.match(text) or root else ""


def _by_extension(extensions: Iterable[str]) -> str:
    return next((slug for extension in extensions for slug in _NAMED if extension in KINDS[slug].extensions), "")
