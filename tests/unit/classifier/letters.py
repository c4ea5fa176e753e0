"""letters: messages to learn from, made here; `features` of a message that has these words."""

import numpy as np

from gatekeeper.classifier.features import Features
from gatekeeper.classifier.grams import grams_in

SPAM = ("cheap pills now", "winner claim prize", "pills prize order", "cheap loan claim now")
HAM = ("minutes of meeting", "roof repair plan", "meeting on thursday plan", "minutes roof thursday")


def features(text: str) -> Features:
    """Of a message that says no more than this."""
    words = tuple(dict.fromkeys(text.encode().split()))
    return Features(words, np.asarray(grams_in(text.encode())))
