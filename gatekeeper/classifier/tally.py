"""tally: counts of words while they are learnt. It cannot fail.

Each word that was met has a row; what the table that it goes on from says of it is looked up once. The words of
a message are then counted in a few steps over arrays.
"""

from collections import defaultdict
from itertools import count

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.keys import Keys
from gatekeeper.values import Label

Rows = NDArray[np.intp]
Tallies = NDArray[np.int64]

_SPAM, _HAM, _OLD_SPAM, _OLD_HAM = range(4)


class Tally:
    """Goes on from `base`, which stays as it is."""

    def __init__(self, base: Counts) -> None:
        self._base = base
        self._places = defaultdict[int, int](count().__next__)  # the next row for a key that has none
        self._columns = np.zeros((4, 1024), np.int64)

    def rows(self, keys: Keys) -> Rows:
        """Where the counts of these keys, each there once, stand."""
        known = len(self._places)
        rows = np.fromiter(map(self._places.__getitem__, keys.tolist()), np.intp, len(keys))
        if len(self._places) > known:
            self._look_up(keys[rows >= known], known)
        return rows

    def counts(self, rows: Rows) -> tuple[Tallies, Tallies]:
        """How often each was seen in spam, and in ham."""
        return self._columns[_SPAM, rows], self._columns[_HAM, rows]

    def add(self, rows: Rows, label: Label) -> None:
        """Each was seen once more."""
        self._columns[_SPAM if label is Label.SPAM else _HAM, rows] += 1

    def fresh(self) -> tuple[Keys, Tallies, Tallies]:
        """What is beyond `base`: keys, and how often in spam and in ham."""
        keys = np.fromiter(self._places, np.uint64, len(self._places))
        columns = self._columns[:, : len(keys)]
        spam, ham = columns[_SPAM] - columns[_OLD_SPAM], columns[_HAM] - columns[_OLD_HAM]
        learnt = (spam | ham) != 0
        return keys[learnt], spam[learnt], ham[learnt]

    def _look_up(self, keys: Keys, first: int) -> None:
        """Fill the rows from `first` on."""
        last = first + len(keys)
        if last > self._columns.shape[1]:
            room = np.zeros((4, 2 * last - self._columns.shape[1]), np.int64)
            self._columns = np.hstack((self._columns, room))
        if len(self._base.keys):
            spam, ham = self._base.look_up(keys)
            self._columns[:, first:last] = spam, ham, spam, ham
