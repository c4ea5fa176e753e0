"""compressed_rtf: the RTF body of an Outlook message, unpacked ([MS-OXRTFCP]). `ValueError` if it is something else.

What is cut off short gives what could be unpacked until there.
"""

import struct

_INITIAL = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
"""What the dictionary holds before the first byte ([MS-OXRTFCP] §2.1.2.1)."""

_HEADER = struct.Struct("<II4s4s")  # compressed size, size, type, CRC
_RING = 4096


def unpacked(data: bytes, most: int) -> bytes:
    """The RTF, at most `most` bytes of it. The sizes and the checksum that it claims are not believed."""
    if len(data) < _HEADER.size:
        raise ValueError("too short for compressed RTF")
    _, size, kind, _ = _HEADER.unpack_from(data)
    content = data[_HEADER.size :]
    if kind == b"MELA":
        return content[: min(most, size or most)]
    if kind == b"LZFu":
        return _lzfu(content, most)
    raise ValueError("neither compressed nor uncompressed RTF")


def _lzfu(data: bytes, most: int) -> bytes:
    """§3.1: control bytes, each of eight bits: 0 a literal, 1 a reference into the last 4096 bytes."""
    out = bytearray(_RING - len(_INITIAL)) + _INITIAL
    position = 0
    while position < len(data) and len(out) < most + _RING:
        control = data[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += data[position : position + 1]
                position += 1
                continue
            reference = data[position : position + 2]
            position += 2
            if len(reference) < 2 or not _copy(out, reference[0] << 4 | reference[1] >> 4, (reference[1] & 15) + 2):
                return bytes(out[_RING:][:most])
    return bytes(out[_RING:][:most])


def _copy(out: bytearray, offset: int, length: int) -> bool:
    """Repeat what stands at this offset of the ring; False for the place that is written next, which is the end."""
    write = (len(out) - _RING + len(_INITIAL)) % _RING
    back = (write - offset) % _RING
    if not back:
        return False
    start = len(out) - back
    piece = out[start : start + length]
    while len(piece) < length:
        piece += piece[: length - len(piece)]
    out += piece
    return True
