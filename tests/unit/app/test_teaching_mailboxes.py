"""What the gateway answers to who teaches it by mail."""

from pathlib import Path

import pytest

from gatekeeper.app import state
from gatekeeper.app.learning import Learning
from gatekeeper.app.teaching_mailboxes import teaching_mailboxes
from gatekeeper.config.schema import Classifier, Config, Gateway, Teaching
from gatekeeper.fronts.teaching import NOT_A_TEACHER, may_teach, taught
from gatekeeper.lookups.gather import Gather
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Action, Client, Envelope, Fate, Label, Reply
from tests.unit.app.test_teaching import KIM, LEE, ORIGINAL, OTHER, arrived, forwarded, let_through


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        gateway=Gateway(state=str(tmp_path)),
        classifier=Classifier(teacher_daily=2),
        teaching=Teaching(spam=["Spam@example.org"], ham=["ham@example.org", "good@example.org"]),
    )


def say(config: Config, raw: bytes, label: Label = Label.SPAM, teacher: str = KIM) -> str:
    mailboxes = teaching_mailboxes(config)
    assert mailboxes
    return str(Gather({}).drive_blocking(mailboxes.teach(raw, label, teacher), 1.0))


def labels(config: Config) -> list[str]:
    learning = Learning(state.classifier(config))
    found = [event.label for event in learning.training.find()]
    learning.close()
    return found


def test_addresses_are_the_same_in_either_case(config: Config) -> None:
    mailboxes = teaching_mailboxes(config)
    assert mailboxes
    names = ("spam@EXAMPLE.org", "Good@example.org", "ham@example.org", "kim@example.org", "")
    assert [mailboxes.label(name) for name in names] == [Label.SPAM, Label.HAM, Label.HAM, None, None]
    assert teaching_mailboxes(Config()) is None


def test_the_answer_says_what_became_of_it(config: Config) -> None:
    assert say(config, forwarded(ORIGINAL)) == "250 2.0.0 Learnt as spam"
    assert say(config, forwarded(ORIGINAL)) == "250 2.0.0 Known as spam"
    assert say(config, forwarded(ORIGINAL), Label.HAM, LEE) == "250 2.0.0 Learnt as ham"
    assert labels(config) == ["ham"]


def test_of_several_it_says_how_many_and_why_not_the_others(config: Config) -> None:
    passed = state.passed(config)
    foreign = arrived(OTHER, let_through(passed, OTHER, LEE))
    passed.close()
    both = say(config, forwarded(ORIGINAL, foreign))
    assert both == "250 2.0.0 Learnt as spam: 1 of 2 messages; it did not go to you"
    assert say(config, forwarded(foreign)) == "550 5.7.1 Not learnt: it did not go to you"


def test_a_teacher_has_an_end_and_is_told_so(config: Config) -> None:
    many = [ORIGINAL.replace(b"pills", b"pills%d " % n) for n in range(3)]
    assert [say(config, forwarded(raw)) for raw in many][2] == "550 5.7.1 Not learnt: you have taught enough for now"
    assert len(labels(config)) == 2


def test_what_cannot_be_kept_is_to_be_sent_again(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    directory = state.classifier(config)
    directory.mkdir(parents=True)
    (directory / "training.db").write_bytes(b"no database, but longer than an empty file" * 100)
    assert say(config, forwarded(ORIGINAL)).startswith("451 4.3.0 ")
    assert "training.db" in caplog.text


def test_nothing_that_was_opened_stays_open(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = state.passed(config)
    let_through(passed, ORIGINAL, KIM)
    passed.close()
    closed: list[str] = []
    monkeypatch.setattr(Passed, "close", lambda self, timeout=10.0: closed.append("passed"))
    monkeypatch.setattr(Learning, "close", lambda self: closed.append("learning"))
    say(config, forwarded(ORIGINAL))
    assert sorted(closed) == ["learning", "passed"]


def test_only_our_own_users_teach_and_only_with_a_name() -> None:
    ours = Envelope("t411vhxrypjg9", "smtp", Client(), None, sender=KIM, outbound=True)
    stranger = Envelope("t411vhxrypjg9", "smtp", Client(), None, sender=KIM)
    nobody = Envelope("t411vhxrypjg9", "smtp", Client(), None, outbound=True)
    assert [may_teach(envelope) for envelope in (ours, stranger, nobody)] == [True, False, False]
    assert NOT_A_TEACHER.reply
    assert NOT_A_TEACHER.reply.code == 550


@pytest.mark.parametrize(
    ("code", "fate", "action"),
    [(250, Fate.DELIVERED, Action.ACCEPT), (550, Fate.REFUSED, Action.REJECT), (451, Fate.REFUSED, Action.DEFER)],
)
def test_the_fate_is_what_was_answered(code: int, fate: Fate, action: Action) -> None:
    verdict, outcome = taught(Reply(code, "", ("so",)))
    assert (verdict.reason, verdict.action) == ("teaching", action)
    assert (outcome.fate, outcome.reply) == (fate, f"{code} so")
