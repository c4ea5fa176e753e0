import pytest

from gatekeeper.checks.recipients import check
from gatekeeper.message import Mail
from gatekeeper.values import Absent, Action, Client, Envelope, Failed, Found, Recipient, Refused, TimedOut


def ask(answer, address="User@Own.Example"):
    steps = check(Mail(Envelope("id", "test", Client(), None), recipient=address))
    (question,) = next(steps)
    assert question == Recipient("User@own.example")
    try:
        steps.send({question: answer})
    except StopIteration as end:
        return end.value
    raise AssertionError("it asked twice")


def test_a_known_mailbox_is_no_finding() -> None:
    assert ask(Found()) == []


def test_a_mailbox_that_was_there_is_let_through_and_how_long_ago_is_told_to_us_alone() -> None:
    (finding,) = ask(Found(("user@own.example",), age=7200))
    assert (finding.name, finding.score, finding.certain, finding.secret) == ("recipient-stale", 0.0, None, True)
    assert finding.evidence == "it was there 7200 s ago; nobody who knows answers now"


def test_an_unknown_mailbox_is_refused() -> None:
    (finding,) = ask(Absent())
    assert finding.certain is Action.REJECT
    assert str(finding.reply) == "550 5.1.1 No such mailbox"


@pytest.mark.parametrize("failure", [TimedOut(), Refused(), Failed("down")])
def test_doubt_is_left_to_the_table_of_dependencies(failure) -> None:
    assert ask(failure) == []
