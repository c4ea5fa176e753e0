"""bodies: the parts of a message → words: of their headers, and of those bodies that are text. Never raises."""

from gatekeeper.classifier.words.charset import charset_of, recoded
from gatekeeper.classifier.words.headers import part_words, sent
from gatekeeper.classifier.words.markup import read_markup
from gatekeeper.classifier.words.pieces import pieces
from gatekeeper.message import Message, Part

_PAGE = "text/html"
_PART = b"mime:"
_MOST_OCTETS = 4_000_000
_EACH = 1000
"""How much is read of a message; what a part counts besides its text."""


def body_words(message: Message) -> list[bytes]:
    """The words behind the header, in the order of the parts."""
    found: list[bytes] = []
    left = _MOST_OCTETS
    stack = [(message.root, False)]
    while stack and left > 0:
        part, enclosed = stack.pop()
        if part is not message.root:
            found += part_words(sent(part.fields), b"" if enclosed else _PART)
        kind = part.types()[0]
        text = b""
        if part.parts:
            text = _around(part, left)
            inside = kind.startswith("message/")
            stack.extend((child, inside) for child in reversed(part.parts))
        elif kind.startswith(("text/", "multipart/")) or "/" not in kind:
            text = _read(part, kind, left)
        left -= len(text) + _EACH
        found += pieces(text)
    return found


def _around(part: Part, most: int) -> bytes:
    """What stands before the first part and behind the last; the delimiters say nothing."""
    first, last = part.parts[0], part.parts[-1]
    if first.raw is not part.raw or part.types()[0].startswith("message/"):
        return b""
    before = part.raw[part.body_start : min(first.start, part.body_start + most)].rpartition(b"--")[0]
    behind = part.raw[last.end : min(part.end, last.end + most)].partition(b"--")[2].partition(b"\n")[2]
    return b"%b\n%b" % (before, behind)


def _read(part: Part, kind: str, most: int) -> bytes:
    """A text in UTF-8, without its markup."""
    data = next((found.data for found in part.decodings() if not found.name), b"")[:most]
    if not data.isascii():
        data = recoded(data, charset_of(part.content.types))
    return read_markup(data) if kind == _PAGE else data
