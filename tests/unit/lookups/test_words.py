"""The model that was trained last answers; one that cannot be used is told of once and changes nothing."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.app import sharing
from gatekeeper.classifier.features import Features
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.model import Model
from gatekeeper.lookups import words
from gatekeeper.lookups.gather import Gather
from gatekeeper.lookups.words import Judge
from gatekeeper.stores import model_file
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Absent, Answer, Band, Failed, Judged, Label, Question, Words
from tests.servers.room import wait_until

PILLS = Features((b"pills", b"cheap"), np.array([1, 2, 3], np.uint32))
LUNCH = Features((b"lunch", b"monday"), np.array([7, 8, 9], np.uint32))
DAMAGED = StoreError(Path("model-2.npz"), "its bytes are not those that its card names", "have it made anew")


def model(name: str, spam: Features = PILLS, ham: Features = LUNCH) -> Model:
    learner = Learner(name=name)
    for _ in range(20):
        learner.learn(spam, Label.SPAM)
        learner.learn(ham, Label.HAM)
    return learner.model()


FIRST, SECOND = model("first"), model("second", spam=LUNCH, ham=PILLS)


class Served:
    """What the training has published: a card, and behind it a model, nothing, or trouble."""

    def __init__(self, card: Path) -> None:
        self.card, self.behind, self.reads = card, None, 0
        self._version = 0

    behind: Model | Exception | None

    def publish(self, behind: Model | Exception) -> None:
        """As the training does: another file takes the name of the card."""
        self._version += 1
        self.behind = behind
        new = self.card.with_suffix(".new")
        new.write_text(str(self._version))
        new.rename(self.card)

    def read(self) -> Model | None:
        self.reads += 1
        if isinstance(self.behind, Exception):
            raise self.behind
        return self.behind


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path / "model.json")


@pytest.fixture
def judge(served: Served) -> Judge:
    return Judge(served.card, served.read)


def test_before_anything_is_learnt_there_is_no_answer(judge: Judge, served: Served) -> None:
    judge.look()
    assert judge.known(Words("00", PILLS)) == Absent()
    assert served.reads == 0


def test_what_the_model_says_is_the_answer(judge: Judge, served: Served) -> None:
    served.publish(FIRST)
    judge.look()
    answer = judge.known(Words("00", PILLS))
    assert answer == FIRST.judge(PILLS)
    assert isinstance(answer, Judged)
    assert (answer.band, answer.model, answer.learnt) == (Band.SPAM, "first", (20, 20))
    assert {clue.word for clue in answer.clues} == {"pills", "cheap"}


def test_it_is_read_again_only_if_it_changes(judge: Judge, served: Served) -> None:
    served.publish(FIRST)
    for _ in range(3):
        judge.look()
    assert served.reads == 1
    served.publish(SECOND)
    judge.look()
    assert served.reads == 2
    assert judge.known(Words("00", PILLS)) == SECOND.judge(PILLS)


def test_one_that_cannot_be_used_is_told_once_and_the_old_one_goes_on(
    judge: Judge, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.publish(FIRST)
    judge.look()
    served.publish(DAMAGED)
    for _ in range(3):
        judge.look()
    assert judge.known(Words("00", PILLS)) == FIRST.judge(PILLS)
    assert served.reads == 2
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
        f"{DAMAGED}; the model before it goes on"
    ]
    served.publish(SECOND)
    judge.look()
    assert judge.known(Words("00", PILLS)) == SECOND.judge(PILLS)


def test_without_an_old_one_mail_is_judged_without(
    judge: Judge, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.publish(DAMAGED)
    judge.look()
    assert judge.known(Words("00", PILLS)) == Absent()
    assert "mail is judged without it" in caplog.text
    assert "Traceback" not in caplog.text


def test_one_that_cannot_be_reached_is_told_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As when root has learnt before the gateway's own account was given the directory."""
    loop = tmp_path / "classifier"
    loop.symlink_to(loop)
    judge = Judge(loop / model_file.CARD, lambda: sharing.served(loop))  # type: ignore[arg-type, return-value]
    for _ in range(3):
        judge.look()
    assert judge.known(Words("00", PILLS)) == Absent()
    assert caplog.text.count("Too many levels of symbolic links") == 1
    assert "mail is judged without it" in caplog.text


