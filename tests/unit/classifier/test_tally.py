import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.classifier import tally as tally_module
from gatekeeper.classifier.counts import NOTHING, Counts
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.tally import Tally
from gatekeeper.values import Label

KEYS = st.lists(st.integers(0, 30) | st.integers(2**64 - 5, 2**64 - 1), unique=True, max_size=12)
LESSONS = st.lists(st.tuples(KEYS, st.sampled_from(Label)), max_size=12)


def words(numbers: Iterable[int]) -> list[bytes]:
    return [b"%d" % number for number in numbers]


def grown(tally: Tally) -> Counts:
    keys, _, spam, ham = tally.fresh()
    return NOTHING.plus(keys, spam, ham)


def taught(tally: Tally, lessons: list[tuple[list[int], Label]]) -> Tally:
    for keys, label in lessons:
        tally.add(tally.rows(words(keys)), label)
    return tally


@settings(deadline=None)  # other processes may have the processor
@given(LESSONS, LESSONS, KEYS)
def test_it_counts_on_from_a_table(
    before: list[tuple[list[int], Label]], lessons: list[tuple[list[int], Label]], asked: list[int]
) -> None:
    base = grown(taught(Tally(NOTHING), before))
    tally = taught(Tally(base), lessons)
    expected = Counter((key, label) for keys, label in [*before, *lessons] for key in keys)
    spam, ham = tally.counts(tally.rows(words(asked)))
    assert spam.tolist() == [expected[key, Label.SPAM] for key in asked]
    assert ham.tolist() == [expected[key, Label.HAM] for key in asked]
    fresh = Counter((key, label) for keys, label in lessons for key in keys)
    keys, said, spam, ham = tally.fresh()
    assert keys.tolist() == sorted(keys_of(words({key for key, _ in fresh})).tolist())
    assert keys_of(said).tolist() == keys.tolist()
    assert dict(zip(said, zip(spam.tolist(), ham.tolist(), strict=True), strict=True)) == {
        b"%d" % key: (fresh[key, Label.SPAM], fresh[key, Label.HAM]) for key, _ in fresh
    }


def test_more_words_than_there_was_room_for() -> None:
    tally = Tally(NOTHING)
    every = words(range(5000))
    for start in range(0, 5000, 700):
        tally.add(tally.rows(every[start : start + 700]), Label.HAM)
    assert tally.counts(tally.rows(every))[1].tolist() == [1] * 5000
    assert tally.words == 5000


@settings(deadline=None)
@given(LESSONS)
def test_several_messages_at_once_are_counted_as_one_by_one(lessons: list[tuple[list[int], Label]]) -> None:
    """Also where a word is new in two of them."""
    one_by_one, at_once = taught(Tally(NOTHING), lessons), Tally(NOTHING)
    every = at_once.rows_of([words(keys) for keys, _ in lessons])
    assert [len(rows) for rows in every] == [len(keys) for keys, _ in lessons]
    for rows, (_, label) in zip(every, lessons, strict=True):
        at_once.add(rows, label)
    for expected, found in zip(one_by_one.fresh(), at_once.fresh(), strict=True):
        assert list(expected) == list(found)


def contrived(monkeypatch: pytest.MonkeyPatch, spread: int) -> None:
    """Words are numbers, and those are their keys."""
    monkeypatch.setattr(tally_module, "keys_of", lambda words: np.array([int(word) for word in words], np.uint64))
    monkeypatch.setattr(tally_module, "_SPREAD", np.uint64(spread))


def test_words_that_all_want_the_same_place_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the end of the table, too, and when it grows."""
    contrived(monkeypatch, 1)
    tally = Tally(NOTHING)
    for start in (2**64 - 700, 0, 2**63):
        tally.add(tally.rows(words(range(start, start + 700))), Label.SPAM)
        tally.add(tally.rows(words(range(start, start + 700, 7))), Label.HAM)
    asked = [*range(700), *range(2**64 - 700, 2**64), 700, 2**63 - 1]
    spam, ham = tally.counts(tally.rows(words(asked)))
    assert spam.tolist() == [1] * 1400 + [0, 0]
    assert ham.tolist() == ([1] + [0] * 6) * 200 + [0, 0]


class Watched(np.ndarray):
    """Counts how often it is looked into."""

    looks = 0

    def __getitem__(self, wanted: Any) -> Any:
        type(self).looks += 1
        return super().__getitem__(wanted)


def test_words_contrived_to_begin_alike_take_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their places are where the sender cannot foresee; if they were where the keys say, it took thousands."""
    contrived(monkeypatch, 0x9E3779B97F4A7C15)
    tally = Tally(NOTHING)
    tally.rows(words(range(2**60, 2**60 + 3000)))
    tally._table = tally._table.view(Watched)
    tally.rows(words(range(2**60 + 2500, 2**60 + 3500)))
    assert 0 < Watched.looks < 50


def test_places_are_not_the_same_in_every_process() -> None:
    code = "from gatekeeper.classifier import tally; print(int(tally._SPREAD))"
    found = [subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE) for _ in range(2)]
    one, other = (int(done.stdout) for done in found)
    assert one != other
    assert one % 2 == other % 2 == 1  # an even one would send two keys to one place for certain


def test_what_was_only_asked_about_is_not_fresh() -> None:
    tally = Tally(NOTHING)
    tally.rows([b"a", b"b"])
    assert not len(tally.fresh().keys)


def test_words_that_share_a_key_are_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the table would hold a key twice, and be wrong for good."""
    monkeypatch.setattr(tally_module, "keys_of", lambda words: np.full(len(words), 7, np.uint64))
    tally = taught(Tally(NOTHING), [([1, 2], Label.SPAM), ([2], Label.HAM)])
    keys, said, spam, ham = tally.fresh()
    assert (keys.tolist(), said, spam.tolist(), ham.tolist()) == ([7], [b"1"], [2], [1])


def test_so_are_those_of_several_messages_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "keys_of", lambda words: np.full(len(words), 7, np.uint64))
    tally = Tally(NOTHING)
    for rows in tally.rows_of([words([3]), words([1, 2]), []]):
        tally.add(rows, Label.HAM)
    keys, said, spam, ham = tally.fresh()
    assert (keys.tolist(), said, spam.tolist(), ham.tolist()) == ([7], [b"3"], [0], [3])
