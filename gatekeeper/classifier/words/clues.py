"""clues: how a message is made → words of our own, each with a prefix that bogofilter does not have. Never raises.

No clue says anything of what the receiving site adds (Received, Return-Path), so that a message gives the same ones in
the gateway and in a mailbox. What each brought, and what was tried and left out, stands in benchmarks/accuracy.md.
"""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.classifier.words.domains import domain_of
from gatekeeper.classifier.words.headers import Named
from gatekeeper.classifier.words.pieces import spaced
from gatekeeper.message import Message
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
_NAME_SIZE = 90
_TYPE_SIZE = 30


def header_clues(fields: Named) -> list[bytes]:
    """What is missing, in which order the program wrote the rest, who writes to how many, who named the message."""
    known = dict(fields)
    found = [b"no:" + name for name in _EXPECTED if name not in known]
    found.append(b"order:" + b">".join([name for name, _ in fields if name in _ORDERED])[:_ORDER_SIZE])
    found += [b"count:%b%d" % (name, min(known[name].value.count(b"@"), 5)) for name in (b"to", b"cc") if name in known]
    for name in (b"from", b"to"):
        if name in known:
            found.append((b"called:" if _is_called(known[name].value) else b"uncalled:") + name)
    if sender := known.get(b"from"):
        found += _sender(sender.value)
    if identity := known.get(b"message-id"):
        host = spaced(identity.value.rpartition(b"@")[2].lower())
        found.append(b"mid:" + (host[0][:_NAME_SIZE] if host else b"none"))
    if (kind := known.get(b"content-type")) and b"boundary" not in kind.value.lower():
        found.append(b"type:" + b"_".join(spaced(kind.value[:_NAME_SIZE])))
    return found


def _is_called(address: bytes) -> bool:
    """Whether the first address comes with the name of its owner."""
    name, bracket, _ = address.partition(b"<")
    return bool(bracket and name.strip(b" \t\r\n\"'"))


def _sender(value: bytes) -> tuple[bytes, ...]:
    """Its domain, and the end of that."""
    host = spaced(value.rpartition(b"@")[2].lower())
    if not host:
        return ()
    name = host[0][:_NAME_SIZE]
    return b"sender:" + domain_of(name), b"sender:." + name.rpartition(b".")[2]


def part_clues(message: Message) -> tuple[bytes, bytes]:
    """How many parts there are, and the types of the first five."""
    parts = tuple(islice(message.walk(), 9))
    kinds = (b"_".join(spaced(part.types()[0].encode("utf-8", "replace")))[:_TYPE_SIZE] for part in parts[:5])
    return b"parts:%d" % len(parts), b"tree:" + b",".join(kinds)[:_NAME_SIZE]


def charset_clues(text: MessageText) -> Iterator[bytes]:
    """The charsets of its texts, and which of those are pages."""
    for part in text.parts:
        for name in spaced(part.charset.encode("utf-8", "replace"))[:1]:
            yield b"charset:%b%b" % (name[:_NAME_SIZE], b"/html" if part.html else b"")
