"""bodies: the parts of a message → words: of their headers, and of those bodies that are text. Never raises."""

from collections.abc import Iterator

from gatekeeper.classifier.patterns import CHARSET
from gatekeeper.classifier.words.headers import part_words
from gatekeeper.classifier.words.markup import read_markup
from gatekeeper.classifier.words.pieces import pieces
from gatekeeper.message import Message, Part
from gatekeeper.message.words import text

_PAGES = "text/html"
_PART = b"mime:"
_AS_THEY_ARE = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))


def body_words(message: Message) -> Iterator[bytes]:
    """The words behind the header, in the order of the parts."""
    stack = [(message.root, False)]
    while stack:
        part, enclosed = stack.pop()
        if part is not message.root:
            yield from part_words(part.fields, b"" if enclosed else _PART)
        kind = part.types()[0]
        if part.parts:
            yield from pieces(_preamble(part))
            inside = kind.startswith("message/")
            stack.extend((child, inside) for child in reversed(part.parts))
        elif kind.startswith("text/") or "/" not in kind:
            yield from pieces(_read(part, kind))


def _preamble(part: Part) -> bytes:
    """What stands before the first part; a delimiter says nothing."""
    first = part.parts[0]
    if first.raw is not part.raw or first.start <= part.body_start:
        return b""
    return part.raw[part.body_start : first.start].rpartition(b"--")[0]


def _read(part: Part, kind: str) -> bytes:
    """A text in UTF-8, without its markup."""
    data = next((found.data for found in part.decodings() if not found.name), b"")
    charset = _charset(part)
    if not data.isascii() and charset not in _AS_THEY_ARE:
        data = text(data, charset).encode("utf-8", "replace")
    return read_markup(data) if kind == _PAGES else data


def _charset(part: Part) -> str:
    """What the part declares; Latin-1 if it declares nothing, as bogofilter has it."""
    match = CHARSET.search(part.content.types[0]) if part.content.types else None
    return match[1].decode("ascii").lower() if match else "latin-1"
