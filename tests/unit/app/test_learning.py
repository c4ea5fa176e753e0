from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier import linear
from gatekeeper.values import Label
from tests.unit.app.learning_samples import HAM, SPAM, digest, everything, name, sample, samples, truth

MIXED = [(number, SPAM if number % 2 else HAM) for number in range(40)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of some kilobytes."""
    monkeypatch.setattr(linear, "BITS", 12)


@pytest.fixture
def learning(tmp_path: Path) -> Iterator[Learning]:
    learning = Learning(tmp_path / "a")
    yield learning
    learning.close()


@pytest.fixture
def direct(tmp_path: Path) -> Iterator[Learning]:
    """Somebody who learns the straight way, to be compared with."""
    learning = Learning(tmp_path / "b")
    yield learning
    learning.close()


def test_what_is_learnt_is_served(learning: Learning) -> None:
    done = learning.learn(samples(MIXED))
    assert (done.learnt, done.messages, done.behind) == (40, (20, 20), False)
    model = learning.model()
    assert model.known.learnt == (20, 20)
    assert model.judge(sample(101, SPAM).features).score > 0.5 > model.judge(sample(102, HAM).features).score


def test_nothing_is_known_before(learning: Learning) -> None:
    assert learning.model().known.learnt == (0, 0)
    assert not learning.behind
    assert learning.learn([]).messages == (0, 0)


def test_the_same_again_changes_nothing(learning: Learning, direct: Learning) -> None:
    learning.learn(samples(MIXED))
    assert learning.learn(samples(MIXED)).known == 40
    direct.learn(samples(MIXED))
    assert everything(learning) == everything(direct)


def test_unless_that_is_asked_for(learning: Learning) -> None:
    learning.learn(samples(MIXED))
    done = learning.learn(samples(MIXED[:2]), again=True)
    assert (done.learnt, done.messages) == (2, (21, 21))
    assert {row.word: (row.spam, row.ham) for row in learning.dump()}[b"only1"] == (2, 0)


def test_how_it_is_cut_up_makes_no_difference(learning: Learning, direct: Learning) -> None:
    for number in range(0, 40, 7):
        learning.learn(samples(MIXED[number : number + 7]))
    direct.learn(samples(MIXED))
    assert everything(learning) == everything(direct)


def test_what_is_forgotten_was_never_learnt(learning: Learning, direct: Learning) -> None:
    learning.learn(samples(MIXED))
    done = learning.forget([digest(5), digest(30), digest(999)], [name(12)])
    assert (done.forgotten, done.unknown, done.messages, done.behind) == (3, 1, (19, 18), True)
    direct.learn(samples([one for one in MIXED if one[0] not in (5, 12, 30)]))
    assert truth(learning) == truth(direct)
    assert learning.model().known.behind
    learning.rebuild()
    assert not learning.behind
    assert everything(learning) == everything(direct)


def test_as_the_other_class_it_is_moved_to_the_end(learning: Learning, direct: Learning) -> None:
    learning.learn(samples(MIXED))
    done = learning.learn(samples([(5, HAM)]))
    assert (done.learnt, done.moved, done.messages, done.behind) == (1, 1, (19, 21), True)
    direct.learn(samples([*[one for one in MIXED if one[0] != 5], (5, HAM)]))
    assert truth(learning) == truth(direct)
    learning.rebuild()
    assert everything(learning) == everything(direct)


def test_both_ways_in_one_go_the_last_counts(learning: Learning, direct: Learning) -> None:
    learning.learn(samples([(1, SPAM), (2, HAM), (1, HAM), (3, SPAM), (1, SPAM)]))
    learning.rebuild()
    direct.learn(samples([(2, HAM), (3, SPAM), (1, SPAM)]))
    assert everything(learning) == everything(direct)


def test_an_event_is_known_by_its_id_too(learning: Learning) -> None:
    learning.learn(samples(MIXED))
    changed = Sample(sample(3, SPAM).features, digest(1000), SPAM, id=name(3))
    assert learning.learn([changed]).known == 1
    moved = Sample(sample(3, SPAM).features, digest(1000), HAM, id=name(3))
    assert learning.learn([moved]).moved == 1
    assert learning.forget(ids=[name(3)]).forgotten == 1


@pytest.mark.parametrize("label", [SPAM, HAM])
def test_one_message_makes_a_model_that_is_not_sure(learning: Learning, label: Label) -> None:
    learning.learn(samples([(1, label)]))
    assert learning.model().judge(sample(1, label).features).band == "unsure"
