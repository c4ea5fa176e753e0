import pytest

from gatekeeper.authentication.iprev import reverse
from gatekeeper.pipeline.examination import Examination, Inspection, consistent
from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.values import (
    Action,
    Change,
    Client,
    Dns,
    Envelope,
    Failed,
    Finding,
    Found,
    LineEdit,
    Orders,
    Stage,
    Verdict,
)
from tests.answers import told

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
    assert [here for _, here in seen] == [False] * 4 + [True] * 5


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


WITH_ATTACHMENT = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n"
    b"--b\r\nContent-Type: application/zip; name=a.zip\r\n\r\nPK\r\n--b--\r\n"
)


def changed(raw: bytes, *findings: Finding) -> tuple[Examination, Verdict]:
    exam = examination({Stage.ATTACHMENT: says(*findings)})
    exam.accept("u@own.example")
    return exam, finished(exam.message(raw))["u@own.example"]


def test_a_change_is_made_and_noted() -> None:
    exam, verdict = changed(
        WITH_ATTACHMENT, Finding("attachment-stripped", change=Change("1.2", "strip", "an archive"))
    )
    assert verdict.action is Action.ACCEPT
    assert exam.rewritten is not None
    assert b"PK" not in b"".join(exam.rewritten.applied(WITH_ATTACHMENT).segments)
    assert exam.notes == ["1.2 a.zip: removed (an archive)"]


def test_what_cannot_be_changed_safely_is_held_even_for_who_is_exempt() -> None:
    finding = Finding("attachment-stripped", change=Change("1.9", "strip"), danger=True)
    exam = examination({Stage.ATTACHMENT: says(finding)})
    for address in ("u@own.example", "postmaster@own.example"):
        exam.accept(address)
    verdicts = finished(exam.message(WITH_ATTACHMENT))
    assert {verdict.action for verdict in verdicts.values()} == {Action.QUARANTINE}
    assert {verdict.reason for verdict in verdicts.values()} == {"attachment-unchangeable"}
    assert exam.rewritten is None


def test_a_message_without_changes_is_not_rewritten() -> None:
    exam, _ = changed(WITH_ATTACHMENT, Finding("odd", 1.0))
    assert exam.rewritten is None


def test_what_is_not_refused_for_a_relay_is_looked_at_further() -> None:
    checks = {Stage.CONNECT: says(REJECT), Stage.ATTACHMENT: says(DANGER)}
    verdicts = accepted(checks, "u@own.example", trusted=True, policy=Policy(on_reject_from_relay=Action.TAG))
    assert verdicts["u@own.example"].action is Action.QUARANTINE


# the client's name

POINTER = Dns("1.2.0.192.in-addr.arpa", "PTR")
NAMES = {POINTER: Found(("mx.sender.example.",)), Dns("mx.sender.example"): Found(("192.0.2.1",))}


def asks_for_the_name(mail):
    yield from reverse(mail.envelope.client.ip)
    return []


CLIENT = Client("192.0.2.1", "", 25)


def met(checks, world, peer: Client = CLIENT) -> Examination:
    exam = Examination(Inspection(checks), Envelope("id", "test", peer, CLIENT))
    told(exam.begin(), world)
    return exam


def test_a_name_that_a_check_found_out_is_known_to_all_that_follows() -> None:
    seen = []
    see = {"see": lambda mail: seen.append(mail.envelope.client) or []}
    exam = met({Stage.CONNECT: {"ask": asks_for_the_name}, Stage.HELO: see, Stage.SENDER: see}, NAMES)
    named = Client("192.0.2.1", "mx.sender.example", 25)
    assert seen == [named, named]
    assert (exam.envelope.client, exam.envelope.peer) == (named, named)


def test_the_hop_before_us_is_not_called_by_the_name_of_its_client() -> None:
    exam = met({Stage.CONNECT: {"ask": asks_for_the_name}}, NAMES, peer=Client("198.51.100.1"))
    assert (exam.envelope.client.name, exam.envelope.peer.name) == ("mx.sender.example", "")


@pytest.mark.parametrize("forward", [Found(("192.0.2.2",)), Failed("SERVFAIL")])
def test_a_name_that_was_not_confirmed_is_none(forward) -> None:
    exam = met({Stage.CONNECT: {"ask": asks_for_the_name}}, NAMES | {Dns("mx.sender.example"): forward})
    assert exam.envelope.client.name == ""
    assert exam.nameless is isinstance(forward, Failed)


def test_nobody_asks_for_a_name_that_no_check_wants() -> None:
    exam = met({Stage.CONNECT: says()}, None)
    assert exam.envelope.client.name == ""
    assert not exam.nameless


def test_what_a_trusted_hop_called_itself_is_not_what_its_client_did() -> None:
    hop = Client("192.0.2.1")
    exam = Examination(Inspection(), Envelope("id", "test", hop, None, True, "hop.example"))
    exam.meet(Client("198.51.100.1"))
    assert (exam.envelope.client, exam.envelope.helo) == (Client("198.51.100.1"), "")


