"""combine: from the counts of a message's words to how likely each makes spam, and all of them together.

Three ways that the field knows: `fisher`, `robinson`, `graham`. Parameters out of their range raise `ValueError`;
nothing else fails. Given the same counts it says what bogofilter says, to six decimals.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.fisher import fisher
from gatekeeper.classifier.graham import furthest, graham, graham_probabilities
from gatekeeper.classifier.robinson import robinson

Numbers = NDArray[np.float64]
Tallies = NDArray[np.int64] | NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The names and defaults are bogofilter's (`globals.h`).

    A word never seen makes spam with probability `robx`; that counts as much as `robs` messages with the word. Words
    within `min_dev` of 0.5 do not vote. `sp_esf` and `ns_esf` are effective size factors.
    """

    robs: float = 0.0178
    robx: float = 0.52
    min_dev: float = 0.375
    sp_esf: float = 1.0
    ns_esf: float = 1.0
    combiner: Literal["fisher", "robinson", "graham"] = "fisher"

    def __post_init__(self) -> None:
        for name in ("robs", "sp_esf", "ns_esf"):
            if not 0.0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if not 0.0 <= self.robx <= 1.0:
            raise ValueError(f"robx must be between 0 and 1, not {self.robx}")
        if not self.min_dev >= 0.0:
            raise ValueError(f"min_dev must be 0 or above, not {self.min_dev}")


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
        return _combined(used, fisher(voting, parameters.sp_esf, parameters.ns_esf))
    return _combined(used, graham(voting) if combiner == "graham" else robinson(voting))


def _combined(used: NDArray[np.bool_], said: tuple[float, float, float, float]) -> Combined:
    spamicity, p, q, logit = said
    return Combined(spamicity, used, p, q, logit)
