"""opener_wire: a question and its answer as bytes between a gateway worker and the process that opens attachments.

Whoever answers may have been taken over by what it opened, so an answer is checked before it is believed to be one:
`decode` fails with `ValueError`. What it says may still be a lie.
"""

import struct
from dataclasses import replace

import msgspec

from gatekeeper.lookups.cell_child import Cage
from gatekeeper.lookups.cell_wire import decode_failure, encode_failure
from gatekeeper.message.kinds import KINDS
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.values import Anomaly, Answer, Contents, Exceeded, Item, Opened

_LENGTH = struct.Struct("!I")
_DEEPEST = 100
_names = msgspec.msgpack.Decoder(tuple[bytes, ...])
_item = msgspec.msgpack.Decoder(Item)


class OpenerCage(Cage, frozen=True):
    """What one process may use, and how much it may unpack."""

    limits: OpenLimits = OpenLimits()


def encode_question(question: Contents) -> bytes:
    """What goes before the bytes of the attachment itself, which end with the stream."""
    names = msgspec.msgpack.encode([name.encode("utf-8", "surrogatepass") for name in question.names])
    return _LENGTH.pack(len(names)) + names


def decode_question(stream: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The attachment and its names."""
    (length,) = _LENGTH.unpack_from(stream)
    start = _LENGTH.size + length
    names = _names.decode(memoryview(stream)[_LENGTH.size : start])
    return stream[start:], tuple(name.decode("utf-8", "surrogatepass") for name in names)


def encode(answer: Answer, most: int) -> bytes:
    """An answer in at most `most` bytes: rather without the bytes of what was inside, or not at all."""
    if not isinstance(answer, Opened):
        return encode_failure(answer)
    for item in (answer.item, answer.item.without_data()):
        packed = _pack(item)
        if len(packed) < most:
            return b"o" + packed
    return encode(Exceeded("size of the answer"), most)


def decode(packed: bytes) -> Answer:
    """The answer; `ValueError` if it is none."""
    if failure := decode_failure(packed):
        return failure
    if packed[:1] != b"o":
        raise ValueError("no such answer")
    try:
        item = _item.decode(packed[1:])
    except RecursionError:
        raise ValueError("too deep") from None
    if not _is_shallow(item):
        raise ValueError("too deep")
    if any(found.kind not in KINDS for found in item.walk()):
        raise ValueError("no such kind")
    return Opened(item)


def _pack(item: Item) -> bytes:
    try:
        return msgspec.msgpack.encode(item)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(_sound(item))


def _sound(item: Item) -> Item:
    """The item with a question mark for each byte of a name that is no text."""
    return replace(
        item,
        path=_text(item.path),
        names=tuple(map(_text, item.names)),
        anomalies=tuple(Anomaly(found.name, _text(found.detail)) for found in item.anomalies),
        links=tuple(map(_text, item.links)),
        items=tuple(map(_sound, item.items)),
    )


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _is_shallow(item: Item) -> bool:
    level: tuple[Item, ...] = (item,)
    for _ in range(_DEEPEST):
        level = tuple(below for found in level for below in found.items)
        if not level:
            return True
    return False
