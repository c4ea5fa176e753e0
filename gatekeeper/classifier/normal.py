"""normal: a message as one text for the linear model: who it is from and to, what it says, where it leads.

Raw bytes would teach it servers and encodings; what the receiving site adds says little, and differs between a mailbox
and the gateway. Header fields are named one by one, so nothing that another filter (or we) wrote of the message is ever
in it. Never raises.
"""

from collections.abc import Iterator
from itertools import islice

from gatekeeper.message import Message
from gatekeeper.message.text import MessageText, texts
from gatekeeper.message.words import decoded_words

MOST = 5000
"""How long the text may be, in characters."""

_FIELDS = (b"from", b"to", b"cc", b"reply-to", b"subject")
_MOST_OF_A_FIELD = 500
_MOST_PARTS = 20
_TOP, _TAIL, _LINKS = 3000, 500, 1000
_SPACE = 5
"""How much longer a text may be for its white space."""


def normal_text(message: Message) -> str:
    """In lower case: its header and the top of what it says, the end of that, and where it leads."""
    said = texts(message)
    head = "\n".join(_header(message))[:_TOP]
    top, tail = _ends(said.visible, _TOP - len(head))
    return "\n".join((head, top, tail, _targets(said)[:_LINKS])).lower()[:MOST]


def _header(message: Message) -> Iterator[str]:
    """From whom, to whom, about what, and of which parts."""
    for name in _FIELDS:
        for value in message.values(name)[:1]:
            yield f"{name.decode()}: {' '.join(decoded_words(value[:_MOST_OF_A_FIELD]).split())}"
    for part in islice(message.walk(), _MOST_PARTS):
        yield " ".join(("part:", part.types()[0], *part.names()[:1]))


def _ends(text: str, room: int) -> tuple[str, str]:
    """As much of its beginning as there is room for, and of its end, white space made one."""
    near = " ".join(text[: _SPACE * _TOP].split())
    if len(text) <= _SPACE * _TOP:
        return near[:room], near[max(room, len(near) - _TAIL) :]
    return near[:room], " ".join(text[-_SPACE * _TAIL :].split())[-_TAIL:]


def _targets(said: MessageText) -> str:
    return "\n".join(link.target for link in said.links[:_LINKS])
