"""measure: how good scores are, with intervals. `ValueError` if a class is missing where both are needed.

All figures are shares from 0 to 1; who shows them makes percent of them. 1-AUC and what is missed at a given rate of
ham blocked need no cut-off (TREC 2005 spam track); the errors at the cut-offs are what users would see.
"""

from dataclasses import dataclass
from functools import partial

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.bootstrap import RESAMPLES, Difference, Figure, differences, estimates
from gatekeeper.classifier.intervals import Estimate, wilson
from gatekeeper.classifier.ranking import Scored, Standing

RATES = (0.0, 0.001, 0.005)
"""Shares of ham blocked at which it is told how much spam is missed."""

DEFAULTS = Cutoffs()

FIGURES: tuple[Figure, ...] = (
    Standing.one_minus_auc,
    *(partial(Standing.missed_at, ham_blocked=rate) for rate in RATES),
)


@dataclass(frozen=True, slots=True)
class Errors:
    """What two cut-offs do, as shares of all ham and of all spam."""

    cutoffs: Cutoffs
    ham_blocked: Estimate
    ham_unsure: Estimate
    spam_missed: Estimate  # not called spam: unsure or ham
    spam_as_ham: Estimate


@dataclass(frozen=True, slots=True)
class Ranked:
    """How well spam is told from ham, wherever the cut-off. `missed` goes with `RATES`."""

    one_minus_auc: Estimate
    missed: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one engine. `ranked` is None if a class is missing."""

    spam: int
    ham: int
    ranked: Ranked | None
    errors: Errors


def measure(scored: Scored, cutoffs: Cutoffs = DEFAULTS, resamples: int = RESAMPLES) -> Measured:
    """Every figure of these scores."""
    ranked = None
    if scored.both:
        area, *missed = estimates(scored, FIGURES, resamples)
        ranked = Ranked(area, tuple(missed))
    return Measured(len(scored.spam), len(scored.ham), ranked, errors_at(scored, cutoffs))


def errors_at(scored: Scored, cutoffs: Cutoffs) -> Errors:
    """What these cut-offs make of these scores: at least `spam` is spam, at most `ham` is ham."""
    spam, ham = scored.spam, scored.ham
    blocked, unsure = (ham >= cutoffs.spam), (ham > cutoffs.ham) & (ham < cutoffs.spam)
    return Errors(
        cutoffs,
        wilson(int(blocked.sum()), len(ham)),
        wilson(int(unsure.sum()), len(ham)),
        wilson(int((spam < cutoffs.spam).sum()), len(spam)),
        wilson(int(((spam <= cutoffs.ham) & (spam < cutoffs.spam)).sum()), len(spam)),
    )


def compare(first: Scored, second: Scored, resamples: int = RESAMPLES) -> list[Difference]:
    """1-AUC and what is missed at each of `RATES`, of two engines on the same messages; a gain is the second's."""
    return differences(first, second, FIGURES, resamples)


def one_minus_auc(scored: Scored) -> float:
    """The area above the ROC curve alone, 0 to 1."""
    return scored.ranking.standing().one_minus_auc() if scored.both else float("nan")


def missed_at(scored: Scored, ham_blocked: float) -> float:
    """The share of spam missed when at most that share of ham is blocked (`Standing.missed_at`)."""
    return scored.ranking.standing().missed_at(ham_blocked) if scored.both else float("nan")
