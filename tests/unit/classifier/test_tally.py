from collections import Counter
from collections.abc import Iterable

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
