"""bogofilter_header: what `%A`, `%I` and `%Q` of a header format stand for. It cannot fail."""

from ipaddress import ip_address
from typing import NamedTuple

from gatekeeper.message import parse

_UNKNOWN = "UNKNOWN"


class Names(NamedTuple):
    """Message-ID, address of the client in the newest Received field, and the queue id there."""

    message_id: str = _UNKNOWN
    address: str = _UNKNOWN
    queue_id: str = _UNKNOWN


def names_of(raw: bytes) -> Names:
    """`UNKNOWN` is what the message does not say."""
    message = parse(raw)
    ids = [value.decode("utf-8", "replace").split() for value in message.values(b"Message-ID")]
    received = [value.decode("utf-8", "replace").split() for value in message.values(b"Received")]
    words = received[0] if received else []
    return Names(ids[0][0] if ids and ids[0] else _UNKNOWN, _address(words), _queue_id(words))


def _address(words: list[str]) -> str:
    for word in words:
        text = word.strip("()[];,").removeprefix("IPv6:")
        if "[" in word or text.count(".") == 3:
            try:
                return str(ip_address(text))
            except ValueError:
                continue
    return _UNKNOWN


def _queue_id(words: list[str]) -> str:
    place = words.index("id") + 1 if "id" in words else len(words)
    return words[place].strip(";") if place < len(words) else _UNKNOWN
