"""Makes compound files for tests ([MS-CFB], version 3)."""

from struct import pack

_SECTOR, _MINI_SECTOR, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


class _Sectors:
    """Sectors of one size, and the chain that says which follows which."""

    def __init__(self, size: int):
        self.size = size
        self.data = b""
        self.chain: list[int] = []

    def store(self, data: bytes) -> int:
        """Put the data into sectors in a row; the number of the first."""
        first, count = len(self.chain), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.chain += [*range(first + 1, first + count), _END] if count else []
        return first if count else _END


def compound(tree: Tree) -> bytes:
    """A compound file of streams (bytes) and storages (dicts)."""
    large, small = _Sectors(_SECTOR), _Sectors(_MINI_SECTOR)
    entries: list[list[int | str]] = []

    def add(name: str, content: bytes | Tree) -> int:
        """Add an entry and those below it; each is the right neighbour of the one before."""
        index = len(entries)
        if isinstance(content, bytes):
            sectors = small if len(content) < _CUTOFF else large
            entries.append([name, 2, _FREE, sectors.store(content), len(content), _FREE])
            return index
        entries.append([name, 1 if index else 5, _FREE, 0, 0, _FREE])
        place = (index, 2)
        for child, inner in content.items():
            number = add(child, inner)
            entries[place[0]][place[1]] = number
            place = (number, 5)
        return index

    add("Root Entry", tree)
    entries[0][3:5] = [large.store(small.data), len(small.data)]
    directory = large.store(b"".join(_entry(*entry) for entry in entries))
    mini_fat = large.store(pack(f"<{len(small.chain)}I", *small.chain))
    fats = len(large.chain) // 127 + 1
    places = [*range(len(large.chain), len(large.chain) + fats), *[_FREE] * (109 - fats)]
    numbers = (large.chain + [_FAT] * fats + [_FREE] * 128)[: fats * 128]
    head = pack("<8s16sHHHHH6s", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"")
    head += pack("<9I", 0, fats, directory, 0, _CUTOFF, mini_fat, -(-len(small.chain) // 128), _END, 0)
    return head + pack("<109I", *places) + large.data + pack(f"<{len(numbers)}I", *numbers)


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    return pack(
        "<64sHBBIII16sI8s8sIII", wide, len(wide), kind, 1, _FREE, right, child, b"", 0, b"", b"", start, size, 0
    )
