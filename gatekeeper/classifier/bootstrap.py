"""bootstrap: how much a figure would vary with other mail of the same kind. `ValueError` if a class is missing.

Efron's percentile interval over 1,000 resamples, each with as much spam and as much ham as there was (stratified), from
a fixed seed. For two engines the same messages are drawn for both (paired), so that what is hard for both cancels out.
A figure of 0 that comes out as 0 each time has an interval without width: that says that nothing like it was seen, not
that it cannot be.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.intervals import Estimate
from gatekeeper.classifier.ranking import Scored, Standing, Weights

RESAMPLES = 1000
SEED = 1936

Figure = Callable[[Standing], float]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two engines, and how much lower it is with the second. `better`: in which share of the resamples it
    was lower with the second (those where both were equal count half).
    """

    first: float
    second: float
    gain: Estimate
    better: float


def estimates(scored: Scored, figures: Sequence[Figure], resamples: int = RESAMPLES) -> list[Estimate]:
    """Each figure with its 95 % interval."""
    _need_both(scored)
    ranking = scored.ranking
    drawn = np.array([_values(ranking.standing(*weights), figures) for weights in _draws(scored, resamples)])
    exact = _values(ranking.standing(), figures)
    return [_estimate(value, drawn[:, n]) for n, value in enumerate(exact)]


def differences(
    first: Scored, second: Scored, figures: Sequence[Figure], resamples: int = RESAMPLES
) -> list[Difference]:
    """The same figures of two engines that judged the same messages, and their differences."""
    if not np.array_equal(first.is_spam, second.is_spam):
        raise ValueError("the two were not given the same messages in the same order")
    _need_both(first)
    one, two = first.ranking, second.ranking
    drawn = np.array(
        [
            [_values(ranking.standing(*weights), figures) for ranking in (one, two)]
            for weights in _draws(first, resamples)
        ]
    )
    exact = [_values(ranking.standing(), figures) for ranking in (one, two)]
    gains = drawn[:, 0] - drawn[:, 1]
    return [
        Difference(a, b, _estimate(a - b, gains[:, n]), float(((np.sign(gains[:, n]) + 1) / 2).mean()))
        for n, (a, b) in enumerate(zip(*exact, strict=True))
    ]


def _values(standing: Standing, figures: Sequence[Figure]) -> list[float]:
    return [figure(standing) for figure in figures]


def _draws(scored: Scored, resamples: int) -> Iterator[tuple[Weights, Weights]]:
    """How often each spam and each ham is drawn, for each resample."""
    random = np.random.default_rng(SEED)
    counts = len(scored.spam), len(scored.ham)
    for _ in range(resamples):
        spam, ham = (np.bincount(random.integers(0, count, count), minlength=count) for count in counts)
        yield spam, ham


def _estimate(value: float, drawn: NDArray[np.float64]) -> Estimate:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, float(low), float(high))


def _need_both(scored: Scored) -> None:
    if not scored.both:
        raise ValueError("spam and ham are both needed")
