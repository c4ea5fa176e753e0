"""links: where a message leads, what it brings along and what it hides → words of our own. Never raises."""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.classifier.words.pieces import spaced
from gatekeeper.message import Message
from gatekeeper.message.text import MessageText, is_address

_MOST_LINKS = 500
_MOST_PARTS = 200
_SIZE = 80


def link_words(text: MessageText) -> Iterator[bytes]:
    """The hosts and registrable domains it leads to, what is odd about them, and links that seem to lead elsewhere."""
    for link, url in islice(text.urls.items(), _MOST_LINKS):
        if not url.host:
            continue
        yield from _word(b"url:", url.host)
        if url.domain and url.domain != url.host:
            yield from _word(b"url:", url.domain)
        yield b"link:" + link.kind.encode()
        yield from (b"link:" + odd.encode() for odd in url.odd)
        if link.text and url.domain and is_address(link.text) and url.domain not in link.text:
            yield b"link:differs"


def hidden_words(text: MessageText) -> Iterator[bytes]:
    """How it hides text from its reader."""
    return (b"hidden:" + hidden.kind.encode() for hidden in text.hidden)


def attachment_words(message: Message) -> Iterator[bytes]:
    """The endings of the names of its files, and what those are."""
    for part in islice(message.walk(), _MOST_PARTS):
        kind = part.types()[0]
        if part.parts or kind.startswith(("text/", "multipart/", "message/")):
            continue
        for name in part.names():
            if "." in name:
                yield from _word(b"ext:", name.rpartition(".")[2].lower())
        yield from (b"kind:" + found.encode() for found in part.kinds() if found)


def _word(prefix: bytes, text: str) -> Iterator[bytes]:
    """`text` with its prefix, up to the first separator in it."""
    return (prefix + word[:_SIZE] for word in spaced(text.encode("utf-8", "replace"))[:1])
