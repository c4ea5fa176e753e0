import pytest

from gatekeeper.pipeline.examination import Examination, Inspection, consistent
from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.values import Action, Client, Dns, Envelope, Failed, Finding, Stage, Verdict

RAW = b"From: a@b.example\r\nSubject: hi\r\n\r\nHello\r\n"


def finished(steps):
    """Run steps to their end; every question fails."""
    answers = None
    while True:
        try:
            questions = steps.send(answers)
        except StopIteration as end:
            return end.value
        answers = {question: Failed("no world") for question in questions}


def examination(checks, trusted: bool = False, policy: Policy | None = None) -> Examination:
    peer = Client("192.0.2.1")
    return Examination(Inspection(checks, policy or Policy()), Envelope("id", "test", peer, peer, trusted))


def says(*findings: Finding):
    return {"check": lambda mail: list(findings)}


def never(mail):
    raise AssertionError("a later stage ran although the verdict was settled")


def accepted(checks, *recipients: str, **kwargs) -> dict[str, Verdict]:
    exam = examination(checks, **kwargs)
    finished(exam.begin())
    for recipient in recipients:
        finished(exam.recipient(recipient))
        exam.accept(recipient)
    return finished(exam.message(RAW))


REJECT = Finding("bad", certain=Action.REJECT)
DANGER = Finding("worm", certain=Action.REJECT, danger=True)


def test_a_clean_message_passes_all_stages_with_the_message_at_hand() -> None:
    seen = []
    checks = {
        stage: {"see": lambda mail, stage=stage: seen.append((stage, mail.message is not None)) or []}
        for stage in Stage
    }
    verdicts = accepted(checks, "u@own.example")
    assert verdicts["u@own.example"].action is Action.ACCEPT
    assert [stage for stage, _ in seen] == list(Stage)
    assert [here for _, here in seen] == [False] * 4 + [True] * 4


def test_an_envelope_verdict_is_for_each_recipient() -> None:
    exam = examination({Stage.CONNECT: says(REJECT)})
    finished(exam.begin())
    assert finished(exam.recipient("u@own.example")).action is Action.REJECT
    assert finished(exam.recipient("postmaster@own.example")).action is Action.ACCEPT


def test_a_settled_verdict_skips_later_stages() -> None:
    verdicts = accepted({Stage.HEADER: says(REJECT), Stage.CONTENT: {"costly": never}}, "u@own.example")
    assert verdicts["u@own.example"].reason == "bad"
    assert all(f.name != "check-failed" for f in verdicts["u@own.example"].findings)


def test_mail_for_an_exempt_recipient_is_still_searched_for_danger() -> None:
    checks = {Stage.CONNECT: says(REJECT), Stage.ATTACHMENT: says(DANGER)}
    assert accepted(checks, "postmaster@own.example")["postmaster@own.example"].reason == "worm"


def test_an_allow_entry_does_not_skip_the_search_for_danger() -> None:
    checks = {Stage.SENDER: says(Finding("access-allowed", certain=Action.ACCEPT)), Stage.ATTACHMENT: says(DANGER)}
    assert accepted(checks, "u@own.example")["u@own.example"].reason == "worm"


def test_a_recipients_findings_are_its_own() -> None:
    checks = {Stage.RECIPIENT: {"one": lambda mail: [Finding("x", 9)] if mail.recipient.startswith("bad") else []}}
    verdicts = accepted(checks, "bad@own.example", "good@own.example")
    assert verdicts["bad@own.example"].action is Action.QUARANTINE
    assert verdicts["good@own.example"].action is Action.ACCEPT


def test_a_refusal_that_does_not_hold_for_all_holds_the_message_instead() -> None:
    checks = {Stage.BODY: says(Finding("spam", 20))}
    verdicts = accepted(checks, "u@own.example", "postmaster@own.example")
    assert verdicts["u@own.example"].action is Action.QUARANTINE
    assert verdicts["postmaster@own.example"].action is Action.ACCEPT
    assert accepted(checks, "u@own.example")["u@own.example"].action is Action.REJECT


def test_from_a_trusted_hop_nothing_is_refused() -> None:
    verdicts = accepted({Stage.BODY: says(DANGER)}, "u@own.example", trusted=True)
    assert verdicts["u@own.example"].action is Action.QUARANTINE


def test_recipients_that_may_be_judged_alike_share_a_class() -> None:
    exam = examination({}, policy=Policy(domains={"strict.example": Thresholds(1, 2, 3)}))
    assert exam.policy_class("a@one.example") == exam.policy_class("b@two.example")
    assert exam.policy_class("a@one.example") != exam.policy_class("a@strict.example")
    assert exam.policy_class("a@one.example") != exam.policy_class("postmaster@one.example")


def test_the_tape_keeps_what_was_asked() -> None:
    question = Dns("x.example")

    def asks(mail):
        yield frozenset({question})
        return []

    exam = examination({Stage.CONNECT: {"asks": asks}})
    finished(exam.begin())
    assert exam.tape == {question: Failed("no world")}


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([Action.REJECT, Action.REJECT], [Action.REJECT, Action.REJECT]),
        ([Action.REJECT, Action.ACCEPT], [Action.QUARANTINE, Action.ACCEPT]),
        ([Action.DISCARD, Action.REJECT], [Action.DISCARD, Action.QUARANTINE]),
        ([Action.DEFER, Action.ACCEPT], [Action.DEFER, Action.DEFER]),
        ([Action.TAG, Action.QUARANTINE], [Action.TAG, Action.QUARANTINE]),
    ],
)
def test_consistent(actions: list[Action], expected: list[Action]) -> None:
    got = consistent({str(n): Verdict(action, "r") for n, action in enumerate(actions)})
    assert [v.action for v in got.values()] == expected
