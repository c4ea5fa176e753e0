"""calibration: whether of the messages scored 0.9 nine in ten are spam, and where the scores lie. It cannot fail."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.intervals import Estimate, wilson
from gatekeeper.classifier.ranking import Floats, Scored

EDGES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Narrow at both ends, where the scores are."""

_FARTHEST = 12.0  # log odds: all surer scores go into the last bars


@dataclass(frozen=True, slots=True)
class Bin:
    """The messages scored from `low` up to `high`: how many, their mean score, the share of spam among them."""

    low: float
    high: float
    messages: int
    score: float
    spam: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How much spam and ham scored between two `edges`, which are log odds."""

    edges: Floats
    spam: NDArray[np.intp]
    ham: NDArray[np.intp]


def calibration(scored: Scored) -> list[Bin]:
    """The bins between `EDGES` that are not empty."""
    places = np.digitize(scored.score, EDGES[1:-1])
    count = len(EDGES) - 1
    messages = np.bincount(places, minlength=count)
    spam, total = np.bincount(places[scored.is_spam], minlength=count), np.bincount(places, scored.score, count)
    return [
        Bin(
            EDGES[n],
            EDGES[n + 1],
            int(messages[n]),
            float(total[n] / messages[n]),
            wilson(int(spam[n]), int(messages[n])),
        )
        for n in np.flatnonzero(messages)
    ]


def calibration_error(bins: list[Bin]) -> float:
    """By how much a score is off on average: the expected calibration error (Naeini and others, AAAI 2015), 0 to 1."""
    total = sum(one.messages for one in bins)
    return sum(one.messages * abs(one.score - one.spam.value) for one in bins) / total if total else math.nan


def histogram(scored: Scored, bars: int = 48) -> Histogram:
    """How the scores of both classes are spread."""
    edges = np.linspace(-_FARTHEST, _FARTHEST, bars + 1)
    spam, ham = (np.histogram(log_odds(scores), edges)[0] for scores in (scored.spam, scored.ham))
    return Histogram(edges, spam, ham)


def log_odds(scores: Floats) -> Floats:
    """Scores from 0 to 1 as log odds from -12 to 12."""
    sure = 1 / (1 + math.exp(_FARTHEST))
    inside = np.clip(scores, sure, 1 - sure)
    found: Floats = np.clip(np.log(inside) - np.log1p(-inside), -_FARTHEST, _FARTHEST)
    return found
