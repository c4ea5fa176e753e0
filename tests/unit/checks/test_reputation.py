"""What became of earlier mail counts, within bounds, and shows its numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.checks.reputation import Settings, build, leaning
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Envelope, Failed, Finding, Reputation, Reputed, Stage

PASSED = Finding("dkim-pass", result=Authenticated("dkim", "pass", "mail.firm.test"))


def mail(*findings: Finding, client: Client | None = Client("192.0.2.7"), **envelope) -> Mail:  # noqa: B008
    return Mail(Envelope("id", "test", Client(), client, **envelope), findings=findings)


def judged(answer, mail: Mail = mail(PASSED), **settings) -> list[Finding]:  # noqa: B008
    steps = build(Settings(**settings), Tables())[Stage.CONTENT](mail)
    (question,) = next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send({question: answer})
    return end.value.value


def asked(mail: Mail) -> set[Reputation]:
    return set(next(build(Settings(), Tables())[Stage.CONTENT](mail), ()))


def test_it_asks_for_the_domain_that_vouches_else_for_the_network() -> None:
    assert asked(mail(PASSED)) == {Reputation("domain:firm.test")}
    assert asked(mail()) == {Reputation("network:192.0.2.0/24")}
    assert asked(mail(client=None)) == set()
    assert asked(mail(PASSED, outbound=True)) == set()


def test_who_sent_good_mail_gains_and_the_numbers_are_shown() -> None:
    (finding,) = judged(Reputed(good=41.2, bad=0.3, ham=1.0), good_score=-1.5)
    assert (finding.name, finding.certain) == ("reputation-good", None)
    assert -1.5 < finding.score < -1.4
    assert finding.evidence == "domain firm.test: 41.2 good, 0.3 bad; reviewers: 1.0 good, 0.0 bad"


def test_who_sent_bad_mail_loses_and_is_not_told_how_much() -> None:
    (finding,) = judged(Reputed(good=0.0, bad=8.0))
    assert (finding.name, finding.score, finding.secret) == ("reputation-bad", 2.4, True)


def test_a_reviewers_word_counts_for_several_messages() -> None:
    assert judged(Reputed(good=4.0, spam=2.0))[0].name == "reputation-bad"
    assert judged(Reputed(good=4.0, spam=2.0), reviewed=0.0, least=1.0)[0].name == "reputation-good"


@pytest.mark.parametrize("found", [Reputed(), Reputed(good=4.9), Reputed(good=10.0, bad=9.0)])
def test_too_little_or_both_is_no_finding(found: Reputed) -> None:
    assert judged(found) == []


def test_who_cannot_be_looked_up_has_no_reputation() -> None:
    assert judged(Failed("disk full")) == []


counts = st.floats(0, 1e12)


@given(st.builds(Reputed, counts, counts, counts, counts), st.floats(0, 1000))
def test_it_is_bounded_whatever_was_counted(found: Reputed, reviewed: float) -> None:
    lean, messages = leaning(found, reviewed)
    assert -1 <= lean <= 1
    assert messages >= 0
    for finding in judged(found, reviewed=reviewed, least=0.0):
        assert -1.5 <= finding.score <= 3.0
        assert (finding.score > 0) is (finding.name == "reputation-bad")


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.1, 100))
def test_one_more_bad_message_never_helps(good: float, bad: float, more: float) -> None:
    assert leaning(Reputed(good, bad + more), 5.0)[0] > leaning(Reputed(good, bad), 5.0)[0] - 1e-12
