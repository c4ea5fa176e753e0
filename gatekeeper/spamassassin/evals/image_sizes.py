"""image_sizes: height and width of an image in pixels, by its first header of that kind; None if it cannot be read.

As SpamAssassin reads them: of PNG every eight octets are looked at for the header, of JPEG each segment.
"""

from struct import unpack_from

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER = b"\x00\x00\x00\x0dIHDR"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 10_000


def size_of(kind: str, data: bytes) -> tuple[int, int] | None:
    """`kind` is gif, png or jpeg."""
    return {"gif": _gif, "png": _png, "jpeg": _jpeg}[kind](data)


def _gif(data: bytes) -> tuple[int, int] | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 10:
        return None
    width, height = unpack_from("<HH", data, 6)
    return height, width


def _png(data: bytes) -> tuple[int, int] | None:
    if data[:8] != _PNG:
        return None
    header, end = _aligned(data, _PNG_HEADER), _aligned(data, b"IEND", 4)
    if header is None or (end is not None and end < header) or len(data) < header + 16:
        return None
    width, height = unpack_from(">II", data, header + 8)
    return height, width


def _aligned(data: bytes, wanted: bytes, inside: int = 0) -> int | None:
    """Where `wanted` stands, `inside` octets into a group of eight."""
    at = data.find(wanted, 8)
    while at >= 0:
        if (at - inside) % 8 == 0:
            return at - inside
        at = data.find(wanted, at + 1)
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] in (0xD9, 0xDA):
            return None
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return None
        if data[at + 1] in _FRAMES:
            return _frame(data, at + 4, length - 2)
        at += 2 + length
    return None


def _frame(data: bytes, at: int, length: int) -> tuple[int, int] | None:
    if length < 5 or len(data) < at + 5:
        return None
    height, width = unpack_from(">HH", data, at + 1)
    return height, width
