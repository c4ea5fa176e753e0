"""grams: a message as numbers, one for every four octets that follow each other in its normal text, and one for each
word that says how it is made. Never raises.

Character n-grams survive what breaks words: other spelling, letters between, other word forms (Kanaris et al. 2007,
"Words versus character n-grams for anti-spam filtering"; Goodman, Heckerman and Rounthwaite 2005).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.normal import normal_text
from gatekeeper.message import Message

Grams = NDArray[np.uint32]

BITS = 20
"""A gram is a number below 2**20. Four times as many make no difference that could be measured."""

_LENGTH = 4
_SPREAD = np.uint32(2654435761)  # Knuth's multiplicative hash: the high bits of the product depend on all octets
_SHIFT = np.uint32(32 - BITS)

CLUES = frozenset(
    b"called uncalled sender type parts tree no count mid charset length bang dollar upper top num long".split()
)
"""What stands before the colon of words that are read here too. The others brought nothing beside the grams."""

_MOST_OCTETS, _MOST_CLUES = 6000, 500
_COPIES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
"""A clue is as much as three grams. The primes are those of XXH64."""


def grams_of(message: Message, words: Sequence[bytes] = ()) -> Grams:
    """The distinct grams of a message with these words, ascending; fewer than 8,000."""
    clues = [word for word in words if b":" in word and word.partition(b":")[0] in CLUES][:_MOST_CLUES]
    text = normal_text(message).encode("utf-8", "replace")[:_MOST_OCTETS]
    return _distinct(np.concatenate((_windows(text), _of_clues(clues))))


def grams_in(text: bytes) -> Grams:
    """The distinct grams of `text`, ascending."""
    return _distinct(_windows(text))


def _windows(text: bytes) -> Grams:
    if len(text) < _LENGTH:
        return np.empty(0, np.uint32)
    windows = np.ndarray((len(text) - _LENGTH + 1,), "<u4", text, strides=(1,))
    return (windows * _SPREAD) >> _SHIFT


def _of_clues(clues: Sequence[bytes]) -> Grams:
    return ((keys_of(clues)[:, np.newaxis] * _COPIES) >> np.uint64(64 - BITS)).ravel().astype(np.uint32)


def _distinct(grams: Grams) -> Grams:
    """In ascending order, each once."""
    ordered = np.sort(grams)
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], fresh[1:])
    return ordered[fresh]
