"""keys: a word as a number of 64 bits, by which it is counted and looked up. It cannot fail.

XXH3 (github.com/Cyan4973/xxHash) spreads evenly, so that a key's first bits say where in a sorted table it stands. Of
five million words two share a key with a probability below one in a million.
"""

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


def key_of(word: bytes) -> int:
    """The key of one word."""
    return xxhash.xxh3_64_intdigest(word)


def keys_of(words: Sequence[bytes]) -> Keys:
    """The keys of `words`, in their order."""
    return np.fromiter(map(xxhash.xxh3_64_intdigest, words), np.uint64, len(words))
