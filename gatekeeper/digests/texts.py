"""texts: a sketch of a text by MinHash: the share of numbers that two have in common is that of their groups of words.

What is sketched are groups of three words in a row. A word is a run of letters; numbers, links, addresses and single
letters are left out, because they are made anew for each recipient. Bounded by the length that is looked at. None for a
text that is too short: it would be like others by chance; and where the library (rensa) is not installed.
"""

from struct import Struct

import numpy as np
import xxhash

from gatekeeper.digests.patterns import LETTERS
from gatekeeper.values import Sketch

try:
    from rensa import RMinHash
except ImportError:  # the extra `near`; then texts are not recognised
    RMinHash = None

SHORTEST = 20
"""So many different groups of words a text has at least."""

LONGEST = 20_000
"""Letters that are looked at."""

_NUMBERS, _BANDS = 128, 32  # texts of which half is alike share a band with a probability of 0.87, of 0.6 with 0.99
_SEED = 1
_FORM = Struct(f"<{_NUMBERS}I")
_VERSION = getattr(RMinHash, "ALGORITHM_VERSION", 0)
KIND = f"text.{_VERSION}"


def sketch_of(text: str) -> Sketch | None:
    """`text` as it is matched (`message.text.normal`)."""
    groups = groups_of(text[:LONGEST])
    if RMinHash is None or len(groups) < SHORTEST:
        return None
    hashed = RMinHash(_NUMBERS, _SEED)
    hashed.update(list(groups))
    data = _FORM.pack(*hashed.digest())
    return Sketch(KIND, data, tuple(_key(band, data) for band in range(_BANDS)))


def likeness(one: bytes, other: bytes) -> float:
    """The share of groups of words that two texts have in common, of all that either has; within some 0.04."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def groups_of(text: str) -> set[str]:
    """Each three words in a row, once."""
    said = " ".join([word for word in text.split() if not ("@" in word or "://" in word or "www." in word)])
    words = LETTERS.findall(said)
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def _key(band: int, data: bytes) -> int:
    """As SQLite has it: with a sign."""
    size = len(data) // _BANDS
    return xxhash.xxh3_64_intdigest(data[band * size : (band + 1) * size], band) - 2**63
