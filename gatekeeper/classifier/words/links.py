"""links: where a message leads, what it brings along and what it hides → words of our own. Never raises."""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.classifier.words.domains import domain_of, host_in
from gatekeeper.classifier.words.pieces import spaced
from gatekeeper.message import Message
from gatekeeper.message.text import MessageText

_MOST_LINKS = 500
_MOST_PARTS = 200
_SIZE = 80
_LONGEST = 300


def link_words(text: MessageText) -> Iterator[bytes]:
    """The hosts and domains that it leads to, and by what kinds of links."""
    links = text.links[:_MOST_LINKS]
    yield from (b"link:" + kind.encode() for kind in {link.kind: None for link in links})
    hosts = dict.fromkeys(host_in(link.target[:_LONGEST].encode("utf-8", "replace")) for link in links)
    for host in hosts:
        for name in spaced(host)[:1]:
            yield b"url:" + name[:_SIZE]
            if (domain := domain_of(name)) != name:
                yield b"url:" + domain[:_SIZE]


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
