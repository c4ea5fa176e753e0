"""normal: a message as one text for the linear model: who it is from and to, how it is made, what it says.

Raw bytes would teach it servers and encodings; this is what remains when the sender's software is changed. Header
fields are named one by one, so nothing that another filter (or we) wrote of the message is ever in it. Never raises.
"""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.message import Message
from gatekeeper.message.text import texts
from gatekeeper.message.words import decoded_words

MOST = 4000
"""How much of a message is read, in characters."""

_ADDRESSED = (b"from", b"to", b"cc", b"reply-to", b"subject")
_MADE = (
    b"content-type",
    b"x-mailer",
    b"user-agent",
    b"message-id",
    b"list-unsubscribe",
    b"precedence",
    b"return-path",
)
_MOST_OF_A_FIELD = 500
_MOST_PARTS = 20
_MOST_LINKS = 50


def normal_text(message: Message) -> str:
    """What the message is and says, in lower case, at most `MOST` characters, a line for each thing."""
    return "\n".join(_lines(message)).lower()[:MOST]


def _lines(message: Message) -> Iterator[str]:
    for name in (*_ADDRESSED, *_MADE):
        for value in message.values(name)[:1]:
            yield f"{name.decode()}: {_plain(value)}"
    for value in message.values(b"received")[:1]:
        yield f"received: {_plain(value)}"
    for part in islice(message.walk(), _MOST_PARTS):
        yield " ".join(("part:", part.types()[0], *part.names()[:1]))
    said = texts(message)
    yield " ".join(said.visible[: 2 * MOST].split())
    yield from (link.target[:_MOST_OF_A_FIELD] for link in said.links[:_MOST_LINKS])


def _plain(value: bytes) -> str:
    return " ".join(decoded_words(value[:_MOST_OF_A_FIELD]).split())
