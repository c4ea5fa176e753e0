from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.counts import NOTHING, Counts
from gatekeeper.classifier.keys import Keys, keys_of

KEY = st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 2**63 - 1, 2**63, 2**64 - 1])
TABLE = st.dictionaries(KEY, st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


def added(counts: Counts, table: dict[int, tuple[int, int]], sign: int = 1) -> Counts:
    keys = np.array(list(table), np.uint64)
    spam, ham = (np.array([pair[n] * sign for pair in table.values()], np.int64) for n in (0, 1))
    return counts.plus(keys, spam, ham)


def seen(counts: Counts, keys: Keys) -> list[tuple[int, int]]:
    spam, ham = counts.look_up(keys)
    return list(zip(spam.tolist(), ham.tolist(), strict=True))


def same(one: Counts, other: Counts) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("keys", "spam", "ham", "starts"))


@given(st.lists(TABLE, max_size=5), st.lists(KEY, max_size=20))
def test_it_counts_as_a_dictionary_does(tables: list[dict[int, tuple[int, int]]], others: list[int]) -> None:
    counts, spam, ham = NOTHING, Counter[int](), Counter[int]()
    for table in tables:
        counts = added(counts, table)
        for key, (spams, hams) in table.items():
            spam[key] += spams
            ham[key] += hams
    wanted = [*{key for table in tables for key in table}, *others]
    assert seen(counts, np.array(wanted, np.uint64)) == [(spam[key], ham[key]) for key in wanted]
    assert counts.keys.tolist() == sorted(key for key in spam | ham if spam[key] or ham[key])


@given(TABLE, TABLE)
def test_what_is_taken_away_again_leaves_no_trace(
    first: dict[int, tuple[int, int]], second: dict[int, tuple[int, int]]
) -> None:
    alone = added(NOTHING, first)
    assert same(added(added(alone, second), second, -1), alone)


def test_no_word_is_counted_less_than_never() -> None:
    once = added(NOTHING, {5: (1, 0)})
    with pytest.raises(ValueError, match="less than never"):
        added(once, {5: (-2, 0)})


def test_keys_that_share_their_first_bits_are_told_apart() -> None:
    """Evenly spread keys hardly ever do; the table must be right all the same."""
    table = {n: (n, 1) for n in range(300)}
    counts = added(NOTHING, table)
    assert seen(counts, np.array([0, 7, 299, 300], np.uint64)) == [(0, 1), (7, 1), (299, 1), (0, 0)]


def test_a_large_table_finds_all_its_words() -> None:
    words = [b"word%d" % n for n in range(100_000)]
    ones = np.ones(len(words), np.int64)
    counts = NOTHING.plus(keys_of(words), ones, ones)
    spam, _ = counts.look_up(keys_of(words))
    assert spam.tolist() == ones.tolist()
    assert counts.look_up(keys_of([b"none"]))[1].tolist() == [0]


@pytest.mark.parametrize("column", ["keys", "spam", "starts"])
def test_columns_that_do_not_fit_are_refused(column: str) -> None:
    whole = added(NOTHING, {5: (1, 0), 9: (0, 1), 2**63: (1, 1)})
    columns = {name: getattr(whole, name) for name in ("keys", "spam", "ham", "starts")}
    columns[column] = columns[column][:-1]
    with pytest.raises(ValueError, match="damaged"):
        Counts(**columns)


class Watched(np.ndarray):
    """Counts how often it is looked into."""

    looks = 0

    def __getitem__(self, wanted: Any) -> Any:
        type(self).looks += 1
        return super().__getitem__(wanted)


def test_keys_that_all_begin_alike_take_few_looks() -> None:
    """Whoever sends mail can contrive such words, and one of those messages is learnt sooner or later."""
    keys = np.arange(0, 40_000, 2, dtype=np.uint64) + np.uint64(1 << 60)
    tally = np.arange(1, len(keys) + 1, dtype=np.uint32)
    counts = Counts.of(keys, tally, tally)
    watched = replace(counts, keys=keys.view(Watched))
    asked = np.concatenate((keys[::-1], keys + np.uint64(1), np.array([0, 2**64 - 1], np.uint64)))
    spam, _ = watched.look_up(asked)
    assert Watched.looks < 50
    assert spam.tolist() == [*range(len(keys), 0, -1), *[0] * (len(keys) + 2)]
