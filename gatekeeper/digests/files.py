"""files: a sketch of a file by its SHA-256, and by TLSH (tlsh.org), which changes little when the file does.

TLSH says nothing of what is compressed or encrypted: of such files only the same is recognised. So it is where the
library (py-tlsh) is not installed. Which files are worth it, `WORTHY` says: not pictures and signatures, which honest
mail has in common with its imitations. Bounded by size, never raises.
"""

import hashlib

from gatekeeper.message.kinds import KINDS
from gatekeeper.values import Sketch

try:
    import tlsh
except ImportError:  # the extra `near`; then only the same file is recognised
    tlsh = None

KIND = "file"

SMALLEST = 256
"""Bytes of a file that is worth it."""

WORTHY = frozenset(
    slug for slug, kind in KINDS.items() if kind.family in ("program", "script", "shortcut", "archive", "document")
) - {"tnef"}
"""The kinds of file that are sketched: what an attack comes in. A winmail.dat is the mail itself."""

_LARGEST = 1_000_000  # bytes that TLSH looks at: some 10 ms
_SHA256 = 32
_HEADER = 3  # octets of a TLSH digest that are no buckets: checksum, length, ratios
_BAND = 2  # octets: eight buckets
_FAR = 100  # of TLSH's distance, where two files have nothing in common


def sketch_of(data: bytes, near: bool = True) -> Sketch:
    """`near=False`: only the same file will be like it, which takes less time."""
    sha256, digest = hashlib.sha256(data).digest(), _tlsh(data) if near else b""
    buckets = digest[_HEADER:]
    bands = (bytes([place]) + buckets[place : place + _BAND] for place in range(0, len(buckets), _BAND))
    return Sketch(KIND, sha256 + digest, tuple(map(_key, (sha256, *bands))))


def likeness(one: bytes, other: bytes) -> float:
    """1 for the same file, else how near TLSH sees them: 0.8 is a distance of 20."""
    if one[:_SHA256] == other[:_SHA256]:
        return 1.0
    if tlsh is None or len(one) == _SHA256 or len(other) == _SHA256:
        return 0.0
    distance: int = tlsh.diff(_written(one), _written(other))
    return max(0.0, 1 - distance / _FAR)


def _tlsh(data: bytes) -> bytes:
    """The digest in octets; none for what is too large or all alike."""
    if tlsh is None or len(data) > _LARGEST:
        return b""
    found: str = tlsh.hash(data)
    return bytes.fromhex(found.removeprefix("T1")) if found.startswith("T1") else b""


def _written(data: bytes) -> str:
    return f"T1{data[_SHA256:].hex().upper()}"


def _key(octets: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(octets, digest_size=8).digest(), "big", signed=True)
