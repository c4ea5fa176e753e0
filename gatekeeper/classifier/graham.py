"""graham: Graham's formula, with which it all began. It cannot fail.

P. Graham, "A Plan for Spam", 2002 (paulgraham.com/spam.html): ham counts double, words seen fewer than five times are
unknown, no word is surer than 0.01 or 0.99, and the fifteen furthest from the middle decide.
"""

import numpy as np
from numpy.typing import NDArray

MOST_WORDS = 15
UNKNOWN = 0.4
_FEWEST = 5
_SUREST = 0.01

Numbers = NDArray[np.float64]


def graham_probabilities(spam: Numbers, ham: Numbers, spam_messages: int, ham_messages: int) -> Numbers:
    """How likely each word makes spam."""
    in_spam = np.minimum(spam / max(spam_messages, 1), 1.0)
    in_ham = np.minimum(2.0 * ham / max(ham_messages, 1), 1.0)
    likely = in_spam / np.maximum(in_spam + in_ham, np.finfo(float).tiny)
    known = spam + 2.0 * ham >= _FEWEST
    return np.where(known, np.clip(likely, _SUREST, 1.0 - _SUREST), UNKNOWN)


def furthest(likely: Numbers) -> NDArray[np.bool_]:
    """The fifteen furthest from the middle; of those equally far the first."""
    used = np.zeros(len(likely), np.bool_)
    used[np.argsort(-np.abs(likely - 0.5), kind="stable")[:MOST_WORDS]] = True
    return used


def graham(likely: Numbers) -> tuple[float, float, float, float]:
    """Spamicity, what speaks for ham, what speaks for spam, and their log odds, of one or more probabilities."""
    ham, spam = float(np.prod(1.0 - likely)), float(np.prod(likely))
    return spam / (spam + ham), ham, spam, float(np.log(spam / ham))
