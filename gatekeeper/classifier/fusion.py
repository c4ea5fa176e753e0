"""fusion: of the words' opinion and the linear model's, one probability. It cannot fail.

The sum of log odds. The words' are bounded to a vote: words depend on each other and Fisher's method takes them to be
independent, so its side says much and its certainty little. `learnt` sets right that who has seen nearly nothing but
one class takes all for it. The linear model is calibrated because it learns from its errors; `_SLOPE` is what it
lacks, because it learns from large ones only. All three are measured in benchmarks/accuracy.md.

A list of words that was learnt elsewhere speaks for itself, until enough was learnt beside it: the linear model knows
nothing of it.
"""

import math

from gatekeeper.classifier.linear import probability

_SLOPE = 1.4
_VOTE, _REACH = 0.75, 25.0
"""What the words' opinion weighs at most, and the log odds at which three quarters of that are reached."""

_LIST, _LIST_REACH = 4.5, 8.0
"""The same of a list alone: so that what bogofilter calls spam by it (log odds of 4) is spam."""

_WORTH = 10
"""As much as so many messages of a list is one that the linear model learnt."""

_BALANCE = 0.3
_MOST = 34.0
"""The log odds that are never reached, near where doubles end: so no two scores are equal that need not be."""


def fuse(words: float, linear: float, learnt: tuple[int, int], taught: tuple[int, int]) -> float:
    """How likely it is spam; higher whenever one opinion is.

    `words` and `linear` are log odds, `learnt` the messages of spam and of ham whose words are counted, `taught` those
    of them that the linear model learnt too.
    """
    spam, ham = learnt
    trust = _trust(sum(learnt) - sum(taught), sum(taught))
    vote = (1 - trust) * _VOTE * math.tanh(words / _REACH) + trust * _LIST * math.tanh(words / _LIST_REACH)
    balance = (1 - trust) * _BALANCE * math.log((ham + 1) / (spam + 1))
    return probability(_MOST * math.tanh(_SLOPE * (linear + vote + balance) / _MOST))


def _trust(listed: int, taught: int) -> float:
    """How much the words say by themselves, from 0 to 1."""
    return listed / (listed + _WORTH * taught) if listed > 0 else 0.0
