"""streams: compressed streams unpacked piece by piece, by the standard library. What they raise is zlib.error,
OSError, lzma.LZMAError or EOFError (for a stream that ends early), always after the pieces that were whole.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

_FED_FIRST, _FED = 512, 65_536  # bytes fed at once: little at first, for there may be many short streams
_PIECE = 262_144
_MEMORY = 150_000_000  # bytes that a dictionary of LZMA may take


class Decompressor(Protocol):
    """What bz2 and lzma offer."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Deflate:
    """zlib's decompressor in the same form. `window` as zlib has it: 31 is gzip, -15 bare Deflate."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def gzip() -> Decompressor:
    return Deflate(31)


def deflate() -> Decompressor:
    return Deflate(-15)


def bzip2() -> Decompressor:
    return bz2.BZ2Decompressor()


def xz() -> Decompressor:
    """For .xz and for .lzma."""
    return lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=_MEMORY)


class Stream:
    """One stream in `data` from `start` on. After it was iterated over, `end` is where it ended."""

    def __init__(self, data: bytes | memoryview, start: int, make: Callable[[], Decompressor]) -> None:
        self.data = memoryview(data)
        self.end = start
        self.make = make

    def __iter__(self) -> Iterator[bytes]:
        inner = self.make()
        feed = _FED_FIRST
        while not inner.eof:
            fed = b""
            if inner.needs_input:
                fed = bytes(self.data[self.end : self.end + feed])
                feed = min(feed * 2, _FED)
                if not fed:
                    raise EOFError("it ends early")
                self.end += len(fed)
            if piece := inner.decompress(fed, _PIECE):
                yield piece
        self.end -= len(inner.unused_data)


def concatenated(data: bytes, magic: bytes, make: Callable[[], Decompressor]) -> Iterator[bytes]:
    """All streams that follow each other in `data`, as gunzip and its kin read them; what follows them is left."""
    stream = Stream(data, 0, make)
    yield from stream
    while data.startswith(magic, stream.end):
        stream = Stream(data, stream.end, make)
        yield from stream
