"""plain: one message judged by its words without numpy, whose import takes longer than all of this. It cannot fail.

For a command that judges one message and is gone. It says what `combine` says.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.classifier.fisher import fisher
from gatekeeper.classifier.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Score:
    """As in `combine.Combined`; `likely` is how likely each word makes spam."""

    spamicity: float
    likely: Sequence[float]
    used: Sequence[bool]
    p: float
    q: float


def score(counts: Sequence[tuple[int, int]], messages: tuple[int, int], parameters: Parameters) -> Score:
    """Fisher's answer for words that were seen in so many spam and ham messages of all."""
    likely = [_probability(spam, ham, messages, parameters) for spam, ham in counts]
    used = [abs(one - 0.5) > parameters.min_dev for one in likely]
    voting = [one for one, votes in zip(likely, used, strict=True) if votes]
    if not voting:
        return Score(parameters.robx, likely, used, 0.0, 0.0)
    not_spam, not_ham = (-math.fsum(map(_log, side)) for side in ([1.0 - one for one in voting], voting))
    spamicity, p, q, _ = fisher(len(voting), not_spam, not_ham, parameters.sp_esf, parameters.ns_esf)
    return Score(spamicity, likely, used, p, q)


def _probability(spam: int, ham: int, messages: tuple[int, int], parameters: Parameters) -> float:
    seen = spam + ham
    if not seen:
        return parameters.robx
    in_spam, in_ham = float(spam * messages[1]), float(ham * messages[0])
    if not in_spam + in_ham:
        return 0.5
    return (parameters.robs * parameters.robx + seen * in_spam / (in_spam + in_ham)) / (parameters.robs + seen)


def _log(number: float) -> float:
    return math.log(number) if number > 0.0 else -math.inf
