"""linear: online logistic regression over grams, which learns a message at a time. It cannot fail.

A message is a vector of length 1 whose grams all weigh the same; it is learnt only if what was said of it was off by
more than a twentieth ("train on or near error": Goodman and Yih, "Online Discriminative Spam Filter Training", CEAS
2006). The less a gram has been learnt, the further it goes (AdaGrad: Duchi, Hazan and Singer, JMLR 12, 2011): so what
is rare counts as soon as it is seen. Deterministic: the same messages in the same order give the same weights.
"""

import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.grams import BITS, Grams
from gatekeeper.values import Label

_RATE = 0.5
_NEAR = 0.05
_AT_FIRST = 3e-4
"""What every gram is taken to have learnt at first, so that its first step is bounded."""


class Linear:
    """`weights` are 2**20 float32, one a gram; `lessons` as many: by how much each was off so far, as a sum of squares.

    To score they may be mapped read-only; to learn, `copy` first.
    """

    def __init__(self, weights: NDArray[Any] | None = None, lessons: NDArray[Any] | None = None) -> None:
        self.weights: NDArray[np.float32] = np.zeros(1 << BITS, np.float32) if weights is None else weights
        self.lessons: NDArray[np.float32] = np.zeros(1 << BITS, np.float32) if lessons is None else lessons
        if not self.weights.shape == self.lessons.shape == (1 << BITS,):
            raise ValueError("the linear model is damaged: it has not one weight for each gram")

    def score(self, grams: Grams) -> float:
        """How likely it is spam, as log odds."""
        return float(self.weights[grams].sum()) / math.sqrt(len(grams)) if len(grams) else 0.0

    def learn(self, grams: Grams, label: Label, score: float | None = None) -> float:
        """Learn a message; its score before, which need not be found out again if it is given."""
        score = self.score(grams) if score is None else score
        error = (label is Label.SPAM) - probability(score)
        if len(grams) and abs(error) > _NEAR:
            lessons = self.lessons[grams] + np.float32(error * error / len(grams))
            self.lessons[grams] = lessons
            self.weights[grams] += np.float32(_RATE * error / math.sqrt(len(grams))) / np.sqrt(lessons + _AT_FIRST)
        return score

    def copy(self) -> Self:
        """The same, to be taught on its own."""
        return type(self)(self.weights.copy(), self.lessons.copy())


def probability(log_odds: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds > 0 else 1 - 1 / (1 + math.exp(log_odds))
