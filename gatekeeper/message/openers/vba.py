"""vba: the modules of a VBA project ([MS-OVBA]), from the streams of its storage.

What Office would run is what the `dir` stream names. Where that cannot be read, compressed source is looked for in
every stream. A damaged project gives fewer modules, never an error.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gatekeeper.message.openers.document_patterns import VBA_SOURCE

_CHUNK = 4096
_MOST = 4_000_000
"""Bytes of source of one project that are decompressed: more than Office takes (64 KB a procedure)."""

_CODEPAGE, _STREAM_NAME, _OFFSET, _MODULE_END, _VERSION = 0x0003, 0x001A, 0x0031, 0x002B, 0x0009


class Module(NamedTuple):
    """One module. `source` is empty when there is compiled code alone ("stomped")."""

    name: str
    source: bytes


def modules(streams: Mapping[str, bytes]) -> Iterator[Module]:
    """The modules in the streams of one `VBA` storage, whose names are given in lower case without a path."""
    left = _MOST
    for name, offset in _listed(decompressed(streams.get("dir", b""))) or _guessed(streams):
        source = decompressed(streams.get(name.lower(), b""), offset, left)
        left -= len(source)
        yield Module(name, source)


def _listed(directory: bytes) -> list[tuple[str, int]]:
    """Stream names and where source begins in each ([MS-OVBA] 2.3.4.2.3.2)."""
    found: list[tuple[str, int]] = []
    codepage, name, offset, position = "cp1252", "", 0, 0
    while position + 6 <= len(directory):
        record = int.from_bytes(directory[position : position + 2], "little")
        size = int.from_bytes(directory[position + 2 : position + 6], "little")
        value = directory[position + 6 : position + 6 + size]
        position += 6 + size + (2 if record == _VERSION else 0)  # its size does not count the minor version
        if record == _CODEPAGE:
            codepage = f"cp{int.from_bytes(value, 'little')}"
        elif record == _STREAM_NAME:
            name = _text(value, codepage)
        elif record == _OFFSET:
            offset = int.from_bytes(value, "little")
        elif record == _MODULE_END and name:
            found.append((name, offset))
            name = ""
    return found


def _text(value: bytes, codepage: str) -> str:
    try:
        return value.decode(codepage, "replace")
    except LookupError:
        return value.decode("latin-1")


def _guessed(streams: Mapping[str, bytes]) -> list[tuple[str, int]]:
    """Streams that hold something like compressed source: its first words are always `Attribute VB_Name`."""
    hits = ((name, VBA_SOURCE.search(data)) for name, data in streams.items())
    return [(name, hit.start()) for name, hit in hits if hit]


def decompressed(data: bytes, start: int = 0, limit: int = _MOST) -> bytes:
    """A compressed container ([MS-OVBA] 2.4.1) from `start`, until it ends, is broken, or gave `limit` bytes."""
    if data[start : start + 1] != b"\1":
        return b""
    out = bytearray()
    position = start + 1
    while position + 2 <= len(data) and len(out) < limit:
        header = int.from_bytes(data[position : position + 2], "little")
        end = position + (header & 0x0FFF) + 3
        chunk = data[position + 2 : end]
        out += _chunk(chunk) if header & 0x8000 else chunk[:_CHUNK]
        position = end
    return bytes(out[:limit])


def _chunk(tokens: bytes) -> bytes:
    """One compressed chunk (2.4.1.3.2): at most 4096 bytes."""
    out = bytearray()
    position = 0
    while position < len(tokens) and len(out) < _CHUNK:
        flags = tokens[position]
        position += 1
        for bit in range(8):
            if position >= len(tokens):
                break
            if not flags >> bit & 1:
                out.append(tokens[position])
                position += 1
                continue
            token = int.from_bytes(tokens[position : position + 2], "little")
            position += 2
            if not _copy(out, token):
                return bytes(out)
    return bytes(out[:_CHUNK])


def _copy(out: bytearray, token: int) -> bool:
    """Append what a copy token (2.4.1.3.19) repeats; False when it points before the beginning."""
    width = max((len(out) - 1).bit_length(), 4)
    offset = (token >> 16 - width) + 1
    length = (token & (1 << 16 - width) - 1) + 3
    if not out or offset > len(out):
        return False
    piece = bytes(out[-offset:])[:length]
    repeated = piece * (length // len(piece) + 1)
    out += repeated[:length]
    return True
