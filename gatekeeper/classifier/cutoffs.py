"""cutoffs: two cut-offs from what an operator asks for ("block at most 1 ham in 1,000"), and whether to promise that.

The scores are those that each message had before it was learnt. The promise is a one-sided tolerance bound (Wilks,
Annals of Mathematical Statistics 12, 1941): as many of the highest ham may be blocked as leave Clopper and Pearson's
bound at what is asked, whatever the scores are distributed like. It holds for mail like that which was seen; so many
ham are needed that not one could be blocked: 2,995 for 1 in 1,000 with 95 % confidence.

Who had learnt little judged badly, and that is no guide to what comes: only the newer half of the scores counts, or as
many of the newest as are needed. It cannot fail.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.intervals import fewest_for, upper_bound
from gatekeeper.classifier.ranking import Floats

HAM_BLOCKED = 0.001
SPAM_AS_HAM = 0.01
CONFIDENCE = 0.95
DEFAULTS = Cutoffs()

NEVER = math.nextafter(1.0, 2.0)
"""A cut-off that no score reaches."""

_LOWEST_SPAM = 0.5  # what is more likely ham is never called spam, nor the other way round
_HIGHEST_HAM = 0.45
_CAUTION = 0.75  # how far a cut-off lies beyond the last message that it lets through, of the way to the next one
_SURE = 1e-15  # log odds of what is surer would be infinite


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two cut-offs, what they would have done to the scores they were made from, and what that promises.

    They were made from the newest `ham` ham and `spam` spam, of which `blocked` and `missed` are on the wrong side of
    `cutoffs.spam`; `as_ham` spam score at most `cutoffs.ham`. With the confidence asked for, no more than the share
    `blocked_at_most` of ham to come will be blocked. `enough`: that is no more than was asked; else `why` says what is
    missing, and the default cut-offs stand, or a higher one for spam if the default evidently blocks more than that.
    """

    cutoffs: Cutoffs
    ham: int
    spam: int
    blocked: int
    blocked_at_most: float
    missed: int
    as_ham: int
    enough: bool
    why: str


def propose(
    spam_scores: ArrayLike,
    ham_scores: ArrayLike,
    ham_blocked: float = HAM_BLOCKED,
    confidence: float = CONFIDENCE,
    defaults: Cutoffs = DEFAULTS,
) -> Proposal:
    """Cut-offs that block no more than the share `ham_blocked` of ham. Scores are from 0 to 1, the newest first."""
    needed = fewest_for(ham_blocked, confidence)
    spam, ham = _newest(spam_scores, fewest_for(SPAM_AS_HAM, confidence)), _newest(ham_scores, needed)
    enough = len(ham) >= needed and len(spam) > 0
    allowed = math.floor(ham_blocked * len(ham) + 1e-9)  # 0.29 * 100 is less than 29
    if enough:
        cutoff = max(_LOWEST_SPAM, _beyond(ham, _spared(len(ham), ham_blocked, confidence), spam, 1.0))
    elif _evident(int((ham >= defaults.spam).sum()), len(ham), ham_blocked, confidence):
        cutoff = _beyond(ham, allowed, spam, 1.0)
    else:
        cutoff = defaults.spam
    cutoffs = Cutoffs(_ham_cutoff(spam, ham, confidence, defaults.ham), cutoff)
    blocked, missed = int((ham >= cutoff).sum()), int((spam < cutoff).sum())
    bound = upper_bound(blocked, len(ham), confidence)
    as_ham = int((spam <= cutoffs.ham).sum())
    why = _why(len(spam), len(ham), needed, ham_blocked, confidence)
    if cutoff > 1:
        why += "; more ham than may be blocked has the highest score there is, so nothing is"
    elif not enough and cutoff > defaults.spam:
        why += f", but for spam: {defaults.spam:g} evidently blocks more than that, so it is {cutoff:.6g}"
    return Proposal(cutoffs, len(ham), len(spam), blocked, bound, missed, as_ham, enough, why)


def one_in(share: float) -> str:
    """A small share as people say it: 1 in 1,000."""
    return f"1 in {1 / share:,.0f}" if 0 < share <= 0.1 else f"{share:.0%}"


def _evident(blocked: int, of: int, asked: float, confidence: float) -> bool:
    """Whether so many hardly come about where no more are blocked than was asked. One odd message is no evidence."""
    return blocked > 0 and 1 - upper_bound(of - blocked, of, confidence) > asked


def _newest(scores: ArrayLike, needed: int) -> Floats:
    """Those that count, ascending. How many says nothing of what they are, so what is promised of them holds."""
    found = np.asarray(scores, np.float64)
    return np.sort(found[: max(needed, math.ceil(len(found) / 2))])


def _why(spam: int, ham: int, needed: int, asked: float, confidence: float) -> str:
    promise = f"{one_in(asked)} with {confidence:.0%} confidence"
    if ham < needed:
        best = f" (as it is, {one_in(upper_bound(0, ham, confidence))} could be)" if ham else ""
        return f"{ham:,} ham are too few to promise {promise}: {needed:,} are needed{best}; until then defaults stand"
    if not spam:
        return "there is no spam yet to be told from ham; until then defaults stand"
    return f"the newest {ham:,} ham are enough to promise {promise}: {needed:,} are needed"


def _spared(count: int, share: float, confidence: float) -> int:
    """How many of `count` may be on the wrong side so that `upper_bound` is still at most `share`. 0 may."""
    low, high = 0, math.floor(share * count) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if upper_bound(middle, count, confidence) <= share:
            low = middle
        else:
            high = middle
    return low


def _ham_cutoff(spam: Floats, ham: Floats, confidence: float, default: float) -> float:
    """No more than `SPAM_AS_HAM` of the spam reaches down to it."""
    if len(spam) < fewest_for(SPAM_AS_HAM, confidence):
        return min(_HIGHEST_HAM, default)
    return min(_HIGHEST_HAM, _beyond(spam, _spared(len(spam), SPAM_AS_HAM, confidence), ham, 0.0))


def _beyond(own: Floats, spared: int, other: Floats, end: float) -> float:
    """A cut-off towards `end`, 0 or 1, that no more than `spared` of the ascending `own` reach, short of the next score
    of either class.
    """
    if not len(own):
        return 1 - end
    last = float(own[-1 - spared] if end else own[spared])
    if last == end:
        return NEVER if end else -math.ulp(0.0)
    scores = np.concatenate((own, other, [0.0, 1.0]))
    following = float(scores[scores > last].min() if end else scores[scores < last].max())
    odds = _log_odds(last) + _CAUTION * (_log_odds(following) - _log_odds(last))
    return sorted((math.nextafter(last, end), 1 / (1 + math.exp(-odds)), following))[1]


def _log_odds(score: float) -> float:
    inside = min(max(score, _SURE), 1 - _SURE)
    return math.log(inside) - math.log1p(-inside)
