"""density: how much of what is chosen beforehand a list lists, and whether that is far more than it used to be.

The newest answers are held against all that were before them: if the share of listings among those were still the true
one, so many would come by chance less than once in a million times. Senders cannot move it, because none of it is about
them. It cannot fail.
"""

from collections import deque
from math import comb

WINDOW = 24  # newest answers
_BEFORE = 24  # answers that make a history
_KEPT = 5000  # answers of the history; when there are twice as many, all count half
_FLOOR = 0.02  # a list that never listed any of them may begin to list some
_CHANCE = 1e-6


class Density:
    """`asked` and `listed` are its history, without the newest."""

    def __init__(self, asked: float = 0.0, listed: float = 0.0) -> None:
        self.asked, self.listed = asked, listed
        self._newest: deque[bool] = deque()
        self._fresh = (0, 0)

    def add(self, listed: bool) -> None:
        """One more answer."""
        self._newest.append(listed)
        if len(self._newest) > WINDOW:
            oldest = self._newest.popleft()
            self.asked, self.listed = self.asked + 1, self.listed + oldest
            self._fresh = (self._fresh[0] + 1, self._fresh[1] + oldest)
        if self.asked >= 2 * _KEPT:
            self.asked, self.listed = self.asked / 2, self.listed / 2

    def forget(self) -> None:
        """The newest answers were of a bad time: they do not become history."""
        self._newest.clear()

    def take(self) -> tuple[int, int]:
        """What became history since this was last called: answers, and listings among them."""
        fresh, self._fresh = self._fresh, (0, 0)
        return fresh

    @property
    def share(self) -> float:
        """Of its history, or of the newest while there is none."""
        asked, listed = (self.asked, self.listed) if self.asked else (len(self._newest), sum(self._newest))
        return listed / asked if asked else 0.0

    @property
    def newest(self) -> float:
        """The share among the newest."""
        return sum(self._newest) / len(self._newest) if self._newest else 0.0

    def far_more(self) -> bool:
        """The newest hold far more listings than the history explains."""
        if self.asked < _BEFORE:
            return False
        return by_chance(len(self._newest), sum(self._newest), max(self.share, _FLOOR)) < _CHANCE


def by_chance(tries: int, hits: int, probability: float) -> float:
    """How likely `hits` or more are in so many independent tries."""
    return sum(comb(tries, n) * probability**n * (1 - probability) ** (tries - n) for n in range(hits, tries + 1))
