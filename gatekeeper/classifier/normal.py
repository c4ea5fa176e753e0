"""normal: a message as one line of text, as the linear model reads it. It cannot fail.

What a sender chose comes first: some header fields, the kinds and names of parts, then what the reader sees and where
links lead, in lower case. Raw bytes would hide the same words behind encodings. Fields that a filter added, ours among
them, are not in the list, so that no model learns a verdict.
"""

from gatekeeper.message import Message
from gatekeeper.message.text import texts
from gatekeeper.message.words import decoded_words

FIELDS = (
    b"from",
    b"to",
    b"cc",
    b"reply-to",
    b"subject",
    b"content-type",
    b"x-mailer",
    b"user-agent",
    b"message-id",
    b"list-unsubscribe",
    b"precedence",
    b"return-path",
)
_FIELD, _BODY = 400, 4000


def normal_text(message: Message, most: int = _BODY) -> str:
    """At most `most` characters."""
    said = [f"{name.decode()}:{_value(message, name)}" for name in FIELDS]
    received = message.values(b"received")
    if received:
        said.append(f"received:{' '.join(decoded_words(received[0]).split())[:_FIELD]}")
    for part in message.walk():
        said.extend(part.types())
        said.extend(part.names())
    read = texts(message)
    said.append(" ".join(read.visible[: 2 * most].split()))
    said.extend(link.target[:_FIELD] for link in read.links[:50])
    return " ".join(said)[:most].lower()


def _value(message: Message, name: bytes) -> str:
    return " ".join(" ".join(decoded_words(value) for value in message.values(name)[:2]).split())[:_FIELD]
