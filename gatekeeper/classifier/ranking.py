"""ranking: scores with the truth about them, put in order once. `ValueError` for what is no score.

All that is measured without a cut-off depends on the order alone: how many of each class stand at each level. So a
resample is a weight for each message, and costs two counts and no sorting.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Weights = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scored:
    """Messages in the order of their arrival: what was said of each (the higher, the more like spam), and which are."""

    score: Floats
    is_spam: Flags

    def __post_init__(self) -> None:
        if self.score.shape != self.is_spam.shape or self.score.ndim != 1:
            raise ValueError(f"{self.score.shape} scores for {self.is_spam.shape} messages")
        if np.isnan(self.score).any():
            raise ValueError(f"the score of message {int(np.isnan(self.score).argmax()) + 1} is not a number")

    @classmethod
    def of(cls, spam: ArrayLike, ham: ArrayLike) -> Self:
        """The scores of both classes, when the order does not matter."""
        spams, hams = np.asarray(spam, np.float64), np.asarray(ham, np.float64)
        return cls(np.concatenate((spams, hams)), np.repeat([True, False], [len(spams), len(hams)]))

    def __len__(self) -> int:
        return len(self.score)

    def first(self, count: int) -> "Scored":
        """The first `count` of them."""
        return Scored(self.score[:count], self.is_spam[:count])

    @cached_property
    def spam(self) -> Floats:
        """The scores of the spam."""
        return self.score[self.is_spam]

    @cached_property
    def ham(self) -> Floats:
        """The scores of the ham."""
        return self.score[~self.is_spam]

    @property
    def both(self) -> bool:
        """There is at least one of each class; without, nothing can be ranked."""
        return bool(len(self.spam) and len(self.ham))

    @cached_property
    def ranking(self) -> "Ranking":
        """The same, in order."""
        levels, places = np.unique(self.score, return_inverse=True)
        return Ranking(levels, places[self.is_spam], places[~self.is_spam])


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """`levels` are the distinct scores, ascending; `spam` and `ham` say at which of them each message stands."""

    levels: Floats
    spam: NDArray[np.intp]
    ham: NDArray[np.intp]

    def standing(self, spam: Weights | None = None, ham: Weights | None = None) -> "Standing":
        """How many stand at each level, each message counted as often as its weight says."""
        count = len(self.levels)
        return Standing(np.bincount(self.spam, spam, count), np.bincount(self.ham, ham, count))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How much spam and how much ham there is at each level."""

    spam: NDArray[np.generic]
    ham: NDArray[np.generic]

    def one_minus_auc(self) -> float:
        """How likely a ham scores higher than a spam, 0 to 1; equal scores count half. The area above the ROC curve."""
        spam, ham = self.spam.astype(np.float64), self.ham.astype(np.float64)
        spam_below = np.cumsum(spam) - spam
        return float(np.dot(ham, spam_below + spam / 2) / (spam.sum() * ham.sum()))

    def missed_at(self, ham_blocked: float) -> float:
        """The share of spam below the lowest threshold that blocks no more than that share of ham.

        A message is blocked if it scores at least the threshold; at most `floor(ham_blocked * ham)` ham may be. What
        scores the same is blocked together or not at all: spam level with one ham too many is missed.
        """
        return float(self.spam[: self.threshold(ham_blocked)].sum() / self.spam.sum())

    def threshold(self, ham_blocked: float) -> int:
        """The place of that threshold among the levels; their number, if even the highest blocks too many."""
        from_here_up = np.cumsum(self.ham[::-1])
        allowed = math.floor(ham_blocked * float(self.ham.sum()) + 1e-9)  # 0.29 * 100 is less than 29
        return len(self.ham) - int(np.searchsorted(from_here_up, allowed, "right"))
