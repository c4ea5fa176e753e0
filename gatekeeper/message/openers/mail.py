"""mail: a message inside, and a file of them: their parts are members, in every name, type and decoding.

`message.parse` never raises and has its own limits; what it finds odd is passed on.
"""

from collections.abc import Iterator

from gatekeeper.message.message import Message, Part
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.parse import parse
from gatekeeper.values import Anomaly

KINDS = frozenset(("eml", "mbox", "mhtml"))


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Every body of every part of every message."""
    for raw in _messages(thing.data) if thing.kind == "mbox" else (thing.data,):
        message = parse(raw)
        for part in message.walk():
            yield from _members(part, allowance)
        yield from _anomalies(message)


def _members(part: Part, allowance: Allowance) -> Iterator[Member]:
    if part.names() and not part.decodings():  # a message or multipart with a name, which some save under it
        yield Member("mail", part.names(), None, types=part.types())
    for decoding in part.decodings():
        allowance.entry()
        allowance.spend(len(decoding.data))
        yield Member("mail", part.names(), decoding.data, (), len(decoding.data), part.types())


def _anomalies(message: Message) -> Iterator[Anomaly]:
    return (Anomaly(name) for name in message.anomalies)


def _messages(data: bytes) -> Iterator[bytes]:
    """The messages of an mbox: each begins with a line that begins with `From `."""
    start = 0
    while start < len(data):
        end = data.find(b"\nFrom ", start)
        end = len(data) if end < 0 else end + 1
        yield data[start:end]
        start = end
