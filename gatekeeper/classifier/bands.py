"""bands: two cut-offs make spam, unsure and ham of a score. It cannot fail."""

from dataclasses import dataclass

from gatekeeper.values import Band

FEWEST = 10
"""Messages of each class to be learnt before anything but "unsure" is said."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """A score of at least `spam` is spam, one of at most `ham` is ham (as in bogofilter's `score.c`)."""

    ham: float = 0.2
    spam: float = 0.9

    def band(self, score: float, learnt: tuple[int, int]) -> Band:
        """What `score` means to somebody who has learnt so many spam and ham messages."""
        if min(learnt) < FEWEST:
            return Band.UNSURE
        if score >= self.spam:
            return Band.SPAM
        return Band.HAM if score <= self.ham else Band.UNSURE
