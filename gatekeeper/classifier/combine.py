"""combine: from the counts of a message's words to how likely each makes spam, and all of them together.

Three ways that the field knows: `fisher`, `robinson`, `graham`. Given the same counts it says what bogofilter says, to
six decimals. It cannot fail.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.fisher import fisher
from gatekeeper.classifier.graham import furthest, graham, graham_probabilities
from gatekeeper.classifier.parameters import Parameters
from gatekeeper.classifier.robinson import robinson

__all__ = ["Combined", "Parameters", "combine", "probabilities"]

Numbers = NDArray[np.float64]
Tallies = NDArray[np.int64] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """`spamicity` from 0 to 1; `used` are the words that voted; `p` and `q` as bogofilter prints them: how far it can
    be held that the message is no spam, and no ham. `logit` are the log odds of both, within ±300, in which scores
    still differ that are all 1 as a spamicity; 0 where no word voted.
    """

    spamicity: float
    used: NDArray[np.bool_]
    p: float
    q: float
    logit: float


def probabilities(
    spam: Tallies, ham: Tallies, spam_messages: int, ham_messages: int, parameters: Parameters
) -> Numbers:
    """How likely each word makes spam: Robinson's f(w), or Graham's for his combiner.

    `spam` and `ham` say in how many messages of each class it was seen. While there are none of one class, a word of
    the other says nothing: 0.5.
    """
    if parameters.combiner == "graham":
        return graham_probabilities(spam.astype(np.float64), ham.astype(np.float64), spam_messages, ham_messages)
    in_spam, in_ham = spam * float(ham_messages), ham * float(spam_messages)
    seen, both = spam + ham.astype(np.float64), in_spam + in_ham
    portion = in_spam / np.where(both > 0.0, both, 1.0)
    likely: Numbers = (parameters.robs * parameters.robx + seen * portion) / (parameters.robs + seen)
    if not (spam_messages and ham_messages):
        likely[(seen > 0.0) & (both == 0.0)] = 0.5
    return likely


def combine(likely: Numbers, parameters: Parameters) -> Combined:
    """What words that make spam with these probabilities say together; each word stands once."""
    combiner = parameters.combiner
    used = furthest(likely) if combiner == "graham" else np.abs(likely - 0.5) > parameters.min_dev
    voting = likely[used]
    if not len(voting):
        return Combined(parameters.robx, used, 0.0, 0.0, 0.0)
    if combiner == "fisher":
        with np.errstate(divide="ignore"):
            not_spam, not_ham = -float(np.log1p(-voting).sum()), -float(np.log(voting).sum())
        return _combined(used, fisher(len(voting), not_spam, not_ham, parameters.sp_esf, parameters.ns_esf))
    return _combined(used, graham(voting) if combiner == "graham" else robinson(voting))


def _combined(used: NDArray[np.bool_], said: tuple[float, float, float, float]) -> Combined:
    spamicity, p, q, logit = said
    return Combined(spamicity, used, p, q, logit)
