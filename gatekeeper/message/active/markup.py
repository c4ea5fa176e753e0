"""markup: the tags, scripts and handlers in HTML, SVG and XML, as some browser would find them. It cannot fail.

No tree is built: a parser that follows the standard takes quadratic time on some pages. Tags are found wherever they
begin, in comments and strings too, so that no trick hides one; each costs a bounded look, and so do all together.
"""

from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import NamedTuple

from gatekeeper.message.active.patterns import ATTRIBUTE, EVENT, REFERENCE, SCRIPT_URL, TAG

_MOST_TAGS = 1000
_ATTRIBUTES = 2000  # bytes of a tag that are looked at
_MOST_HANDLERS = 1000
_DATA_TYPES = (b"json", b"template", b"x-handlebars", b"x-mustache", b"text/html", b"text/plain")
_BEFORE_ATTRIBUTES = frozenset(b" \t\r\n\f/\"'")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Tag(NamedTuple):
    """A tag's local name in lower case, its attributes (the first of a name counts), and where it ends."""

    name: str
    attributes: dict[bytes, bytes]
    end: int


class Page:
    """A page in the forms that are searched: `text` without NULs, `lower` in lower case, entities undone in both."""

    def __init__(self, data: bytes) -> None:
        self.text = narrowed(data)
        self.lower = self.text.lower()
        if REFERENCE.search(self.lower):
            self.text += b"\n" + unescaped(self.text)
            self.lower = self.text.lower()
        self.tags: list[Tag] = []
        self.whole = True
        for found in TAG.finditer(self.lower):
            if len(self.tags) == _MOST_TAGS:
                self.whole = False
                break
            self.tags.append(Tag(found[1].decode(), *attributes(self.text, found.end())))

    def scripts(self) -> Iterator[bytes]:
        """What stands between script tags, unless it is data."""
        reached = 0
        for tag in self.tags:
            if tag.name != "script" or tag.end < reached:
                continue
            end = self.lower.find(b"</script", tag.end)
            reached = end if end >= 0 else len(self.text)
            if not any(kind in tag.attributes.get(b"type", b"").lower() for kind in _DATA_TYPES):
                yield self.text[tag.end : reached]

    def handlers(self) -> Iterator[bytes]:
        """What event handlers run."""
        apart = (found for found in EVENT.finditer(self.lower) if self.lower[found.start() - 1] in _BEFORE_ATTRIBUTES)
        for found in islice(apart, _MOST_HANDLERS):
            yield unescaped(self.text[found.start(found.lastindex or 0) : found.end()])

    def script_links(self) -> Iterator[bytes]:
        """What `javascript:` and `vbscript:` links run."""
        if b"script:" not in self.lower.translate(None, b" \t\r\n"):
            return
        for found in islice(SCRIPT_URL.finditer(self.lower), _MOST_HANDLERS):
            yield unescaped(self.text[found.start(1) : found.end(1)])


def narrowed(data: bytes) -> bytes:
    """The text as bytes of ASCII and what is beyond: without UTF-16's NULs, and what UTF-7 hides beside it."""
    for mark in _MARKS:
        data = data.removeprefix(mark)
    text = data.replace(b"\0", b"")
    if b"+ADw" in text:
        text += b"\n" + text.decode("utf-7", "ignore").encode("utf-8", "ignore")
    return text


def unescaped(text: bytes) -> bytes:
    """With its character references undone."""
    return unescape(text.decode("latin-1")).encode("latin-1", "replace") if b"&" in text else text


def attributes(text: bytes, start: int) -> tuple[dict[bytes, bytes], int]:
    """The attributes from here to the end of the tag, names in lower case, and where that is."""
    found: dict[bytes, bytes] = {}
    limit = min(start + _ATTRIBUTES, len(text))
    position = start
    while position < limit and (match := ATTRIBUTE.match(text, position, limit)):
        value = next((group for group in match.groups()[1:] if group is not None), b"")
        found.setdefault(match[1].lower(), value)
        position = match.end()
    closing = text.find(b">", position, limit + _ATTRIBUTES)
    return found, closing + 1 if closing >= 0 else position
