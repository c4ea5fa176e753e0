"""linear: an online logistic regression over hashed features. It cannot fail.

Each message is a vector of length 1 with equal entries; the weights change only when the answer was not near enough to
the truth (Goodman and Yih 2006, "Online Discriminative Spam Filter Training"). The order of learning matters.
"""

from math import exp, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.grams import SIZE
from gatekeeper.values import Label

_RATE, _NEAR = 10.0, 0.05


class Linear:
    """`weights` has `SIZE` entries of float32; it may be mapped read-only, then it scores and cannot learn."""

    def __init__(self, weights: NDArray[np.float32] | None = None) -> None:
        self.weights = np.zeros(SIZE, np.float32) if weights is None else weights

    def score(self, grams: NDArray[np.uint32]) -> float:
        """The log odds that a message with these features is spam."""
        return float(self.weights[grams].sum(dtype=np.float64)) / sqrt(max(len(grams), 1))

    def learn(self, grams: NDArray[np.uint32], label: Label) -> float:
        """Learn one message; returns its score before."""
        score = self.score(grams)
        error = (label is Label.SPAM) - 1 / (1 + exp(-max(-50.0, min(50.0, score))))
        if abs(error) > _NEAR and len(grams):
            self.weights[grams] += np.float32(_RATE * error / sqrt(len(grams)))
        return score

    def copy(self) -> Self:
        """The same, which can learn."""
        return type(self)(self.weights.copy())
