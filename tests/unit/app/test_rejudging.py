"""A held message judged again: by its tape and by what is known here now; and what it was before we held it."""

from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.app import state
from gatekeeper.app.build import read
from gatekeeper.app.rejudging import Rejudging, as_it_came
from gatekeeper.message import parse
from gatekeeper.message.edit import edited
from gatekeeper.pipeline.examination import Examination
from gatekeeper.protocols.received import received_value
from gatekeeper.values import Action, Client, Dns, Envelope, Found, Question, Record, Verdict, new_id

ANN = "ann@own.test"
RAW = b"From: news@shop.test\r\nSubject: hello\r\n\r\nbuy two\r\n"
RULE = "[[rule]]\nname = 'eager'\nwhere = 'text'\npattern = 'buy two'\nscore = 9.0\ndescription = 'it is eager'\n"
CLIENT = Client("198.51.100.7")


def envelope() -> Envelope:
    return Envelope(new_id(), "smtp", CLIENT, CLIENT, sender="news@shop.test", recipients=(ANN,))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path, rules = tmp_path / "gatekeeper.toml", tmp_path / "eager.toml"
    rules.write_text(RULE)
    path.write_text(
        f'[gateway]\nstate = "{tmp_path / "state"}"\n[smtp]\nlisten = ["127.0.0.1:2525"]\n'
        f'[tables]\nshipped_rules = false\nrules = ["{rules}"]\n[checks.dnsbl]\nzones = ["list.test"]\nprivate = true\n'
    )
    return path


def record(tape: dict[Question, object]) -> Record:
    held = {ANN: Verdict(Action.QUARANTINE, "eager", 9.0, 5.0)}
    return Record(envelope(), held, {}, tuple(tape.items()))  # type: ignore[arg-type]


def asked(config: Path) -> dict[Question, object]:
    """All that is asked about it, with the answer that it is not listed."""
    setup = read(config)
    examination = Examination(Rejudging.of(setup).inspection, replace(envelope(), recipients=()))
    questions: dict[Question, object] = {}
    for steps in (examination.begin(), examination.recipient(ANN), examination.message(RAW)):
        wanted = next(steps, None)
        while wanted is not None:
            answers = {question: Found(()) for question in wanted}
            questions |= answers
            try:
                wanted = steps.send(answers)
            except StopIteration:
                wanted = None
        examination.envelope = replace(examination.envelope, recipients=(ANN,))
    return questions


def test_by_the_same_answers_it_is_what_it_was(config: Path) -> None:
    tape = asked(config)
    assert any(isinstance(question, Dns) for question in tape)
    verdicts = Rejudging.of(read(config)).verdicts(record(tape), RAW)
    assert verdicts is not None
    assert (verdicts[ANN].action, verdicts[ANN].reason) == (Action.QUARANTINE, "eager")


def test_what_was_not_asked_then_is_not_known_now(config: Path) -> None:
    assert Rejudging.of(read(config)).verdicts(record({}), RAW) is None


def test_whom_somebody_has_let_in_since_passes(config: Path) -> None:
    tape, setup = asked(config), read(config)
    state.own_senders(setup.config).put(["allow news@shop.test client=198.51.100.7"])
    verdicts = Rejudging.of(setup).verdicts(record(tape), RAW)
    assert verdicts is not None
    assert (verdicts[ANN].action, verdicts[ANN].reason) == (Action.ACCEPT, "allowed")


def test_what_we_put_on_top_is_taken_off_again() -> None:
    one = envelope()
    received = b"Received: " + received_value(one, "gate.test", "out.test") + b"\r\n"
    ours = received + b"X-Gatekeeper-Id: %b by gate.test\r\nX-Gatekeeper-Reason: eager\r\n" % one.id.encode()
    held = b"".join(edited(RAW, insert=ours).segments)
    assert as_it_came(held, one.id) == RAW
    assert parse(as_it_came(held, one.id)).values(b"subject") == [b" hello"]


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        b"",
        b"no header at all\r\n",
        b"Received: from x by y with SMTP id another;\r\n date\r\n" + RAW,
        b"Subject: x\r\nX-Gatekeeper-Id: t411vhxrypjg9\r\n\r\n",
    ],
)
def test_what_others_wrote_stays(raw: bytes) -> None:
    assert as_it_came(raw, "t411vhxrypjg9") == raw
