"""uris: what data: URIs (RFC 2397) in a page hold. It cannot fail."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from gatekeeper.message.active.patterns import DATA_URI, UNQUOTED
from gatekeeper.message.active.script import base64

_MOST = 500
_QUOTES = (b'"', b"'", b"`")


class DataUri(NamedTuple):
    """The media type it declares, and its bytes."""

    type: str
    data: bytes


def data_uris(text: bytes, lower: bytes) -> Iterator[DataUri]:
    """Each of a page, given as it stands and in lower case; those with neither a type nor base64 are but words."""
    position = 0
    for _ in range(_MOST):
        found = DATA_URI.search(lower, position)
        if found is None:
            return
        position = found.end()
        if found[1] or b"base64" in found[2]:
            position = _end(text, found.start(), found.end())
            content = text[found.end() : position]
            yield DataUri((found[1] or b"").decode(), _bytes(content, is_base64=b"base64" in found[2]))


def _end(text: bytes, start: int, content: int) -> int:
    """A quote before it ends it; else white space, a bracket or an angle."""
    opening = text[max(start - 1, 0) : start]
    if opening in _QUOTES:
        end = text.find(opening, content)
        return end if end >= 0 else len(text)
    found = UNQUOTED.match(text, content)
    return found.end() if found else content


def _bytes(content: bytes, *, is_base64: bool) -> bytes:
    plain = unquote_to_bytes(content) if b"%" in content else content
    return base64(b"".join(plain.split()).translate(None, b"\\")) if is_base64 else plain
