"""yara_wire: what is scanned, and what matched, as bytes between a gateway worker and the process that scans.

An answer is checked before it is believed to be one: `decode` fails with `ValueError`.
"""

import struct
from collections.abc import Iterator, Sequence

import msgspec

from gatekeeper.lookups.cell_wire import decode_failure
from gatekeeper.values import Answer, Hit, Matched, Octets

_LENGTH = struct.Struct("!I")
_hits = msgspec.msgpack.Decoder(tuple[Hit, ...])


def encode_question(readings: Sequence[Octets]) -> bytes:
    """What goes before the bytes of all readings."""
    lengths = msgspec.msgpack.encode([len(data) for data in readings])
    return _LENGTH.pack(len(lengths)) + lengths


def decode_question(stream: bytes) -> Iterator[bytes]:
    """Each reading."""
    (length,) = _LENGTH.unpack_from(stream)
    start = _LENGTH.size + length
    for size in msgspec.msgpack.decode(stream[_LENGTH.size : start], type=list[int]):
        yield stream[start : start + size]
        start += size


def encode(hits: Sequence[Hit]) -> bytes:
    """An answer."""
    return b"m" + msgspec.msgpack.encode(hits)


def decode(packed: bytes) -> Answer:
    """The answer; `ValueError` if it is none."""
    if failure := decode_failure(packed):
        return failure
    if packed[:1] != b"m":
        raise ValueError("no such answer")
    return Matched(_hits.decode(packed[1:]))
