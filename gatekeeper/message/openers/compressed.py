"""compressed: one stream, compressed. Its content is named after the file, and as the stream itself says.

A stream that ends early or breaks gives what came before, with the anomaly `kind.unreadable`.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.bombs import gathered
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.entry_names import name_anomalies, readings
from gatekeeper.message.openers.streams import bzip2, concatenated, gzip, xz

_STREAMS = {"gzip": (b"\x1f\x8b", gzip), "bzip2": (b"BZh", bzip2), "xz": (b"\xfd7zXZ\0", xz), "lzma": (b"\xff\0", xz)}
_FILTERS = {"zstd": "zstd", "lz4": "lz4", "lzip": "lzip", "compress": "compress"}
KINDS = frozenset((*_STREAMS, *_FILTERS))

_ENDINGS = {"tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar", "tzst": ".tar", "taz": ".tar"}
_ENDINGS |= {"svgz": ".svg", "emz": ".emf", "wmz": ".wmf"}
_PLAIN = frozenset(("gz", "bz2", "xz", "lzma", "zst", "lz4", "lz", "z", "bz"))
_EXTRA, _NAME = 4, 8  # flags of gzip (RFC 1952 §2.3.1)


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """The one member."""
    stored = _stored_name(thing.data) if thing.kind == "gzip" else ()
    names = tuple(dict.fromkeys((*(inner for name in thing.names if (inner := _inner(name))), *stored)))
    data, cut = gathered(_pieces(thing), len(thing.data), allowance)
    yield Member(thing.kind, names, data, (*name_anomalies(stored), *cut), len(data))


def _pieces(thing: Thing) -> Iterator[bytes]:
    if thing.kind in _STREAMS:
        yield from concatenated(thing.data, *_STREAMS[thing.kind])
        return
    from gatekeeper.message.openers.libarchive_reading import entries_of  # the others do without that library

    with entries_of(thing.data, ("raw",), (_FILTERS[thing.kind],)) as entries:
        for entry in entries:
            yield from entry.pieces()


def _inner(name: str) -> str:
    """The name that unpacking gives: `a.tar` for `a.tar.gz` and `a.tgz`."""
    stem, _, extension = name.rstrip(" .").rpartition(".")
    if extension.lower() in _PLAIN:
        return stem
    return stem + _ENDINGS[extension.lower()] if extension.lower() in _ENDINGS else name


def _stored_name(data: bytes) -> tuple[str, ...]:
    """The name in a gzip's header."""
    position = 10
    if len(data) <= position or not data[3] & _NAME:
        return ()
    if data[3] & _EXTRA:
        position += 2 + int.from_bytes(data[position : position + 2], "little")
    raw = data[position : position + 65_536].partition(b"\0")[0]
    return readings(raw) if raw else ()
