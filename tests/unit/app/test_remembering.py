"""What is remembered of a message: whom our users wrote to, how a stranger's mail was found, who has to wait."""

from dataclasses import replace

import pytest

from gatekeeper.app.remembering import Remembering, changes, review
from gatekeeper.stores.history import Attempt, Judgement, Letter, Named, Review
from gatekeeper.values import (
    Absent,
    Acquainted,
    Action,
    Authenticated,
    Client,
    Dependency,
    Envelope,
    Failed,
    Fate,
    Finding,
    Known,
    Label,
    Outage,
    Outcome,
    Record,
    Seen,
    Verdict,
)

KIM, ANN = "kim@example.org", "ann@firm.test"
AT = 1.7e9
PASSED = Finding("dkim-pass", result=Authenticated("dkim", "pass", "firm.test"))
SEEN = Seen("domain:firm.test ann@firm.test example.org", 300, 600, 900)


def own(domain: str) -> bool:
    return domain == "example.org"


def record(
    *findings: Finding,
    asked: Known | None = None,
    answer=Acquainted(),  # noqa: B008
    action: Action = Action.ACCEPT,
    recipients: tuple[str, ...] = (KIM,),
    fate: Fate = Fate.DELIVERED,
    required: float = 5.0,
    **envelope,
) -> Record:
    fields = {"client": Client("192.0.2.7"), "sender": ANN, "recipients": recipients, "received_at": AT} | envelope
    score = sum(finding.score for finding in findings)
    verdict = Verdict(action, "x", score, required, findings)
    tape = ((asked, answer),) if asked else ()
    outcomes = dict.fromkeys(recipients, Outcome(fate))
    return Record(Envelope("id", "test", Client(), **fields), dict.fromkeys(recipients, verdict), outcomes, tape, 100)


def letter(*recipients: str, **other) -> Record:
    """From Kim, to whom it may concern."""
    asked = Known("kim+sales@example.org", "kim possible", (), "5e1f", (), other.pop("automatic", False))
    fields = {"asked": asked, "outbound": True, "sender": KIM, "recipients": recipients or (ANN,)} | other
    return record(**fields)


def test_whom_our_user_wrote_to_is_remembered_and_what_they_are_called() -> None:
    assert changes(letter("Ann@Firm.test", "lee@example.org"), own) == [
        Named("kim possible", KIM, True, AT),
        Letter(KIM, (ANN,), "5e1f", AT),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        letter(automatic=True),
        letter(sender=""),
        letter(*(f"{n}@firm.test" for n in range(21))),
        letter("lee@example.org"),
        letter(fate=Fate.REFUSED),
        letter(fate=Fate.HELD),
    ],
    ids=["a vacation note", "a bounce", "to very many", "to us", "refused", "held"],
)
def test_what_is_no_letter_makes_nobody_known(sent: Record) -> None:
    assert [change for change in changes(sent, own) if isinstance(change, Letter)] == []


def test_a_stranger_cannot_make_themselves_known() -> None:
    """Neither by what stands in From, nor by being let through, nor by our writing for others."""
    asked = Known(KIM, "kim possible", (ANN,), "5e1f")
    assert changes(record(asked=asked, client=None), own) == []
    relayed = replace(letter(), tape=((Known(ANN, "ann possible", (), "5e1f"), Absent()),))
    assert changes(relayed, own) == []


def test_the_name_of_a_correspondent_is_remembered_if_it_is_them() -> None:
    asked = Known(ANN, "ann possible", (KIM,))
    named = Named("ann possible", ANN, False, AT)
    assert named in changes(record(PASSED, asked=asked, answer=Acquainted(written=1)), own)
    assert named in changes(record(PASSED, asked=asked, answer=Acquainted(answered=True)), own)
    assert named not in changes(record(PASSED, asked=asked, answer=Acquainted(by_colleagues=1)), own)
    assert named not in changes(record(asked=asked, answer=Acquainted(written=1)), own)
    assert named not in changes(record(PASSED, asked=asked, answer=Failed("x")), own)


def judgements(record: Record) -> list[tuple[str, bool]]:
    return [(change.key, change.good) for change in changes(record, own) if isinstance(change, Judgement)]


def test_what_became_of_mail_is_remembered_of_its_domain_else_of_its_network() -> None:
    assert judgements(record(PASSED)) == [("domain:firm.test", True)]
    assert judgements(record()) == [("network:192.0.2.0/24", True)]
    assert judgements(record(PASSED, Finding("odd", 5.0), action=Action.TAG)) == [("domain:firm.test", False)]
    assert judgements(record(client=None)) == []


def test_what_is_neither_good_nor_bad_does_not_count() -> None:
    assert judgements(record(Finding("odd", 2.5))) == []
    assert judgements(record(Finding("odd", 2.4))) == [("network:192.0.2.0/24", True)]


def test_what_was_put_off_was_not_judged() -> None:
    assert judgements(record(Finding("greylisted", certain=Action.DEFER), action=Action.DEFER)) == []
    assert judgements(replace(record(), size=0)) == []
    assert judgements(record(required=0.0, action=Action.REJECT)) == []


def test_the_past_does_not_count_for_itself() -> None:
    """Else who is bad once is bad for ever, and who is good can do no wrong."""
    fine = record(Finding("reputation-bad", 3.0), Finding("borrowed-name", 2.5), action=Action.TAG)
    assert judgements(fine) == [("network:192.0.2.0/24", True)]
    known = (Finding("known-correspondent", -2.5), Finding("reputation-good", -1.5))
    assert judgements(record(Finding("odd", 6.0), *known)) == [("network:192.0.2.0/24", False)]


def test_danger_counts_whatever_the_score_and_an_outage_of_ours_does_not() -> None:
    worm = Finding("virus", certain=Action.REJECT, danger=True)
    assert judgements(record(PASSED, worm, action=Action.REJECT)) == [("domain:firm.test", False)]
    down = Finding(f"{Dependency.ANTIVIRUS}-{Outage.DOWN}", certain=Action.QUARANTINE, danger=True)
    assert judgements(record(down, action=Action.QUARANTINE)) == []


def test_an_attempt_is_remembered_whatever_became_of_it() -> None:
    tried = replace(record(action=Action.DEFER), tape=((SEEN, Absent()),))
    assert changes(tried, own) == [Attempt(SEEN, AT)]


def test_what_somebody_says_of_it_later_is_remembered_too() -> None:
    held = record(PASSED, Finding("odd", 9.0), action=Action.QUARANTINE)
    assert review(held, Label.HAM, 5.0) == [Review("id", "domain:firm.test", Label.HAM, 5.0)]
    assert review(letter(), Label.HAM, 5.0) == []
    assert review(record(client=None), Label.SPAM, 5.0) == []


def test_all_of_it_is_noted() -> None:
    noted: list[object] = []

    class Store:
        def note(self, changes) -> None:
            noted.extend(changes)

    Remembering(Store(), own)(record(PASSED))  # type: ignore[arg-type]
    assert noted == [Judgement("domain:firm.test", True, AT)]