def test_the_operator_says_what_a_finding_weighs_in_every_stage() -> None:
    checks = {
        Stage.CONNECT: says(Finding("early", 9.0)),
        Stage.RECIPIENT: says(Finding("own", 1.0)),
        Stage.BODY: says(Finding("note"), Finding("other", 0.5)),
    }
    seen = []
    checks[Stage.LAST] = {"see": lambda mail: seen.append(mail.score) or []}
    inspection = Inspection(checks, scores={"early": 0.0, "own": -1.0, "note": 2.0})
    exam = Examination(inspection, Envelope("id", "test", CLIENT, CLIENT))
    finished(exam.begin())
    finished(exam.recipient("u@own.example"))
    exam.accept("u@own.example")
    verdict = finished(exam.message(RAW))["u@own.example"]
    assert {finding.name: finding.score for finding in verdict.findings} == {
        "early": 0.0,
        "note": 2.0,
        "other": 0.5,
        "own": -1.0,
    }
    assert (verdict.score, seen) == (1.5, [2.5])


def test_what_is_about_one_recipient_says_nothing_of_the_others() -> None:
    spam = Finding("spam", 9.0)
    let_in = Finding("sender-allowed", certain=Action.ACCEPT, only_for=("a@own.example",))
    kept_out = Finding("sender-denied", certain=Action.REJECT, only_for=("b@own.example",))
    later = []
    checks = {
        Stage.BODY: says(spam, let_in, kept_out),
        Stage.CONTENT: {"later": lambda mail: later.append(mail.score) or []},
    }
    verdicts = accepted(checks, "a@own.example", "b@own.example", "c@own.example")
    assert {address: verdict.action for address, verdict in verdicts.items()} == {
        "a@own.example": Action.ACCEPT,
        "b@own.example": Action.QUARANTINE,  # there is one reply for all
        "c@own.example": Action.QUARANTINE,
    }
    assert verdicts["b@own.example"].reason == "sender-denied"
    assert verdicts["c@own.example"].reason == "spam"
    assert later == [9.0]


TOLD = Orders((LineEdit(19, 19 + 13),), copies=("copy@own.example",), told=("IGNORE by rule",))
LINES = Finding("lines", orders=TOLD)


def ordered(raw: bytes, *findings: Finding, to: tuple[str, ...] = ("u@own.example",)) -> tuple[Examination, dict]:
    exam = examination({Stage.BODY: says(*findings)})
    for address in to:
        exam.accept(address)
    return exam, finished(exam.message(raw))


def test_orders_are_carried_out_for_what_goes_on_and_noted() -> None:
    exam, verdicts = ordered(RAW, LINES, Finding("more", orders=Orders(redirect="r@own.example", told=("REDIRECT",))))
    assert verdicts["u@own.example"].reason == "clean"
    assert exam.orders.redirect == "r@own.example"
    assert exam.orders.copies == ("copy@own.example",)
    assert list(exam.lines.fields) == [19]
    assert exam.notes == ["IGNORE by rule", "REDIRECT"]


@pytest.mark.parametrize(
    ("findings", "to"),
    [
        ([LINES, REJECT], "u@own.example"),
        ([LINES, Finding("hold", certain=Action.QUARANTINE)], "u@own.example"),
        ([LINES, Finding("friend", certain=Action.ACCEPT)], "u@own.example"),
        ([LINES], "postmaster@own.example"),
    ],
)
def test_nothing_is_ordered_for_what_does_not_go_on_or_for_whom_nothing_counts(findings, to) -> None:
    exam, _ = ordered(RAW, *findings, to=(to,))
    assert exam.orders == Orders()
    assert not exam.lines.changing
    assert exam.notes == []


def test_what_is_ordered_for_one_is_done_to_the_message() -> None:
    exam, _ = ordered(RAW, LINES, to=("postmaster@own.example", "u@own.example", "v@own.example"))
    assert exam.orders == TOLD


@pytest.mark.parametrize("edit", [LineEdit(3, 9), LineEdit(21, 30)])
def test_lines_that_cannot_safely_be_changed_hold_the_message(edit: LineEdit) -> None:
    exam, verdicts = ordered(RAW, Finding("lines", orders=Orders((edit,), copies=("c@own.example",))))
    assert (verdicts["u@own.example"].action, verdicts["u@own.example"].reason) == (
        Action.QUARANTINE, "lines-unchangeable"
    )  # fmt: skip
    assert exam.orders == Orders()


def test_parts_and_lines_of_a_body_are_not_changed_at_once() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"
    strip = Finding("strip", change=Change("1.2", "strip", "as it was wished"), danger=True)
    exam, verdicts = ordered(raw, strip, Finding("lines", orders=Orders((LineEdit(52, 55),))))
    assert verdicts["u@own.example"].reason == "lines-unchangeable"
    assert exam.rewritten is None
    exam, verdicts = ordered(raw, strip, Finding("lines", orders=Orders((LineEdit(0, 0, b"X: y\r\n"),))))
    assert verdicts["u@own.example"].action is Action.ACCEPT
    assert exam.rewritten is not None
    assert exam.lines.top == b"X: y\r\n"
