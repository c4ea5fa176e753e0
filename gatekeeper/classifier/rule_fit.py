"""rule_fit: what rules weigh, learnt from labelled mail: logistic regression on their hits.

A rule that speaks for spam weighs nothing or more, one that speaks for ham nothing or less, and none decides alone. A
rule that was hardly seen weighs what others do on average, so that what is new counts. Messages with the very same hits
count as the root of their number: copies of one mailing teach once. Each source of mail counts as the root of its size.
The scale is set by how much ham may reach the threshold, by weights that did not know it (cross-validation).
Deterministic. `FitError` if there is no spam or no ham.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

FOLDS = 5
PENALTIES = (0.001, 0.003, 0.01)
"""How much weights are held to their average; the one that catches most spam by cross-validation is taken."""

_POWERS = 30
_ROUNDED = 0.995
"""Left for what scores gain by being rounded."""

_TINY = 1e-300
"""Instead of nothing, where one divides."""

_ROUNDS, _STEPS, _SETTLED = 3, 400, 1e-4
_MOST, _LEAST = 0.8, -0.3
"""What one rule weighs at most, as shares of the threshold."""

_HAM = 2.0
"""What all ham counts next to all spam."""


class FitError(ValueError):
    """There is too little to learn from."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Messages by what hits them: `hits` has a row for each and a column for each name. `points` is what else was found
    weighs. `sources` says, by numbers, from which collection each came.
    """

    names: tuple[str, ...]
    hits: Flags
    points: Floats
    spam: Flags
    sources: Numbers


@dataclass(frozen=True, slots=True)
class Fitted:
    """What each name weighs, and, by weights that did not know them, how much spam is caught and how much ham blocked:
    shares of 1.
    """

    scores: dict[str, float]
    penalty: float
    caught: float
    blocked: float


@dataclass(frozen=True, slots=True)
class _Rows:
    """A matrix of noughts and few ones, its last column all ones: `columns` are those of the ones of each row in turn,
    `owners` their rows, `starts` where each row begins.
    """

    columns: Numbers
    owners: Numbers
    starts: Numbers
    width: int

    @classmethod
    def of(cls, hits: Flags) -> "_Rows":
        filled = np.column_stack((hits, np.ones(len(hits), bool)))
        owners, columns = np.nonzero(filled)
        starts = np.searchsorted(owners, np.arange(len(hits)))
        return cls(columns, owners, starts, filled.shape[1])

    def times(self, weights: Floats) -> Floats:
        """For each row the sum of what its columns weigh."""
        return np.asarray(np.add.reduceat(weights[self.columns], self.starts))

    def back(self, pulls: Floats) -> Floats:
        """For each column the sum of what pulls at its rows."""
        return np.asarray(np.bincount(self.columns, pulls[self.owners], self.width), np.float64)

    def steepest(self, weights: Floats) -> float:
        """The largest eigenvalue of the weighted square of this, by power iteration, and a little more."""
        ahead = np.ones(self.width)
        for _ in range(_POWERS):
            ahead = self.back(weights * self.times(ahead / max(float(np.linalg.norm(ahead)), _TINY)))
        return 1.1 * float(np.linalg.norm(ahead))


@dataclass(frozen=True, slots=True)
class _Task:
    """Distinct rows; `counts` is how often each occurs, `weights` what it counts. `speaks`: 1 for spam, -1 for ham."""

    rows: Flags
    points: Floats
    spam: Flags
    sources: Numbers
    counts: Floats
    weights: Floats
    speaks: Floats
    folds: Numbers


def fit(mail: Labelled, ham_signs: frozenset[str], threshold: float = 5.0, blocked: float = 0.001) -> Fitted:
    """Scores in hundredths; no more than the share `blocked` of the ham has `threshold` by them."""
    if mail.spam.all() or not mail.spam.any():
        raise FitError("it takes both spam and ham")
    task = _distinct(mail, ham_signs)
    tried = [_tried(task, penalty, threshold, blocked) for penalty in PENALTIES]
    caught, penalty, weights, wrong = max(tried, key=lambda found: found[0])
    scores = {name: round(float(score), 2) + 0.0 for name, score in zip(mail.names, weights, strict=True)}
    return Fitted(scores, penalty, caught, wrong)


def _distinct(mail: Labelled, ham_signs: frozenset[str]) -> _Task:
    facts = np.column_stack((mail.hits, mail.points, mail.spam, mail.sources)).astype(np.float64)
    rows, counts = np.unique(facts, axis=0, return_counts=True)
    columns = len(mail.names)
    spam, sources = rows[:, columns + 1] > 0, rows[:, columns + 2].astype(np.int64)
    return _Task(
        rows[:, :columns] > 0,
        rows[:, columns],
        spam,
        sources,
        counts.astype(np.float64),
        _balanced(np.sqrt(counts), spam, sources),
        np.array([-1.0 if name in ham_signs else 1.0 for name in mail.names]),
        np.random.default_rng(1).integers(0, FOLDS, len(rows)),
    )


def _balanced(weights: Floats, spam: Flags, sources: Numbers) -> Floats:
    """So that a source counts as the root of its size, and the classes 1 and `_HAM`."""
    weights = weights.copy()
    for kind in (spam, ~spam):
        for source in np.unique(sources[kind]):
            of_it = kind & (sources == source)
            weights[of_it] /= np.sqrt(weights[of_it].sum())
        weights[kind] *= (1.0 if kind is spam else _HAM) / weights[kind].sum()
    return weights


def _tried(task: _Task, penalty: float, threshold: float, blocked: float) -> tuple[float, float, Floats, float]:
    """What is caught with this penalty; the penalty; the scores; what ham is blocked."""
    infinite = np.full(len(task.speaks), np.inf)
    bounds = np.where(task.speaks > 0, 0.0, -infinite), np.where(task.speaks > 0, infinite, 0.0)
    unit = 1.0  # points for one of the logarithm of the odds
    unknown = np.zeros(len(task.rows))
    for _ in range(_ROUNDS):
        for fold in range(FOLDS):
            inside = task.folds != fold
            unknown[~inside] = task.rows[~inside] @ _regression(task, inside, task.points / unit, bounds, penalty)
        unit = _unit(task, unknown, threshold, blocked)
        most = threshold / unit
        bounds = np.where(task.speaks > 0, 0.0, _LEAST * most), np.where(task.speaks > 0, _MOST * most, 0.0)
    everything = np.ones(len(task.rows), bool)
    weights = _regression(task, everything, task.points / unit, bounds, penalty)
    unit = min(unit, _unit(task, task.rows @ weights, threshold, blocked))  # ham that is known passes in any case
    reached = unknown * unit + task.points >= threshold
    return _share(task, reached, task.spam), penalty, weights * unit, _share(task, reached, ~task.spam)


def _unit(task: _Task, scores: Floats, threshold: float, blocked: float) -> float:
    """The most that one may be worth, so that all ham but the share `blocked` stays below `threshold`. What has it by
    its `points` alone is not to be helped here.
    """
    room = np.maximum(threshold - task.points, 0.0)
    afford = np.where((scores > 0) & (room > 0), room / np.maximum(scores, 1e-9), np.inf)
    order = np.argsort(afford[~task.spam], kind="stable")
    passed = np.cumsum(task.counts[~task.spam][order])
    first = int(np.searchsorted(passed, blocked * passed[-1], side="right"))
    return _ROUNDED * min(threshold, float(afford[~task.spam][order][min(first, len(order) - 1)]))


def _share(task: _Task, reached: Flags, kind: Flags) -> float:
    return float(task.counts[reached & kind].sum() / task.counts[kind].sum())


def _regression(task: _Task, inside: Flags, given: Floats, bounds: tuple[Floats, Floats], penalty: float) -> Floats:
    """Accelerated projected gradient (Beck and Teboulle, SIAM J. Imaging Sciences 2, 2009)."""
    rows, weights = _Rows.of(task.rows[inside]), task.weights[inside]
    label, given = np.where(task.spam[inside], 1.0, -1.0), given[inside]
    steepness = 0.25 * rows.steepest(weights) + penalty
    for_spam = task.speaks > 0
    here = ahead = np.zeros(len(task.speaks) + 1)
    pace = 1.0
    for _ in range(_STEPS):
        odds = label * (rows.times(ahead) + given)
        pull = -label * weights / (1.0 + np.exp(np.clip(odds, -30.0, 30.0)))
        average = ahead[:-1][for_spam].mean() if for_spam.any() else 0.0
        slope = rows.back(pull)
        slope[:-1] += penalty * (ahead[:-1] - np.where(for_spam, average, 0.0))
        there = ahead - slope / steepness
        there[:-1] = np.clip(there[:-1], *bounds)
        faster = (1.0 + np.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        settled = np.abs(there - here).max() < _SETTLED
        ahead, here, pace = there + (pace - 1.0) / faster * (there - here), there, faster
        if settled:
            break
    return here[:-1]
