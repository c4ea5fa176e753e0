"""intervals: how sure a share of a count is. `ValueError` for a count that cannot be.

Wilson's score interval (JASA 22, 1927) for what is shown, Clopper and Pearson's exact bound (Biometrika 26, 1934) for
what is promised.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its 95 % interval, all of one unit."""

    value: float
    low: float
    high: float


def wilson(hits: int, of: int, confidence: float = 0.95) -> Estimate:
    """The share `hits / of`, from 0 to 1. Of nothing, nothing is known: 0 to 1 with NaN for the value."""
    _check(hits, of)
    if not of:
        return Estimate(math.nan, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = z / (1 + weight) * math.sqrt(share * (1 - share) / of + weight / (4 * of))
    return Estimate(
        share, 0.0 if hits == 0 else max(0.0, middle - reach), 1.0 if hits == of else min(1.0, middle + reach)
    )


def upper_bound(hits: int, of: int, confidence: float = 0.95) -> float:
    """The largest share with which so few hits would still come about in one of `1 / (1 - confidence)` cases.

    Exact (Clopper-Pearson, one-sided). For no hits it is the rule of three: nearly `3 / of`.
    """
    _check(hits, of)
    if hits == of:
        return 1.0
    ways = np.concatenate(([0.0], np.cumsum(np.log(np.arange(of, of - hits, -1) / np.arange(1, hits + 1)))))
    seen = np.arange(hits + 1)
    low, high = hits / of, 1.0
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        logs = ways + seen * math.log(share) + (of - seen) * math.log1p(-share)
        if float(np.exp(logs).sum()) > 1 - confidence:
            low = share
        else:
            high = share
    return high


def fewest_for(share: float, confidence: float = 0.95) -> int:
    """How many must be seen, without a hit, before `upper_bound` is as low as `share`."""
    return math.ceil(math.log(1 - confidence) / math.log1p(-share))


def _check(hits: int, of: int) -> None:
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
