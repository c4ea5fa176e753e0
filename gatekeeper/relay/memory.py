"""memory: what a hop said about an address a while ago. Bounded in time and number; the oldest goes first.

In-process: each worker learns for itself, and what it does not know costs one question to the hop. Never fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 50_000


class Memory(Generic[K, V]):
    """Values for a number of seconds each."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """The value, unless it was never there or its time is over."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept[0] <= self._clock():
            del self._kept[key]
            return None
        return kept[1]

    def put(self, key: K, value: V, seconds: float) -> None:
        """Keep `value` for `seconds`."""
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (self._clock() + seconds, value)
