"""cache: answers of the domain name system by question, until they expire. Bounded in number and in bytes.

The oldest go when there is no more room; what alone takes a tenth of it is not kept. Used by the threads of the milter
and by the loop that answers them. It cannot fail.
"""

import threading
import time
from collections.abc import Callable

from gatekeeper.values import Answer, Dns, Found

_ENTRY = 400  # bytes that one entry takes beside its text: two objects, their place in the table, the time
_TEXT = 60  # beside the octets of each record


class Cache:
    """`entries` answers in `size` bytes, roughly, at the most."""

    def __init__(self, entries: int, size: int = 20_000_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries, self._size, self._clock = entries, size, clock
        self._kept: dict[Dns, tuple[float, Answer, int]] = {}
        self._used = 0
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def used(self) -> int:
        """Bytes, roughly."""
        return self._used

    def get(self, question: Dns) -> Answer | None:
        """The answer if it is still good."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        if kept[0] < self._clock():
            with self._turn:
                self._drop(question)
            return None
        return kept[1]

    def put(self, question: Dns, answer: Answer, seconds: float) -> None:
        """Keep an answer that is good for `seconds`."""
        weight = _weight(question, answer)
        if seconds <= 0 or weight > self._size / 10:
            return
        with self._turn:
            self._drop(question)
            while self._kept and (len(self._kept) >= self._entries or self._used + weight > self._size):
                self._drop(next(iter(self._kept)))
            self._kept[question] = (self._clock() + seconds, answer, weight)
            self._used += weight

    def forget(self, below: str) -> None:
        """Drop all that is known of names below the domain `below`."""
        suffix = f".{below}"
        with self._turn:
            for question in [question for question in self._kept if question.name.endswith(suffix)]:
                self._drop(question)

    def _drop(self, question: Dns) -> None:
        gone = self._kept.pop(question, None)
        self._used -= gone[2] if gone else 0


def _weight(question: Dns, answer: Answer) -> int:
    values = answer.values if isinstance(answer, Found) else ()
    return _ENTRY + len(question.name) + sum(_TEXT + len(value) for value in values)
