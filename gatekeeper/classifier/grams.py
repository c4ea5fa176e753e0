"""grams: the features of the linear model: which runs of four bytes a message's normal text has. It cannot fail."""

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.normal import normal_text
from gatekeeper.message import Message

SIZE = 1 << 22
"""How many different features there are; what hashes to the same number is one."""

_LENGTH = 4
_MIX = np.uint32(2654435761)  # the golden ratio in 32 bits: Knuth, The Art of Computer Programming 3, §6.4


def grams_of(message: Message) -> NDArray[np.uint32]:
    """Distinct, ascending, below `SIZE`."""
    return hashed(normal_text(message).encode("utf-8", "replace"))


def hashed(text: bytes) -> NDArray[np.uint32]:
    """The features of a text."""
    octets = np.frombuffer(text, np.uint8).astype(np.uint32)
    if len(octets) < _LENGTH:
        return np.empty(0, np.uint32)
    runs = octets[:-3] | octets[1:-2] << 8 | octets[2:-1] << 16 | octets[3:] << 24
    return np.unique(runs * _MIX >> np.uint32(10))