def test_what_could_not_be_used_is_tried_again_after_a_while(
    judge: Judge, served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(words, "_AGAIN", 0.0)
    served.publish(DAMAGED)
    judge.look()
    judge.look()
    assert served.reads == 2
    assert caplog.text.count("have it made anew") == 1
    served.behind = FIRST  # the same card: a disk that was not there for a moment
    judge.look()
    assert judge.known(Words("00", PILLS)) == FIRST.judge(PILLS)
    judge.look()
    assert served.reads == 3


def test_a_mistake_of_ours_is_no_end_either(judge: Judge, served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.publish(ValueError("the model has no array 'keys'"))
    judge.look()
    assert judge.known(Words("00", PILLS)) == Absent()
    assert "no array 'keys'" in caplog.text


def test_a_model_that_is_taken_away_is_not_asked_any_more(judge: Judge, served: Served) -> None:
    served.publish(FIRST)
    judge.look()
    served.card.unlink()
    served.behind = None
    judge.look()
    assert judge.known(Words("00", PILLS)) == Absent()


def test_a_question_from_a_record_has_no_features(judge: Judge, served: Served) -> None:
    served.publish(FIRST)
    judge.look()
    assert judge.known(Words("00")) == Failed("its features are not at hand")


def test_words_are_folded_if_that_is_how_they_were_learnt(served: Served) -> None:
    served.publish(FIRST)
    loud = Features((b"PILLS", b"Pills", b"Cheap"), PILLS.grams)
    answers: list[Answer] = []
    for fold in (False, True):
        judge = Judge(served.card, served.read, fold)
        judge.look()
        answers.append(judge.known(Words("00", loud)))
    exact, folded = answers
    assert isinstance(exact, Judged)
    assert exact.clues == ()
    assert folded == FIRST.judge(PILLS)


@pytest.fixture
def watching(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    monkeypatch.setattr(words, "EVERY", 0.01)
    judge.start()
    yield judge
    judge.close()


def test_a_new_model_is_found_without_anybody_asking(watching: Judge, served: Served) -> None:
    assert watching.known(Words("00", PILLS)) == Absent()
    for each in (FIRST, DAMAGED, SECOND):
        served.publish(each)
        if isinstance(each, Model):
            wait_until(lambda each=each: watching.known(Words("00", PILLS)) == each.judge(PILLS), "it answers")  # type: ignore[misc]


def test_nobody_waits_while_a_model_is_read(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "EVERY", 0.01)
    slow: list[Callable[[], None]] = []

    def read() -> Model | None:
        found = served.read()
        for before in slow:
            before()
        return found

    judge = Judge(served.card, read)
    served.publish(FIRST)
    judge.start()
    old: list[Answer] = []
    slow.append(lambda: old.append(judge.known(Words("00", PILLS))))
    served.publish(SECOND)
    wait_until(lambda: judge.known(Words("00", PILLS)) == SECOND.judge(PILLS), "the new one answers")
    judge.close()
    assert old == [FIRST.judge(PILLS)], "while the new one was read, the old one answered"


def test_gather_has_the_answer_at_once(judge: Judge, served: Served) -> None:
    served.publish(FIRST)
    judge.look()
    question = Words("00", PILLS)

    def steps():  # type: ignore[no-untyped-def]
        asked: frozenset[Question] = frozenset({question})
        return (yield asked)[question]

    assert Gather({Words: judge}).drive_blocking(steps(), 1.0) == FIRST.judge(PILLS)
