"""agreement: may a message be learnt without anybody having said what it is? Only if all that judges it agrees.

    spam   the rules, without the words, reach one and a half times the score from which mail is held; by the words it
           is spam (0.99 and more), and by the linear model (20 to 1), and so is its band
    ham    no rule has found anything against it; it is ham as surely by both, and by its band

And never before 200 spam and 200 ham were learnt (what SpamAssassin waits for too), nor where an operator's own entry,
a worm or a broken check settled it: that says nothing about the text. It cannot fail.
"""

from collections.abc import Sequence
from math import log

from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.values import Band, Finding, Judged, Label

FEWEST = 200
"""Messages of each class."""

_BY_WORDS = "bayes-"
_FAR = 1.5
_WORDS = 0.99
_LINEAR = log(20)


def agreed(findings: Sequence[Finding], judged: Judged, held_from: float) -> Label | None:
    """What the message may be learnt as. `held_from` is the score from which mail is held."""
    settled = any(f.certain is not None or f.name == CHECK_FAILED for f in findings)  # also where nobody answered
    if settled or judged.behind or min(judged.learnt) < FEWEST:
        return None
    rules = [f.score for f in findings if not f.name.startswith(_BY_WORDS)]
    if sum(rules) >= _FAR * held_from and _surely_spam(judged):
        return Label.SPAM
    if max(rules, default=0.0) <= 0 and _surely_ham(judged):
        return Label.HAM
    return None


def _surely_spam(judged: Judged) -> bool:
    return judged.band is Band.SPAM and judged.spamicity >= _WORDS and judged.linear >= _LINEAR


def _surely_ham(judged: Judged) -> bool:
    return judged.band is Band.HAM and judged.spamicity <= 1 - _WORDS and judged.linear <= -_LINEAR
