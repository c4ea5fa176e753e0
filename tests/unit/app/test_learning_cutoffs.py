"""Trials are what the model said before it learnt; from them come the cut-offs that are served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import sharing
from gatekeeper.app.learning import Learning
from gatekeeper.classifier import linear
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.learner import Learner
from gatekeeper.config.schema import Classifier
from gatekeeper.stores import model_file
from tests.unit.app.learning_samples import HAM, SPAM, sample, samples

MIXED = [(number, SPAM if number % 2 else HAM) for number in range(60)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "BITS", 12)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learning]:
    learner = Learning(tmp_path / "a")
    yield learner
    learner.close()


def trials(learner: Learning) -> list[float | None]:
    return [event.trial.score if event.trial else None for event in learner.training.events()]


def test_a_trial_is_what_was_said_before(learner: Learning) -> None:
    learner.learn(samples(MIXED))
    alone = Learner(sharing.nothing(Classifier()))
    assert trials(learner) == [alone.learn(one.features, one.label).score for one in samples(MIXED)]


def test_what_was_known_already_is_no_trial(learner: Learning) -> None:
    learner.learn(samples(MIXED))
    learner.learn(samples(MIXED[:3]), again=True)
    assert trials(learner)[60:] == [None] * 3
    learner.rebuild()
    assert trials(learner)[60:] == [None] * 3


def test_what_was_chosen_for_being_misjudged_is_no_trial(learner: Learning) -> None:
    learner.learn(samples(MIXED))
    wrong = [sample(number, HAM if number % 2 else SPAM) for number in range(100, 110)]
    done = learner.learn(wrong, on_error=True)
    assert done.learnt
    assert set(trials(learner)[60:]) == {None}
    learner.rebuild()
    assert set(trials(learner)[60:]) == {None}


def test_on_error_nothing_is_learnt_that_is_judged_rightly(learner: Learning) -> None:
    learner.learn(samples(MIXED))
    name = learner.model().known.name
    right = [one for one in samples(MIXED) if learner.model().judge(one.features).band == one.label]
    assert right
    done = learner.learn(right, again=True, on_error=True)
    assert (done.learnt, done.right, done.known) == (0, len(right), 0)
    assert learner.model().known.name == name


def test_on_error_again_until_all_is_right(learner: Learning) -> None:
    learner.learn(samples(MIXED[:20]))
    for _ in range(20):
        done = learner.learn(samples(MIXED), again=True, on_error=True)
        if not done.learnt:
            break
    assert done.right == 60


def test_what_was_moved_has_an_honest_trial_once_the_model_is_made_anew(learner: Learning) -> None:
    learner.learn(samples(MIXED))
    learner.learn(samples([(5, HAM)]))
    assert trials(learner)[-1] is None
    learner.rebuild()
    alone = Learner(sharing.nothing(Classifier()))
    for one in samples([one for one in MIXED if one[0] != 5]):
        alone.learn(one.features, one.label)
    assert trials(learner)[-1] == alone.judge(sample(5, HAM).features).score


def test_with_too_little_to_go_by_the_defaults_stand_and_the_card_says_so(learner: Learning) -> None:
    learner.learn(samples(MIXED[:20]))
    card = model_file.read_card(learner.directory)
    assert card
    assert card["measured"]["enough"] is False
    assert "too few" in card["measured"]["why"]
    assert (card["measured"]["spam"], card["measured"]["ham"]) == (10, 10)


def test_with_enough_they_are_fitted(tmp_path: Path) -> None:
    learner = Learning(tmp_path, Classifier(ham_blocked=0.1))
    learner.learn(samples(MIXED))
    card = model_file.read_card(learner.directory)
    assert card
    assert card["measured"]["enough"] is True
    cutoffs = learner.model().known.cutoffs
    assert cutoffs == Cutoffs(**card["cutoffs"]) != Cutoffs()
    hams = [event.trial.score for event in learner.training.events() if event.label == HAM and event.trial]
    newest = hams[-card["measured"]["ham"] :]
    assert sum(score >= cutoffs.spam for score in newest) == card["measured"]["blocked"] <= 3


def test_those_of_the_operator_stand(tmp_path: Path) -> None:
    learner = Learning(tmp_path, Classifier(spam_cutoff=0.77, ham_cutoff=0.11))
    assert learner.model().known.cutoffs == Cutoffs(ham=0.11, spam=0.77)
    learner.learn(samples(MIXED))
    assert learner.model().known.cutoffs == Cutoffs(ham=0.11, spam=0.77)


def test_what_the_operator_says_of_words_is_served_after_the_next_learning(tmp_path: Path) -> None:
    Learning(tmp_path).learn(samples(MIXED))
    learner = Learning(tmp_path, Classifier(combiner="graham", robx=0.4))
    learner.learn(samples([(100, HAM)]))
    parameters = learner.model().known.parameters
    assert (parameters.combiner, parameters.robx) == ("graham", 0.4)
