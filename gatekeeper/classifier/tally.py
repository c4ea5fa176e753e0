"""tally: counts of words while they are learnt. It cannot fail.

Each word that was met has a row; what the table that it goes on from says of it is looked up once. The words of
a message are then counted in a few steps over arrays.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.keys import Keys, keys_of
from gatekeeper.values import Label

Rows = NDArray[np.intp]
Tallies = NDArray[np.int64]

_SPAM, _HAM, _OLD_SPAM, _OLD_HAM = range(4)
_ROOM = 1024


class Fresh(NamedTuple):
    """What was learnt: keys, ascending, each once; a word of each; and how often it was seen in spam and in ham."""

    keys: Keys
    words: list[bytes]
    spam: Tallies
    ham: Tallies


class Tally:
    """Goes on from `base`, which stays as it is."""

    def __init__(self, base: Counts) -> None:
        self._base = base
        self._places = defaultdict[bytes, int](count().__next__)  # the next row for a word that has none
        self._columns = np.zeros((4, _ROOM), np.int64)
        self._keys = np.zeros(_ROOM, np.uint64)

    @property
    def words(self) -> int:
        """How many were met."""
        return len(self._places)

    def rows(self, words: Sequence[bytes]) -> Rows:
        """Where the counts of these words, each there once, stand."""
        known = len(self._places)
        rows = np.fromiter(map(self._places.__getitem__, words), np.intp, len(words))
        if len(self._places) > known:
            self._look_up(keys_of([words[n] for n in np.flatnonzero(rows >= known).tolist()]), known)
        return rows

    def counts(self, rows: Rows) -> tuple[Tallies, Tallies]:
        """How often each was seen in spam, and in ham."""
        return self._columns[_SPAM, rows], self._columns[_HAM, rows]

    def add(self, rows: Rows, label: Label) -> None:
        """Each was seen once more."""
        self._columns[_SPAM if label is Label.SPAM else _HAM, rows] += 1

    def fresh(self) -> Fresh:
        """What is beyond `base`. Words that share a key, which somebody may have contrived, are one word."""
        columns = self._columns[:, : len(self._places)]
        spam, ham = columns[_SPAM] - columns[_OLD_SPAM], columns[_HAM] - columns[_OLD_HAM]
        learnt = np.flatnonzero(spam | ham)
        keys, first, same = np.unique(self._keys[learnt], return_index=True, return_inverse=True)
        merged = np.zeros((2, len(keys)), np.int64)
        np.add.at(merged[0], same, spam[learnt])
        np.add.at(merged[1], same, ham[learnt])
        words = list(self._places)
        return Fresh(keys, [words[n] for n in learnt[first].tolist()], merged[0], merged[1])

    def _look_up(self, keys: Keys, first: int) -> None:
        """Fill the rows from `first` on."""
        last = first + len(keys)
        if last > len(self._keys):
            more = 2 * last - len(self._keys)
            self._columns = np.hstack((self._columns, np.zeros((4, more), np.int64)))
            self._keys = np.hstack((self._keys, np.zeros(more, np.uint64)))
        self._keys[first:last] = keys
        if len(self._base.keys):
            spam, ham = self._base.look_up(keys)
            self._columns[:, first:last] = spam, ham, spam, ham
