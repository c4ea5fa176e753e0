"""curves: scores as lines that can be drawn: ROC (and so DET), and the error while learning. They cannot fail."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.ranking import Floats, Scored

MARKS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
"""After how many messages it is told what was learnt so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share of ham blocked and of spam caught at each threshold, from the highest down, both from 0 to 1.

    The first blocks nothing. Points on a level or upright line between their neighbours are left out; from one to the
    next nothing lies between, so that a line that joins them is a staircase (level first, then up).
    """

    ham_blocked: Floats
    spam_caught: Floats
    thresholds: Floats

    def staircase(self) -> Iterator[tuple[float, float]]:
        """Ham blocked and spam caught at each corner: what equal scores cannot tell apart is not credited."""
        caught = 0.0
        for blocked, catches in zip(self.ham_blocked.tolist(), self.spam_caught.tolist(), strict=True):
            yield blocked, caught
            yield blocked, catches
            caught = catches


@dataclass(frozen=True, slots=True)
class Step:
    """What was got wrong among the first `messages`: 1-AUC, and the share on the wrong side of 0.5 (at 0.5: half)."""

    messages: int
    spam: int
    one_minus_auc: float
    wrong: float


def roc(scored: Scored) -> Curve:
    """The receiver operating characteristic. There must be spam and ham."""
    standing = scored.ranking.standing()
    ham, spam = (np.concatenate(([0], np.cumsum(np.asarray(n, np.int64)[::-1]))) for n in (standing.ham, standing.spam))
    thresholds = np.concatenate(([math.inf], scored.ranking.levels[::-1]))
    corners = _corners(ham, spam)
    return Curve(ham[corners] / ham[-1], spam[corners] / spam[-1], thresholds[corners])


def learning(scored: Scored, marks: Sequence[int] = MARKS) -> list[Step]:
    """The error at each of these marks that was reached, and at the end."""
    ends = [mark for mark in marks if mark < len(scored)] + [len(scored)]
    sides = np.where(scored.score == 0.5, 0.5, (scored.score > 0.5) != scored.is_spam)
    wrong, spam = np.cumsum(sides), np.cumsum(scored.is_spam)
    return [Step(end, int(spam[end - 1]), _area(scored.first(end)), float(wrong[end - 1] / end)) for end in ends if end]


def _area(scored: Scored) -> float:
    return scored.ranking.standing().one_minus_auc() if scored.both else math.nan


def _corners(ham: NDArray[np.int64], spam: NDArray[np.int64]) -> NDArray[np.intp]:
    """The places of all but those in the middle of a level or upright line."""
    across, up = np.diff(ham) > 0, np.diff(spam) > 0
    straight = (across[:-1] == across[1:]) & (up[:-1] == up[1:]) & (across[1:] != up[1:])
    return np.flatnonzero(np.concatenate(([True], ~straight, [True])))
