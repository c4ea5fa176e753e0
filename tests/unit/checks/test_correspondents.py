"""Known is whom our users wrote to, if it is really them; a stranger under a known name is told of."""

from dataclasses import replace

import pytest

from gatekeeper.checks.correspondents import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Acquainted,
    Action,
    Authenticated,
    Client,
    Envelope,
    Failed,
    Finding,
    Known,
    Stage,
)

KIM = "kim@example.org"
PASSED = Finding("dkim-pass", result=Authenticated("dkim", "pass", "firm.test"))
LAST = 1.7e9  # 2023-11-14
JANE = 'From: "Jane Doe" <jane@firm.test>'


def mail(
    *lines: str, recipients: tuple[str, ...] = (KIM,), findings: tuple[Finding, ...] = (PASSED,), **envelope
) -> Mail:
    raw = "\r\n".join((*(lines or (JANE,)), "", "Hello")).encode()
    fields = {"recipients": recipients, "sender": "jane@firm.test"} | envelope
    return Mail(Envelope("id", "test", Client(), Client("192.0.2.7"), **fields), message=parse(raw), findings=findings)


def judged(mail: Mail, answer, **settings) -> list[Finding]:
    steps = build(Settings(**settings), Tables())[Stage.CONTENT](mail)
    (question,) = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send({question: answer})
    return end.value.value


def asked(mail: Mail) -> Known:
    (question,) = next(build(Settings(), Tables())[Stage.CONTENT](mail))
    return question


def test_it_asks_about_the_author_and_those_who_are_to_get_it() -> None:
    question = asked(
        mail(JANE, "Message-ID: <1@a>", "In-Reply-To: <2@b>", recipients=("Kim+x@EXAMPLE.org", KIM, "lee@y.org"))
    )
    assert (question.author, question.name, question.recipients) == ("jane@firm.test", "doe jane", (KIM, "lee@y.org"))
    assert len(question.message_id) == len(question.answers[0]) == 16
    assert not question.automatic


def test_whom_they_wrote_to_is_known() -> None:
    (finding,) = judged(mail(), Acquainted(3, 4, LAST), known_score=-2.0)
    assert (finding.name, finding.score, finding.certain) == ("known-correspondent", -2.0, None)
    assert finding.evidence == "jane@firm.test: 3 letters to them, the last 2023-11-14"


def test_who_answers_a_letter_is_known() -> None:
    (finding,) = judged(mail(), Acquainted(answered=True, answered_colleague=True))
    assert finding.name == "known-correspondent"
    assert finding.evidence == "jane@firm.test: it answers one of ours"


def test_whom_colleagues_wrote_to_is_known_less() -> None:
    (finding,) = judged(mail(), Acquainted(0, 1, LAST))
    assert (finding.name, finding.score) == ("known-to-colleagues", -1.0)
    assert finding.evidence == "jane@firm.test: 1 letter to them, the last 2023-11-14"
    assert judged(mail(), Acquainted(answered_colleague=True))[0].name == "known-to-colleagues"


@pytest.mark.parametrize(
    "findings",
    [
        (),
        (replace(PASSED, result=Authenticated("dkim", "pass", "evil.test")),),
        (replace(PASSED, result=Authenticated("dkim", "fail", "firm.test")),),
        (PASSED, Finding("dmarc-fail", result=Authenticated("dmarc", "fail", "firm.test"))),
    ],
)
def test_who_only_says_so_is_not_known(findings: tuple[Finding, ...]) -> None:
    assert judged(mail(findings=findings), Acquainted(9, 9, LAST, True, True)) == []


def test_of_two_authors_none_is_asked_about() -> None:
    assert asked(mail("From: jane@firm.test, x@evil.test")).author == ""


def test_a_stranger_under_a_known_name_is_told_of() -> None:
    (finding,) = judged(
        mail('From: "Jane Doe" <x@evil.test>', findings=()), Acquainted(bearers=("jane@example.org", "jane@firm.test"))
    )
    assert (finding.name, finding.score, finding.certain) == ("borrowed-name", 2.5, None)
    assert finding.evidence == "Jane Doe is known as jane@example.org, jane@firm.test, not x@evil.test"
    assert finding.secret, "it tells nobody whom we know"


def test_a_stranger_with_a_domain_of_their_own_borrows_a_name_all_the_same() -> None:
    findings = (Finding("dmarc-pass", result=Authenticated("dmarc", "pass", "evil.test")),)
    borrowing = mail('From: "Jane Doe" <x@evil.test>', findings=findings)
    assert [f.name for f in judged(borrowing, Acquainted(bearers=("jane@firm.test",)))] == ["borrowed-name"]


@pytest.mark.parametrize(("result", "borrowed"), [("pass", False), ("fail", True)])
def test_a_service_writes_in_the_names_of_its_users_if_it_is_the_service(result: str, borrowed: bool) -> None:
    invitation = mail(
        'From: "Jane Doe" <calendar-notification@google.com>',
        findings=(Finding("dkim", result=Authenticated("dkim", result, "google.com")),),
    )
    assert bool(judged(invitation, Acquainted(bearers=("jane@firm.test",)))) is borrowed
    assert judged(invitation, Acquainted(bearers=("jane@firm.test",)), on_behalf=[]) != []


def test_what_is_shown_of_a_name_is_printable() -> None:
    odd = mail('From: "Jane\x1b[2J Doe" <x@evil.test>', findings=())
    (finding,) = judged(odd, Acquainted(bearers=("jane@firm.test",)))
    assert "\x1b" not in finding.evidence


def test_a_stranger_is_no_finding_nor_is_who_cannot_be_looked_up() -> None:
    assert judged(mail(), Acquainted()) == []
    assert judged(mail(), Failed("disk full")) == []


def test_of_mail_that_goes_out_it_is_asked_and_nothing_found() -> None:
    going = mail(outbound=True)
    assert asked(going).author == "jane@firm.test"
    assert judged(going, Acquainted(3, 3, LAST, bearers=("x@y",))) == []


def test_nobody_is_known_to_a_crowd() -> None:
    assert asked(mail(recipients=tuple(f"{n}@example.org" for n in range(51)))).recipients == ()


def test_what_is_known_never_outweighs_danger() -> None:
    from gatekeeper.pipeline.policy import Policy

    worm = Finding("virus", certain=Action.REJECT, danger=True)
    known = judged(mail(), Acquainted(99, 99, LAST), known_score=-1000.0)
    assert Policy().judge(KIM, [worm, *known]).action is Action.REJECT
