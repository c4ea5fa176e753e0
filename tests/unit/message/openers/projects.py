"""Makes VBA projects for tests ([MS-OVBA])."""

from struct import pack


def compressed(data: bytes) -> bytes:
    """A compressed container of literals alone, in chunks of 4096 bytes."""
    out = b"\1"
    for start in range(0, len(data), 4096):
        piece = data[start : start + 3600]  # with a flag byte for each eight, a chunk holds no more
        tokens = b"".join(b"\0" + piece[at : at + 8] for at in range(0, len(piece), 8))
        out += pack("<H", 0xB000 | len(tokens) - 1) + tokens
    return out


def record(number: int, value: bytes) -> bytes:
    return pack("<HI", number, len(value)) + value


def directory(*names: str) -> bytes:
    """A `dir` stream; each module's source begins at 0x10."""
    out = record(0x0003, pack("<H", 1252)) + pack("<HIIH", 0x0009, 4, 1, 2)
    for name in names:
        wide = name.encode("utf-16-le")
        out += record(0x0019, name.encode()) + record(0x001A, name.encode()) + record(0x0032, wide)
        out += record(0x0031, pack("<I", 16)) + record(0x002B, b"")
    return compressed(out + record(0x0010, b""))


def storage(compiled: bytes = b"", **sources: str) -> dict[str, bytes]:
    """The streams of a `VBA` storage."""
    modules = {
        name: b"P-code".ljust(16, b"\0") + compressed(f'Attribute VB_Name = "{name}"\r\n{source}'.encode())
        for name, source in sources.items()
    }
    return {"dir": directory(*sources), "_VBA_PROJECT": b"\xcc\x61" + compiled, **modules}
