"""clues: how a message is made → words of our own, each with a prefix that bogofilter does not have. Never raises.

No clue says anything of what the receiving site adds (Received, Return-Path), so that a message gives the same ones in
the gateway and in a mailbox. What each brought, and what was tried and left out, stands in benchmarks/accuracy.md.
"""

from collections.abc import Iterator, Sequence

from gatekeeper.classifier.words.pieces import spaced
from gatekeeper.message import Field
from gatekeeper.message.text import MessageText

_EXPECTED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"reply-to",
    b"user-agent",
    b"x-mailer",
    b"in-reply-to",
    b"references",
    b"sender",
    b"list-unsubscribe",
)
_ORDERED = frozenset((*_EXPECTED, b"x-priority", b"content-transfer-encoding")) - {b"list-unsubscribe"}
_ORDER_SIZE = 80
_NAME_SIZE = 60
_HEAD = 3000
"""How much of the text is counted, in characters."""

_LONG = 30
_CAPITALS = bytes(range(65, 91))
_SMALL = bytes(range(97, 123))


def header_clues(fields: Sequence[Field]) -> Iterator[bytes]:
    """What is missing, in which order the program wrote the rest, how many are written to, who named the message."""
    names = [field.name.lower() for field in fields]
    known = set(names)
    yield from (b"no:" + name for name in _EXPECTED if name not in known)
    yield b"order:" + b">".join(name for name in names if name in _ORDERED)[:_ORDER_SIZE]
    for name, field in zip(names, fields, strict=True):
        if name in (b"to", b"cc"):
            yield b"count:%b%d" % (name, min(field.value.count(b"@"), 5))
        elif name == b"message-id":
            host = spaced(field.value.rpartition(b"@")[2].lower())
            yield b"mid:" + (host[0][:_NAME_SIZE] if host else b"none")


def text_clues(text: MessageText) -> Iterator[bytes]:
    """Its charsets; numbers, very long words, capitals, exclamation marks and dollars."""
    for part in text.parts:
        for name in spaced(part.charset.encode("utf-8", "replace"))[:1]:
            yield b"charset:%b%b" % (name[:_NAME_SIZE], b"/html" if part.html else b"")
    visible = next((part.visible for part in text.parts if part.visible), "")
    head = visible[:_HEAD].encode("utf-8", "replace")
    for word in spaced(head):
        if len(word) > _LONG:
            yield b"long:%b%d" % (word[:1], min(len(word) // 10, 20))
        elif word[0] in b"0123456789":
            yield b"num:" + word
    subject = text.subject[:_HEAD].encode("utf-8", "replace")
    yield b"upper:%d" % _capitals(head)
    yield b"upper:subj%d" % (_capitals(subject) // 2)
    yield b"length:subj%d" % min(len(subject) // 8, 30)
    yield b"count:bang%d" % min(head.count(b"!"), 20)
    yield b"count:dollar%d" % min(head.count(b"$"), 10)


def _capitals(text: bytes) -> int:
    """The share of capitals among the letters, in twentieths."""
    capitals = len(text) - len(text.translate(None, _CAPITALS))
    small = len(text) - len(text.translate(None, _SMALL))
    return 20 * capitals // (capitals + small or 1)
