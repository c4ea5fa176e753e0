"""fusion: one probability of two opinions. It cannot fail.

The linear model's log odds and a part of Fisher's, summed. Log odds are cut where a double still tells the probabilities
apart, so that no two messages tie that differ.
"""

from math import exp
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.values import Label

_MOST = 30.0
_SHARE, _MOST_OF_WORDS = 0.1, 3.0


class Fusion:
    """Without memory so far."""

    def fuse(self, words: float, linear: float, learnt: tuple[int, int]) -> float:
        """The probability that a message is spam, by the log odds of its words and of the linear model."""
        if not all(learnt):
            return 0.5
        odds = linear + max(-_MOST_OF_WORDS, min(_MOST_OF_WORDS, _SHARE * words))
        return 1 / (1 + exp(-max(-_MOST, min(_MOST, odds))))

    def learn(self, words: float, linear: float, label: Label) -> None:
        """What both opinions were of a message, and what it was."""

    def copy(self) -> Self:
        """The same, which can learn."""
        return type(self)()

    def state(self) -> NDArray[np.float64]:
        """All it remembers, as numbers."""
        return np.empty(0)

    @classmethod
    def of(cls, state: NDArray[np.float64]) -> Self:
        """One that remembers what `state` gave."""
        return cls()
