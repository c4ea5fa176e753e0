"""tally: counts of words while they are learnt. It cannot fail.

Each word that was met has a row; what the table that it goes on from says of it is looked up once. The words of
a message are then found and counted in a few steps over arrays: rows stand in a table of hashes with open addressing
(Knuth, TAOCP 6.4, linear probing), in places that nobody who writes mail can foresee.
"""

import secrets
from collections.abc import Sequence
from itertools import accumulate, chain
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
_FREE = 4  # places in the table of hashes for each row: then few are tried twice
_SPREAD = np.uint64(secrets.randbits(64) | 1)
_NONE = -1


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
        self._words: list[bytes] = []
        self._columns = np.zeros((4, _ROOM), np.int64)
        self._keys = np.zeros(_ROOM, np.uint64)
        self._table = np.full(_FREE * _ROOM, _NONE, np.int32)  # a row, or none

    @property
    def words(self) -> int:
        """How many there is room taken for: those that were met, and some twice that came twice at once."""
        return len(self._words)

    def rows_of(self, messages: Sequence[Sequence[bytes]]) -> list[Rows]:
        """`rows` of each of several messages at once, which takes less time than one by one."""
        ends = list(accumulate(map(len, messages)))
        return np.split(self.rows(list(chain.from_iterable(messages))), ends)[:-1]

    def rows(self, words: Sequence[bytes]) -> Rows:
        """Where the counts of these words stand. Those that share a key, which somebody may have contrived, are one."""
        keys = keys_of(words)
        self._make_room(len(keys))
        places, rows = self._find(keys)
        new = np.flatnonzero(rows == _NONE)
        if len(new):
            first = len(self._words)
            self._words += [words[n] for n in new.tolist()]
            self._look_up(keys[new], first)
            rows[new] = self._put(keys[new], places[new], first)
        return rows

    def counts(self, rows: Rows) -> tuple[Tallies, Tallies]:
        """How often each was seen in spam, and in ham."""
        return self._columns[_SPAM, rows], self._columns[_HAM, rows]

    def add(self, rows: Rows, label: Label) -> None:
        """Each was seen once more."""
        np.add.at(self._columns[_SPAM if label is Label.SPAM else _HAM], rows, 1)

    def fresh(self) -> Fresh:
        """What is beyond `base`."""
        columns = self._columns[:, : len(self._words)]
        spam, ham = columns[_SPAM] - columns[_OLD_SPAM], columns[_HAM] - columns[_OLD_HAM]
        learnt = np.flatnonzero(spam | ham)
        learnt = learnt[np.argsort(self._keys[learnt])]
        return Fresh(self._keys[learnt], [self._words[n] for n in learnt.tolist()], spam[learnt], ham[learnt])

    def _places(self, keys: Keys) -> Rows:
        """Where in the table each would stand if it were alone."""
        return (keys * _SPREAD >> np.uint64(64 - (len(self._table) - 1).bit_length())).astype(np.intp)

    def _find(self, keys: Keys) -> tuple[Rows, Rows]:
        """Place and row of each key; of one that has no row, the next place that is free."""
        places = self._places(keys)
        rows = self._table[places].astype(np.intp)
        left = np.flatnonzero((rows != _NONE) & (self._keys[rows] != keys))
        while len(left):
            at = places[left] = (places[left] + 1) & (len(self._table) - 1)
            found = rows[left] = self._table[at]
            left = left[(found != _NONE) & (self._keys[found] != keys[left])]
        return places, rows

    def _put(self, keys: Keys, places: Rows, first: int) -> Rows:
        """Give these the rows from `first` on, in the next places that are free. Of keys that are the same, the first
        has its row for all.
        """
        rows = np.arange(first, first + len(keys))
        left = np.arange(len(keys))[::-1]  # of several that are written to one place the last stays
        while len(left):
            at = places[left]
            free = self._table[at] == _NONE
            self._table[at[free]] = first + left[free]
            found = rows[left] = self._table[at]
            left = left[self._keys[found] != keys[left]]
            places[left] = (places[left] + 1) & (len(self._table) - 1)
        return rows

    def _look_up(self, keys: Keys, first: int) -> None:
        """Fill the rows from `first` on."""
        last = first + len(keys)
        self._keys[first:last] = keys
        if len(self._base.keys):
            spam, ham = self._base.look_up(keys)
            self._columns[:, first:last] = spam, ham, spam, ham

    def _make_room(self, more: int) -> None:
        """For so many rows more."""
        known = len(self._words)
        needed = known + more
        if needed <= len(self._keys):
            return
        size = 1 << needed.bit_length()
        self._columns = np.hstack((self._columns[:, :known], np.zeros((4, size - known), np.int64)))
        self._keys = np.hstack((self._keys[:known], np.zeros(size - known, np.uint64)))
        self._table = np.full(_FREE * size, _NONE, np.int32)
        keys = self._keys[:known]
        self._put(keys, self._places(keys), 0)
