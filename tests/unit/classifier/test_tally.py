from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.classifier.counts import NOTHING
from gatekeeper.classifier.tally import Tally
from gatekeeper.values import Label

KEYS = st.lists(st.integers(0, 30) | st.integers(2**64 - 5, 2**64 - 1), unique=True, max_size=12)
LESSONS = st.lists(st.tuples(KEYS, st.sampled_from(Label)), max_size=12)


def taught(tally: Tally, lessons: list[tuple[list[int], Label]]) -> Tally:
    for keys, label in lessons:
        tally.add(tally.rows(np.array(keys, np.uint64)), label)
    return tally


@settings(deadline=None)  # other processes may have the processor
@given(LESSONS, LESSONS, KEYS)
def test_it_counts_on_from_a_table(
    before: list[tuple[list[int], Label]], lessons: list[tuple[list[int], Label]], asked: list[int]
) -> None:
    base = NOTHING.plus(*taught(Tally(NOTHING), before).fresh())
    tally = taught(Tally(base), lessons)
    expected = Counter((key, label) for keys, label in [*before, *lessons] for key in keys)
    spam, ham = tally.counts(tally.rows(np.array(asked, np.uint64)))
    assert spam.tolist() == [expected[key, Label.SPAM] for key in asked]
    assert ham.tolist() == [expected[key, Label.HAM] for key in asked]
    fresh = Counter((key, label) for keys, label in lessons for key in keys)
    keys, spam, ham = tally.fresh()
    rows = zip(keys.tolist(), spam.tolist(), ham.tolist(), strict=True)
    assert {key: (s, h) for key, s, h in rows} == {
        key: (fresh[key, Label.SPAM], fresh[key, Label.HAM]) for key, _ in fresh
    }


def test_more_words_than_there_was_room_for() -> None:
    tally = Tally(NOTHING)
    keys = np.arange(5000, dtype=np.uint64)
    for start in range(0, 5000, 700):
        tally.add(tally.rows(keys[start : start + 700]), Label.HAM)
    assert tally.counts(tally.rows(keys))[1].tolist() == [1] * 5000


def test_what_was_only_asked_about_is_not_fresh() -> None:
    tally = Tally(NOTHING)
    tally.rows(np.array([1, 2], np.uint64))
    assert not len(tally.fresh()[0])
