import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.stores import training_words
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training import Training
from gatekeeper.stores.training_rows import Change, Checkpoint, Counted, Event, Trial

KEYS = (3, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
TOP = 1 << 64


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Training]:
    training = Training(tmp_path / "training.db")
    yield training
    training.close()


def event(number: int, label: str = "spam", **more: object) -> Event:
    plain = Event(
        f"e{number}", b"d%d" % number, label, 1000.0 + number, "learn", "", b"packed%d" % number, None, (1, 0)
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def counted(rows: dict[int, tuple[int, int]]) -> Counted:
    keys = sorted(rows)
    spam, ham = (np.array([rows[key][n] for key in keys], np.int64) for n in range(2))
    return Counted(np.array(keys, np.uint64), [b"w%d" % key for key in keys], spam, ham)


def words_of(training: Training) -> dict[bytes, tuple[int, int]]:
    return {row.word: (row.spam, row.ham) for row in training.words().rows()}


def test_it_begins_with_nothing(training: Training) -> None:
    state = training.state()
    assert (state.epoch, state.last, state.spam, state.ham) == (0, 0, 0, 0)
    assert training.state() == state
    assert list(training.words().rows()) == list(training.events()) == training.kept() == []


def test_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert Training(tmp_path / "a").state().store != Training(tmp_path / "b").state().store


def test_a_teacher_may_have_octets_that_are_no_text(training: Training) -> None:
    """Addresses come from envelopes and command lines, with lone surrogates for what was not UTF-8."""
    odd = "kim\udcff@example.org"
    training.write(Change(added=(event(1, teacher=odd, source="mail"), event(2))))
    assert [found.id for found in training.find(teacher=odd)] == ["e1"]
    assert [found.teacher for found in training.find()] == [odd, ""]
    assert training.count(odd, 0.0, ("mail",)) == 1
    assert training.find(id="\udcff") == []


def test_an_event_that_is_gone_is_told(training: Training) -> None:
    training.write(Change(added=(event(1),)))
    training.write(Change(removed=(1,)))
    with pytest.raises(StoreError, match="forgotten just now; try again"):
        training.event(1)


@pytest.mark.parametrize("count", [None, "w\udcff", 1 << 70])
def test_a_count_that_is_no_number_is_damage(
    training: Training, count: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of the file whose bits are wrong may hold anything, whatever its schema says."""
    monkeypatch.setattr(training._database, "read", lambda *_: [(1, count, 2)])
    with pytest.raises(StoreError, match=r"training\.db: it is damaged: a count is no number; put a backup"):
        training.words().table()


def test_nobody_else_may_read_it(training: Training) -> None:
    training.state()
    assert {path.stat().st_mode & 0o777 for path in training.path.parent.iterdir()} == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_who_has_the_directory(training: Training) -> None:
    os.chown(training.path.parent, 12345, 12345)
    training.write(Change(added=[event(1)]))
    assert {path.stat().st_uid for path in training.path.parent.iterdir()} == {12345}


def test_what_is_added_is_there_in_order(training: Training) -> None:
    trial = Trial(0.5, -1.25, 0.125)
    state = training.write(Change(added=[event(2), event(1, "ham", trial=trial, tried=False)], messages=(1, 1)))
    assert (state.epoch, state.last, state.spam, state.ham) == (0, 2, 1, 1)
    first, second = training.events()
    assert first == event(2, seq=1)
    assert second == event(1, "ham", trial=trial, tried=False, seq=2)
    assert [found.seq for found in training.events(1)] == [2]
    assert [found.seq for found in training.events(0, 1)] == [1]
    assert training.event(2) == second


def test_only_the_first_of_a_digest_was_not_known(training: Training) -> None:
    training.write(Change(added=[event(1), event(2, digest=b"d1"), event(3)]))
    assert [found.tried for found in training.events()] == [True, False, True]
    training.write(Change(removed=[1]))
    assert [found.tried for found in training.events()] == [True, True]


def test_many_pages_of_events(training: Training) -> None:
    training.write(Change(added=[event(number) for number in range(1201)]))
    assert [found.id for found in training.events()] == [f"e{number}" for number in range(1201)]
    assert len(training.taught([b"d%d" % number for number in range(1100, 1300)])) == 101


def test_what_is_removed_is_gone_and_its_number_not_given_again(training: Training) -> None:
    training.write(Change(added=[event(1), event(2)], messages=(2, 0)))
    state = training.write(Change(removed=[2], messages=(-1, 0)))
    assert (state.epoch, state.last, state.spam) == (1, 2, 1)
    assert training.write(Change(added=[event(2)])).last == 3
    assert [(found.seq, found.id) for found in training.events()] == [(1, "e1"), (3, "e2")]
    assert training._database.read("SELECT seq FROM features") == [(1,), (3,)]


def test_events_are_found_by_all_that_is_said_of_them(training: Training) -> None:
    added = [event(1), event(2, source="mail", teacher="ann"), event(3, source="mail", teacher="bob")]
    training.write(Change(added=added))

    def found(**wanted: str) -> list[str]:
        return [taught.id for taught in training.find(**wanted)]

    assert found(id="e2") == ["e2"]
    assert found(source="mail") == ["e2", "e3"]
    assert found(source="mail", teacher="bob") == ["e3"]
    assert found(teacher="bob", source="web") == []
    assert training.taught_ids(["e1", "e9"]).keys() == {"e1"}


def test_what_a_teacher_taught_is_counted(training: Training) -> None:
    added = [event(number, source="mail" if number % 2 else "web", teacher="ann") for number in range(10)]
    training.write(Change(added=[*added, event(99, source="mail", teacher="bob")]))
    assert training.number() == 11
    assert training.count("ann", 0, ("mail",)) == 5
    assert training.count("ann", 0, ("mail", "web")) == 10
    assert training.count("ann", 1005, ("mail", "web")) == 4
    assert training.count("bob", 0, ("web",)) == 0


def test_a_teacher_is_counted_without_a_look_at_every_event(training: Training) -> None:
    asked: list[str] = []
    training.state()
    assert training._database._connection
    training._database._connection.set_trace_callback(asked.append)
    training.count("ann", 5, ("mail", "web"))
    plan = training._database.read(f"EXPLAIN QUERY PLAN {asked[0]}")
    assert "SEARCH events USING INDEX events_teacher (teacher=? AND time>?)" in plan[0][3]


def test_words_are_counted_up_and_down(training: Training) -> None:
    training.write(Change(words=[counted({1: (1, 0), 2: (0, 3)})]))
    training.write(Change(words=[counted({1: (1, 1), 3: (5, 0)})]))
    assert words_of(training) == {b"w1": (2, 1), b"w2": (0, 3), b"w3": (5, 0)}
    training.write(Change(words=[counted({1: (-2, 0), 2: (2, -3), 3: (-5, 0)})]))
    assert words_of(training) == {b"w1": (0, 1), b"w2": (2, 0)}


def test_one_that_goes_and_comes_back_has_its_bytes(training: Training) -> None:
    training.write(Change(words=[counted({1: (1, 0)})]))
    gone = counted({1: (-1, 0)})
    training.write(Change(words=[replace(gone, words=()), counted({1: (0, 1)})]))
    assert words_of(training) == {b"w1": (0, 1)}


@pytest.mark.parametrize("less", [{1: (-2, 0)}, {1: (0, -1)}, {2: (-1, 0)}])
def test_none_is_counted_below_nothing(training: Training, less: dict[int, tuple[int, int]]) -> None:
    training.write(Change(words=[counted({1: (1, 0)})]))
    with pytest.raises(StoreError, match=r"training\.db: the counts of 1 words do not fit .*; put a backup"):
        training.write(Change(added=[event(1)], words=[counted(less)]))
    assert words_of(training) == {b"w1": (1, 0)}
    assert list(training.events()) == []


def test_the_table_is_in_the_order_of_keys(training: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_words, "_PAGE", 2)
    training.write(Change(words=[counted({key: (n, 1) for n, key in enumerate(KEYS)})]))
    keys, spam, ham = training.words().table()
    assert (keys.dtype, spam.dtype, ham.dtype) == (np.uint64, np.uint32, np.uint32)
    assert (keys.tolist(), spam.tolist(), ham.tolist()) == (sorted(KEYS), [0, 1, 2, 3, 4], [1] * 5)
    assert training.words().number() == 5


def test_the_lowest_key_is_not_lost(training: Training) -> None:
    training.write(Change(words=[counted({0: (1, 2)})]))
    assert [column.tolist() for column in training.words().table()] == [[0], [1], [2]]


def test_an_empty_table(training: Training) -> None:
    keys, spam, ham = training.words().table()
    assert (len(keys), keys.dtype, spam.dtype, ham.dtype) == (0, np.uint64, np.uint32, np.uint32)


rows = st.dictionaries(st.integers(0, TOP - 1), st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=120)


@settings(deadline=None, max_examples=40)
@given(first=rows, second=rows)
def test_what_is_counted_and_taken_back_was_never_there(
    first: dict[int, tuple[int, int]], second: dict[int, tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    training = Training(tmp_path_factory.mktemp("store") / "training.db")
    training.write(Change(words=[counted(first)]))
    before = words_of(training)
    assert before == {b"w%d" % key: counts for key, counts in first.items()}
    training.write(Change(words=[counted(second)]))
    back = counted(second)
    training.write(Change(words=[replace(back, spam=-back.spam, ham=-back.ham, words=())]))
    assert words_of(training) == before
    training.close()


def test_an_import_is_kept_part_by_part(training: Training) -> None:
    parts = [(counted({1: (1, 0)}), b"one"), (counted({1: (1, 1), 2: (1, 0)}), b"two")]
    training.write(Change(added=[event(1, "", packed=b"")], imports=iter(parts), messages=(5, 6)))
    assert words_of(training) == {b"w1": (2, 1), b"w2": (1, 0)}
    assert list(training.imported(1)) == [b"one", b"two"]
    training.write(Change(removed=[1]))
    assert list(training.imported(1)) == []


def test_a_change_that_fails_is_none_at_all(training: Training) -> None:
    training.write(Change(added=[event(1)], messages=(1, 0)))
    before = training.state()
    with pytest.raises(sqlite3.IntegrityError):
        training.write(Change(removed=[1], added=[event(2), event(2)], words=[counted({1: (1, 0)})], messages=(9, 9)))
    assert training.state() == before
    assert [found.id for found in training.events()] == ["e1"]
    assert words_of(training) == {}


def test_trials_the_newest_first(training: Training) -> None:
    added = [event(n, "spam" if n % 2 else "ham", trial=Trial(0, 0, n / 10)) for n in range(4)]
    training.write(Change(added=[*added, event(9)]))
    assert training.trials(3) == [("spam", 0.3), ("ham", 0.2), ("spam", 0.1)]


def test_trials_are_written_anew_unless_more_is_gone(training: Training) -> None:
    state = training.write(Change(added=[event(1), event(2, trial=Trial(1, 1, 1))]))
    training.retry(state.epoch, [(1, Trial(0.5, 2.0, 0.25)), (2, None)], 2, b"checkpoint")
    assert [found.trial for found in training.events()] == [Trial(0.5, 2.0, 0.25), None]
    assert training.kept() == [2]
    training.write(Change(removed=[2]))
    training.retry(state.epoch, [(1, Trial(0, 0, 0))], 2, b"checkpoint")
    assert [found.trial for found in training.events()] == [Trial(0.5, 2.0, 0.25)]
    assert training.kept() == []


def test_checkpoints_the_newest_first_without_damaged_ones(training: Training) -> None:
    for number in range(1, 5):
        training.write(Change(added=[event(number)], checkpoint=b"c%d" % number))
    training._database.write(lambda c: c.execute("UPDATE checkpoints SET packed = x'' WHERE seq = 3"))
    assert [(kept.seq, kept.packed) for kept in training.checkpoints()] == [(4, b"c4"), (2, b"c2"), (1, b"c1")]


def test_what_is_taken_out_takes_the_checkpoints_behind_it(training: Training) -> None:
    for number in range(1, 6):
        training.write(Change(added=[event(number)], checkpoint=b"c"))
    training.write(Change(removed=[3, 5]))
    assert training.kept() == [1, 2]


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(2, 10))
def test_checkpoints_are_few_and_the_newest_among_them(number: int, most: int) -> None:
    kept: list[int] = []
    for seq in range(1, number + 1):
        kept.append(seq)
        dropped = Checkpoint.surplus(kept, most)
        kept = [one for one in kept if one not in dropped]
    assert len(kept) == min(number, most)
    assert kept[-1] == number


def test_what_is_taken_back_soon_needs_little_to_be_done_again() -> None:
    """The number of events from the last checkpoint before it, by its age: never more than some times as many."""
    kept: list[int] = []
    for seq in range(1, 1001):
        kept.append(seq)
        kept = [one for one in kept if one not in Checkpoint.surplus(kept)]
        for age in (1, 10, 100):
            if seq > age:
                before = max((one for one in kept if one < seq - age), default=0)
                assert seq - before <= 30 * age
