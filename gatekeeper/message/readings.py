"""readings: every run of bytes in a message that a scanner is to see, each once. It cannot fail.

A scanner that takes mail apart itself may read broken MIME as no mail program does; so it gets each decoding of each
part beside the message as a whole.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from gatekeeper.message.message import Message
from gatekeeper.values import Octets

WHOLE = "the message"


class Reading(NamedTuple):
    """`place` is the path of the part, or `WHOLE`."""

    place: str
    sha256: str
    data: Octets


def readings_of(message: Message, most: int) -> tuple[list[Reading], int]:
    """At most `most` readings of parts, and last the whole; and how many there were beyond that."""
    found: dict[str, Reading] = {}
    left = 0
    for place, data in _decodings(message):
        reading = _reading(place, data)
        if reading.sha256 in found or len(found) < most:
            found.setdefault(reading.sha256, reading)
        else:
            left += 1
    whole = _reading(WHOLE, message.raw)
    found.setdefault(whole.sha256, whole)
    return list(found.values()), left


def _decodings(message: Message) -> Iterator[tuple[str, bytes]]:
    return ((part.path, found.data) for part in message.walk() for found in part.decodings() if found.data)


def _reading(place: str, data: Octets) -> Reading:
    return Reading(place, sha256(data).hexdigest(), data)  # type: ignore[arg-type]  # bytes and maps are buffers
