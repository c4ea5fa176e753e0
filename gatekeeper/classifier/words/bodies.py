"""bodies: the parts of a message → words: of their headers, and of those bodies that are text. Never raises."""

from collections.abc import Iterator

from gatekeeper.classifier.words.charset import charset_of, recoded
from gatekeeper.classifier.words.headers import part_words, sent
from gatekeeper.classifier.words.markup import read_markup
from gatekeeper.classifier.words.pieces import pieces
from gatekeeper.message import Message, Part

_PAGE = "text/html"
_PART = b"mime:"


def body_words(message: Message) -> Iterator[bytes]:
    """The words behind the header, in the order of the parts."""
    stack = [(message.root, False)]
    while stack:
        part, enclosed = stack.pop()
        if part is not message.root:
            yield from part_words(sent(part.fields), b"" if enclosed else _PART)
        kind = part.types()[0]
        if part.parts:
            yield from pieces(_around(part))
            inside = kind.startswith("message/")
            stack.extend((child, inside) for child in reversed(part.parts))
        elif kind.startswith(("text/", "multipart/")) or "/" not in kind:
            yield from pieces(_read(part, kind))


def _around(part: Part) -> bytes:
    """What stands before the first part and behind the last; the delimiters say nothing."""
    first, last = part.parts[0], part.parts[-1]
    if first.raw is not part.raw or part.types()[0].startswith("message/"):
        return b""
    before = part.raw[part.body_start : first.start].rpartition(b"--")[0]
    behind = part.raw[last.end : part.end].partition(b"--")[2].partition(b"\n")[2]
    return before + b"\n" + behind


def _read(part: Part, kind: str) -> bytes:
    """A text in UTF-8, without its markup."""
    data = next((found.data for found in part.decodings() if not found.name), b"")
    if not data.isascii():
        data = recoded(data, charset_of(part.content.types))
    return read_markup(data) if kind == _PAGE else data
