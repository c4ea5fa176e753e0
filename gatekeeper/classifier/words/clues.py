"""clues: how a message is made → words of our own, each with a prefix that bogofilter does not have. Never raises.

No clue says anything of what the receiving site adds (Received, Return-Path), so that a message gives the same ones in
the gateway and in a mailbox. What each brought, and what was tried and left out, stands in benchmarks/accuracy.md.
"""

from collections.abc import Iterator

from gatekeeper.classifier.words.headers import Named
from gatekeeper.classifier.words.pieces import spaced
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


def header_clues(fields: Named) -> list[bytes]:
    """What is missing, in which order the program wrote the rest, how many are written to, who named the message."""
    known = dict(fields)
    found = [b"no:" + name for name in _EXPECTED if name not in known]
    found.append(b"order:" + b">".join([name for name, _ in fields if name in _ORDERED])[:_ORDER_SIZE])
    found += [b"count:%b%d" % (name, min(known[name].value.count(b"@"), 5)) for name in (b"to", b"cc") if name in known]
    if identity := known.get(b"message-id"):
        host = spaced(identity.value.rpartition(b"@")[2].lower())
        found.append(b"mid:" + (host[0][:_NAME_SIZE] if host else b"none"))
    return found


def charset_clues(text: MessageText) -> Iterator[bytes]:
    """The charsets of its texts, and which of those are pages."""
    for part in text.parts:
        for name in spaced(part.charset.encode("utf-8", "replace"))[:1]:
            yield b"charset:%b%b" % (name[:_NAME_SIZE], b"/html" if part.html else b"")
