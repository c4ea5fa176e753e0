"""counts: in how many spam and ham messages each word was seen, as arrays that a file can be mapped to.

Keys ascend. `starts` says for the first bits of a key where those with these bits begin, so that a lookup touches a
page or two whatever the size of the table. Frozen: learning makes a new table. Raises `ValueError` on arrays that are
no such table.
"""

from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.keys import Keys

Tally = NDArray[np.uint32]
_T = TypeVar("_T", np.uint32, np.uint64)

_PIECE = 1_000_000
_ROUNDS = 16
"""Of ten trillion honest buckets one holds more keys."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """`spam[i]` and `ham[i]` belong to `keys[i]`; `starts` has 2**bits + 1 entries."""

    keys: Keys
    spam: Tally
    ham: Tally
    starts: NDArray[np.uint32]

    def __post_init__(self) -> None:
        buckets = len(self.starts) - 1
        if not len(self.keys) == len(self.spam) == len(self.ham) or buckets < 1 or buckets & (buckets - 1):
            raise ValueError("the table of words is damaged: its columns do not fit each other")
        if self.starts[0] != 0 or self.starts[-1] != len(self.keys):
            raise ValueError("the table of words is damaged: its index does not cover it")

    @classmethod
    def of(cls, keys: Keys, spam: Tally, ham: Tally) -> Self:
        """A table of keys that ascend, each once."""
        bits = max(len(keys) - 1, 1).bit_length()
        starts = np.zeros((1 << bits) + 1, np.uint32)
        for at in range(0, len(keys), _PIECE):  # a table of many words is larger than all that is made of it at a time
            buckets = (keys[at : at + _PIECE] >> np.uint64(64 - bits)).astype(np.intp)
            low, high = buckets[0], buckets[-1] + 1
            starts[low + 1 : high + 1] += np.bincount(buckets - low, minlength=high - low).astype(np.uint32)
        return cls(keys, spam, ham, np.cumsum(starts, dtype=np.uint32, out=starts))

    def look_up(self, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The spam and ham counts of each of `wanted`; 0 where it was never seen."""
        places = self._places(wanted)
        known = places >= 0
        spam, ham = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        spam[known], ham[known] = self.spam[places[known]], self.ham[places[known]]
        return spam, ham

    def plus(self, keys: Keys, spam: NDArray[np.int64], ham: NDArray[np.int64]) -> Self:
        """A new table with these differences (each key once, in any order); what comes to nothing is gone.

        It takes the memory of both tables and little more.
        """
        order = np.argsort(keys)
        keys, spam, ham = keys[order], spam[order], ham[order]
        places = self._places(keys)
        known = places >= 0
        new = np.flatnonzero(~known)
        before = np.searchsorted(self.keys, keys[new])  # how many old ones stand before each new one
        fresh = before + np.arange(len(new))
        changed = places[known] + np.searchsorted(before, places[known], side="right")
        merged = type(self)._merged(self.keys, keys[new], fresh)
        counts = []
        for old, more in ((self.spam, spam), (self.ham, ham)):
            now = old[places[known]] + more[known]
            if (now < 0).any() or (more[new] < 0).any():
                raise ValueError("a word would be counted less than never")
            column = type(self)._merged(old, more[new].astype(np.uint32), fresh)
            column[changed] = now
            counts.append(column)
        touched = np.concatenate((changed, fresh))
        gone = touched[(counts[0][touched] == 0) & (counts[1][touched] == 0)]
        if len(gone):
            stays = np.ones(len(merged), np.bool_)
            stays[gone] = False
            merged, counts = merged[stays], [column[stays] for column in counts]
        return type(self).of(merged, *counts)

    @staticmethod
    def _merged(old: NDArray[_T], new: NDArray[_T], places: NDArray[np.intp]) -> NDArray[_T]:
        """`old` with `new` at `places` of the result."""
        is_old = np.ones(len(old) + len(new), np.bool_)
        is_old[places] = False
        merged = np.empty(len(is_old), old.dtype)
        merged[is_old], merged[places] = old, new
        return merged

    def _places(self, wanted: Keys) -> NDArray[np.intp]:
        """Where each key stands, -1 for none. Buckets hold one key in the mean, so few rounds are needed.

        What is not found by then is looked for as in any sorted table: somebody may have contrived words whose keys all
        begin alike, and would have us walk past each of them.
        """
        bucket = (wanted >> np.uint64(64 - (len(self.starts) - 2).bit_length())).astype(np.intp)
        at, end = self.starts[bucket].astype(np.intp), self.starts[bucket + 1].astype(np.intp)
        places = np.full(len(wanted), -1, np.intp)
        left = np.flatnonzero(at < end)
        for _ in range(_ROUNDS):
            if not left.size:
                return places
            here = at[left]
            hit = self.keys[here] == wanted[left]
            places[left[hit]] = here[hit]
            left = left[~hit]
            at[left] += 1
            left = left[at[left] < end[left]]
        here = np.minimum(np.searchsorted(self.keys, wanted[left]), end[left] - 1)
        hit = self.keys[here] == wanted[left]
        places[left[hit]] = here[hit]
        return places


NOTHING = Counts.of(np.empty(0, np.uint64), np.empty(0, np.uint32), np.empty(0, np.uint32))
"""Of somebody who has learnt nothing."""
