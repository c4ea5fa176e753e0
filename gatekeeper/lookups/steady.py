"""steady: what a list called clear time and again: the regular correspondents, for the most part.

A few of them may come to be listed, as hosts are taken over; that all of them are at once says that the list is wrong.
What a resolver remembers of them tells nothing, so each counts again, and may be asked about, only after the answer
before has run out. It cannot fail.
"""

import random
from collections import OrderedDict

_MOST = 256  # names that are kept
_TIMES = 3  # that it was clear, until it is steady


class Steady:
    """Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how often, and until when it is remembered

    def clear(self, name: str, now: float, ttl: float) -> None:
        """It was not listed, which may be remembered for `ttl` seconds."""
        times, until = self._names.pop(name, (0, now))
        self._names[name] = (times + 1, now + ttl) if now >= until else (times, until)
        if len(self._names) > _MOST:
            self._names.popitem(last=False)

    def listed(self, name: str) -> None:
        """It is one of the few."""
        self._names.pop(name, None)

    def some(self, number: int, now: float) -> list[str]:
        """So many at most that were clear time and again, and that nobody remembers, chosen at random."""
        ready = [name for name, (times, until) in self._names.items() if times >= _TIMES and now >= until]
        return random.sample(ready, min(number, len(ready)))  # nobody gains by guessing it
