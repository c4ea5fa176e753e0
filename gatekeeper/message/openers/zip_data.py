"""zip_data: the data of one member of a zip, unpacked piece by piece. It raises what the unpackers raise."""

import lzma
from collections.abc import Callable, Iterator

from gatekeeper.message.openers.streams import Decompressor, Stream, bzip2, deflate, xz
from gatekeeper.message.openers.zip_records import Record

_PIECE = 262_144
_LARGEST_DICTIONARY = 1 << 27
_STORED, _LZMA = 0, 14
_STREAMS: dict[int, Callable[[], Decompressor]] = {8: deflate, 12: bzip2, 95: xz}
_LIBARCHIVE = frozenset({93, 98})  # zstd, PPMd
_NAMES = {1: "shrink", 6: "implode", 9: "Deflate64", 10: "DCL implode", 97: "WavPack", 99: "AES"}


def is_known(method: int) -> bool:
    """Whether `pieces` can unpack it."""
    return method in (_STORED, _LZMA, *_STREAMS, *_LIBARCHIVE)


def method_name(method: int) -> str:
    """The method for people."""
    return _NAMES.get(method, f"method {method}")


def pieces(data: bytes, local: Record, method: int, packed: int) -> Iterator[bytes]:
    """What stands behind the header `local`, if it is packed by `method` into so many bytes."""
    if method == _STORED:
        for start in range(local.data, min(local.data + packed, len(data)), _PIECE):
            yield data[start : min(start + _PIECE, local.data + packed)]
    elif method in _STREAMS:
        yield from Stream(data, local.data, _STREAMS[method])
    elif method == _LZMA:
        yield from _lzma(data, local.data)
    else:
        yield from _by_libarchive(data, local)


def _lzma(data: bytes, start: int) -> Iterator[bytes]:
    """LZMA behind its own short header (APPNOTE §5.8.8): two bytes of version, the length of the properties, they."""
    if start + 9 > len(data) or data[start + 2] != 5:
        raise lzma.LZMAError("no properties")
    packed, dictionary = data[start + 4], int.from_bytes(data[start + 5 : start + 9], "little")
    settings = {"id": lzma.FILTER_LZMA1, "lc": packed % 9, "lp": packed // 9 % 5, "pb": packed // 45}
    settings["dict_size"] = min(max(dictionary, 4096), _LARGEST_DICTIONARY)
    yield from Stream(data, start + 9, lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings]))


def _by_libarchive(data: bytes, local: Record) -> Iterator[bytes]:
    from gatekeeper.message.openers.libarchive_reading import entries_of  # the other methods do without that library

    with entries_of(data, ("zip_streamable",), start=local.offset) as entries:
        yield from next(entries).pieces()
