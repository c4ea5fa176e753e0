"""counts: in how many spam and ham messages each word was seen, as arrays that a file can be mapped to.

Keys ascend. `starts` says for the first bits of a key where those with these bits begin, so that a lookup touches a
page or two whatever the size of the table. Frozen: learning makes a new table. Raises `ValueError` on arrays that are
no such table.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.keys import Keys

Tally = NDArray[np.uint32]

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
        buckets = (keys >> np.uint64(64 - bits)).astype(np.int64)
        starts = np.zeros((1 << bits) + 1, np.uint32)
        np.cumsum(np.bincount(buckets, minlength=1 << bits), out=starts[1:])
        return cls(keys, spam, ham, starts)

    def look_up(self, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The spam and ham counts of each of `wanted`; 0 where it was never seen."""
        places = self._places(wanted)
        known = places >= 0
        spam, ham = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        spam[known], ham[known] = self.spam[places[known]], self.ham[places[known]]
        return spam, ham

    def plus(self, keys: Keys, spam: NDArray[np.int64], ham: NDArray[np.int64]) -> Self:
        """A new table with these differences (each key once, in any order); what comes to nothing is gone."""
        order = np.argsort(keys)
        keys, spam, ham = keys[order], spam[order], ham[order]
        places = self._places(keys)
        known, new = places >= 0, places < 0
        all_spam, all_ham = self.spam.astype(np.int64), self.ham.astype(np.int64)
        all_spam[places[known]] += spam[known]
        all_ham[places[known]] += ham[known]
        at = np.searchsorted(self.keys, keys[new])
        merged = np.insert(self.keys, at, keys[new])
        all_spam, all_ham = np.insert(all_spam, at, spam[new]), np.insert(all_ham, at, ham[new])
        if (all_spam < 0).any() or (all_ham < 0).any():
            raise ValueError("a word would be counted less than never")
        stays = (all_spam > 0) | (all_ham > 0)
        return type(self).of(merged[stays], all_spam[stays].astype(np.uint32), all_ham[stays].astype(np.uint32))

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
