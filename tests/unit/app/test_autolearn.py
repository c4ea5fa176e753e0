"""What all agree on is learnt without a teacher: once, within bounds, marked, and not against anybody's word."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.app.autolearn import autolearn
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.features import Features
from gatekeeper.config.schema import Classifier
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Absent, Label, Words
from tests.unit.app.learning_samples import HAM, SPAM, sample, truth
from tests.unit.stores import samples


@pytest.fixture
def learning(tmp_path: Path) -> Iterator[Learning]:
    learning = Learning(tmp_path)
    yield learning
    learning.close()


@pytest.fixture
def passed(tmp_path: Path) -> Iterator[Passed]:
    passed = Passed(tmp_path / "passed.db")
    yield passed
    passed.close()


def let_through(passed: Passed, *made: Sample, learn: bool = True) -> list[str]:
    """Messages like these pass, marked to be learnt as what they are; their ids."""
    records = [samples.record(received_at=time.time()) for _ in made]
    for record, each in zip(records, made, strict=True):
        marked = {a: replace(v, learn=each.label if learn else None) for a, v in record.verdicts.items()}
        tape = ((Words(each.digest.hex(), each.features), Absent()),)
        passed.keep(replace(record, verdicts=marked, tape=tape))
    assert passed.flush()
    return [record.envelope.id for record in records]


def test_what_is_marked_is_learnt_once_and_says_who_taught_it(passed: Passed, learning: Learning) -> None:
    ids = let_through(passed, sample(1, SPAM), sample(2, HAM))
    let_through(passed, sample(3, HAM), learn=False)
    assert [autolearn(passed, learning) for _ in range(2)] == [2, 0]
    events = list(learning.training.events())
    assert [(e.id, e.label, e.source, e.teacher) for e in events] == [
        (ids[0], "spam", "auto", "autolearn"),
        (ids[1], "ham", "auto", "autolearn"),
    ]
    assert Features.unpack(events[0].packed).words == sample(1, SPAM).features.words


def test_all_of_it_can_be_taken_back(passed: Passed, learning: Learning) -> None:
    learning.learn([sample(1, SPAM), sample(2, HAM)])
    before = truth(learning)
    let_through(passed, sample(3, SPAM), sample(4, HAM))
    assert autolearn(passed, learning) == 2
    assert truth(learning) != before
    assert learning.forget(source="auto").forgotten == 2
    assert truth(learning) == before
    assert autolearn(passed, learning) == 0, "what was taken back stays so"


@pytest.mark.parametrize("said", Label)
def test_what_somebody_has_taught_stays_as_it_is(passed: Passed, learning: Learning, said: Label) -> None:
    learning.learn([sample(1, said)], source="mail", teacher="kim@example.org")
    let_through(passed, sample(1, SPAM))
    assert autolearn(passed, learning) == 0
    (event,) = learning.training.events()
    assert (event.label, event.source) == (said, "mail")
    assert passed.sure() == []


def test_somebody_may_say_otherwise_later(passed: Passed, learning: Learning) -> None:
    let_through(passed, sample(1, SPAM))
    autolearn(passed, learning)
    assert learning.learn([sample(1, HAM)], source="mail", teacher="kim@example.org").moved == 1
    assert [event.label for event in learning.training.events()] == ["ham"]


def test_what_was_chosen_for_being_sure_is_no_trial(passed: Passed, learning: Learning) -> None:
    """Or the cut-offs would be fitted to what is easy."""
    learning.learn([sample(1, SPAM), sample(2, HAM)])
    let_through(passed, sample(3, SPAM), sample(4, HAM))
    autolearn(passed, learning)
    for _ in range(2):
        assert [event.trial is None for event in learning.training.events()] == [False, False, True, True]
        learning.rebuild()


def test_a_day_has_its_bounds(tmp_path: Path, passed: Passed) -> None:
    learning = Learning(tmp_path / "bounded", Classifier(teacher_daily=3))
    let_through(passed, *(sample(n, SPAM) for n in range(5)))
    assert autolearn(passed, learning) == 3
    assert passed.sure() == [], "what is too much is not learnt later either"
    learning.close()


def test_what_is_damaged_keeps_back_nothing_else(passed: Passed, learning: Learning) -> None:
    broken, _ = let_through(passed, sample(1, SPAM), sample(2, HAM))
    sql = "UPDATE messages SET features = x'00' WHERE id = ?"
    passed._database.write(lambda connection: connection.execute(sql, (broken,)))
    assert autolearn(passed, learning) == 1
    assert passed.sure() == []


def test_words_are_folded_where_that_is_how_they_are_learnt(tmp_path: Path, passed: Passed) -> None:
    learning = Learning(tmp_path / "folding", Classifier(fold=True))
    loud = sample(1, SPAM)
    let_through(passed, replace(loud, features=Features((b"PILLS", b"Pills"), loud.features.grams)))
    autolearn(passed, learning)
    (event,) = learning.training.events()
    assert Features.unpack(event.packed).words == (b"pills",)
    learning.close()
