"""powerpoint: the objects in a PowerPoint 97 document ([MS-PPT]), among them its VBA project."""

import zlib
from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Member
from gatekeeper.message.openers.inflate import inflated

_OBJECT = 0x1011  # ExOleObjStg, and the VBA project's storage (2.10.34, 2.10.40)
_CONTAINER = 0xF


def objects(stream: bytes, allowance: Allowance) -> Iterator[Member]:
    """Each embedded compound file; a record that is cut off ends its container."""
    position, count = 0, 0
    while position + 8 <= len(stream):
        version = int.from_bytes(stream[position : position + 2], "little")
        kind = int.from_bytes(stream[position + 2 : position + 4], "little")
        size = int.from_bytes(stream[position + 4 : position + 8], "little")
        position += 8
        if version & 0xF == _CONTAINER:
            continue
        if kind == _OBJECT:
            count += 1
            yield _object(version >> 4, stream[position : position + size], count, allowance)
        position += size


def _object(instance: int, data: bytes, number: int, allowance: Allowance) -> Member:
    """Instance 1 is compressed: four bytes of size, then zlib (2.10.35)."""
    names = (f"object{number}",)
    if instance != 1:
        return Member("object", names, data)
    try:
        return Member("object", names, inflated(data[4:], allowance))
    except zlib.error:
        return Member("object", names, data)
