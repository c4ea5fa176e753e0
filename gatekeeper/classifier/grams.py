"""grams: a message as numbers, one for every four octets that follow each other in its normal text. Never raises.

Character n-grams survive what breaks words: other spelling, letters between, other word forms (Kanaris et al. 2007,
"Words versus character n-grams for anti-spam filtering"; Goodman, Heckerman and Rounthwaite 2005).
"""

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.normal import normal_text
from gatekeeper.message import Message

Grams = NDArray[np.uint32]

BITS = 22
"""A gram is a number below 2**22."""

_LENGTH = 4
_SPREAD = np.uint32(2654435761)  # Knuth's multiplicative hash: the high bits of the product depend on all octets
_SHIFT = np.uint32(32 - BITS)


def grams_of(message: Message) -> Grams:
    """The distinct grams of `message`, ascending; fewer than 16,000."""
    return grams_in(normal_text(message).encode("utf-8", "replace"))


def grams_in(text: bytes) -> Grams:
    """The distinct grams of `text`, ascending."""
    if len(text) < _LENGTH:
        return np.empty(0, np.uint32)
    windows = np.ndarray((len(text) - _LENGTH + 1,), "<u4", text, strides=(1,))
    grams = np.sort((windows * _SPREAD) >> _SHIFT)
    distinct = np.empty(len(grams), np.bool_)
    distinct[0] = True
    np.not_equal(grams[1:], grams[:-1], distinct[1:])
    return grams[distinct]
