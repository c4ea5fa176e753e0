"""fusion: of the words' opinion and the linear model's, one probability. It cannot fail."""

import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.linear import probability
from gatekeeper.values import Label

_WORDS_SHARE, _WORDS_MOST = 0.1, 3.0
_MOST = 30.0


class Fusion:
    """Sums log odds."""

    @classmethod
    def of(cls, state: NDArray[Any]) -> Self:
        """What `state` gave; `ValueError` for anything else."""
        if state.shape != (0,):
            raise ValueError("the fusion's state is damaged")
        return cls()

    def state(self) -> NDArray[np.float64]:
        """All it knows."""
        return np.empty(0)

    def fuse(self, words: float, linear: float, learnt: tuple[int, int]) -> float:
        """How likely it is spam. `words` and `linear` are log odds, `learnt` the messages of spam and of ham."""
        if not all(learnt):
            return 0.5
        log_odds = linear + math.copysign(min(abs(words) * _WORDS_SHARE, _WORDS_MOST), words)
        return probability(math.copysign(min(abs(log_odds), _MOST), log_odds))

    def learn(self, words: float, linear: float, label: Label) -> None:
        """Learn what both had said of a message."""

    def copy(self) -> Self:
        """The same, to be taught on its own."""
        return type(self)()
