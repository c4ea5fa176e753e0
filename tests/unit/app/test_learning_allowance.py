from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import allowance
from gatekeeper.app.learning import Learning
from gatekeeper.classifier import linear
from gatekeeper.config.schema import Classifier
from tests.unit.app.learning_samples import HAM, SPAM, sample, samples

ANN = "ann@example.net"
DAY = 86_400.0


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of some kilobytes."""
    monkeypatch.setattr(linear, "BITS", 12)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learning]:
    learner = Learning(tmp_path, Classifier(teacher_daily=30, teacher_share=0.1))
    yield learner
    learner.close()


def spam(count: int, start: int = 0) -> Iterator:
    return iter(samples([(number, SPAM) for number in range(start, start + count)]))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its last number is the time."""
    times = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: times[-1])
    return times


@pytest.mark.parametrize("source", ["mail", "web", "auto"])
def test_a_teacher_may_teach_a_few_however_little_is_learnt(learner: Learning, source: str) -> None:
    done = learner.learn(spam(25), source, ANN)
    assert (done.learnt, done.refused, done.messages) == (20, 5, (20, 0))
    done = learner.learn(spam(1, 100), source, "bob@example.net")
    assert (done.learnt, done.refused) == (1, 0)


def test_the_administrator_may_teach_anything(learner: Learning) -> None:
    done = learner.learn(spam(100), "learn", ANN)
    assert (done.learnt, done.refused) == (100, 0)


def test_no_more_than_a_share_of_all(learner: Learning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "FEWEST", 2)
    learner.learn(spam(90))
    assert learner.learn(spam(20, 100), "mail", ANN).learnt == 10


def test_no_more_than_so_many_a_day(learner: Learning, clock: list[float]) -> None:
    learner.learn(spam(1000))
    assert learner.learn(spam(40, 2000), "mail", ANN).learnt == 30
    clock.append(clock[0] + DAY - 1)
    assert learner.learn(spam(40, 3000), "mail", ANN).learnt == 0
    clock.append(clock[0] + DAY + 1)
    assert learner.learn(spam(40, 4000), "mail", ANN).learnt == 30


def test_all_ways_count_together(learner: Learning) -> None:
    learner.learn(spam(15), "mail", ANN)
    assert learner.learn(spam(15, 100), "web", ANN).learnt == 5


def test_the_same_thing_a_thousand_times_counts_once(learner: Learning) -> None:
    done = learner.learn([sample(1, SPAM)] * 1000, "mail", ANN)
    assert (done.learnt, done.known, done.refused) == (1, 999, 0)


def test_changing_ones_mind_all_day_counts_too(learner: Learning) -> None:
    flips = [sample(1, SPAM if number % 2 else HAM) for number in range(100)]
    learner.learn(samples([(number, HAM) for number in range(500, 1000)]))
    done = learner.learn(flips, "mail", ANN)
    assert (done.learnt, done.refused, done.known) == (30, 35, 35)


def test_what_one_taught_can_be_taken_back(learner: Learning) -> None:
    learner.learn(spam(10), "mail", ANN)
    learner.learn(spam(10, 100), "web", ANN)
    learner.learn(spam(10, 200), "mail", "bob@example.net")
    assert learner.forget(source="mail", teacher=ANN).forgotten == 10
    assert learner.forget(teacher=ANN).messages == (10, 0)
    assert learner.forget(source="mail").messages == (0, 0)
    assert list(learner.dump()) == []
