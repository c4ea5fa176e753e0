"""Who sends more than is allowed is put off at RCPT, and told nothing for good."""

import pytest

from gatekeeper.checks.rates import Limit, Settings, build, parse_limit
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Client, Counted, Envelope, Failed, Finding, Rate, Stage

CLIENT = Client("192.0.2.7")


def mail(recipient: str = "", findings: tuple[Finding, ...] = (), **envelope) -> Mail:
    fields = {"client": CLIENT, "sender": "Ann@Out.test"} | envelope
    return Mail(Envelope("id", "test", CLIENT, **fields), recipient, findings=findings)


def limited(stage: Stage, mail: Mail, level: float = 0.0, answer=None, **settings):
    """The findings when each question is answered with this level."""
    steps = build(Settings(**settings), Tables())[stage](mail)
    try:
        questions = next(steps)
        steps.send(dict.fromkeys(questions, answer or Counted(level)))
    except StopIteration as end:
        return end.value
    raise AssertionError("it asked twice")


def asked(stage: Stage, mail: Mail, **settings) -> set[Rate]:
    steps = build(Settings(**settings), Tables())[stage](mail)
    return set(next(steps, ()))


def test_client_and_network_are_counted_when_they_connect() -> None:
    assert asked(Stage.CONNECT, mail(), client="100/1h", network="1000/1d") == {
        Rate("client:192.0.2.7", 100, 3600.0),
        Rate("network:192.0.2.0/24", 1000, 86_400.0),
    }
    six = mail(client=Client("2001:db8:1:2::3"))
    assert asked(Stage.CONNECT, six, network="5/10s") == {Rate("network:2001:db8:1::/48", 5, 10.0)}


def test_a_strangers_sender_is_counted_for_each_network_and_ours_is_one() -> None:
    """Else whoever forges an address could keep out whose it is."""
    assert asked(Stage.SENDER, mail(), sender="10/1h") == {Rate("sender:ann@out.test 192.0.2.0/24", 10, 3600.0)}
    ours = mail(outbound=True)
    assert asked(Stage.SENDER, ours, sender="10/1h", trusted=True) == {Rate("sender:ann@out.test", 10, 3600.0)}
    assert asked(Stage.SENDER, mail(sender=""), sender="10/1h") == set()


def test_recipients_are_counted_one_by_one() -> None:
    assert asked(Stage.RECIPIENT, mail('"Kim"@EXAMPLE.org'), recipient="10/1h") == {
        Rate("recipient:kim@example.org", 10, 3600.0)
    }


@pytest.mark.parametrize("level", [0.5, 99.0, 100.0])
def test_what_fits_is_no_finding(level: float) -> None:
    assert limited(Stage.CONNECT, mail(), level, client="100/1h") == []


def test_what_does_not_is_put_off() -> None:
    (finding,) = limited(Stage.CONNECT, mail(), 100.5, client="100/1h")
    assert (finding.name, finding.score, finding.certain) == ("rate-exceeded", 0.0, Action.DEFER)
    assert finding.evidence == "client 192.0.2.7: 100.5 where 100/1h are allowed"
    assert (finding.reply.code, finding.reply.status) == (451, "4.7.1")


@pytest.mark.parametrize("who", [{"trusted": True}, {"outbound": True}])
def test_whom_we_trust_is_not_limited_unless_that_is_asked_for(who: dict[str, bool]) -> None:
    assert asked(Stage.CONNECT, mail(**who), client="1/1d") == set()
    assert asked(Stage.CONNECT, mail(**who), client="1/1d", trusted=True) != set()


def test_who_is_over_one_limit_already_does_not_use_up_another() -> None:
    over = (Finding("rate-exceeded", certain=Action.DEFER),)
    assert asked(Stage.SENDER, mail(findings=over), sender="10/1h") == set()


@pytest.mark.parametrize("client", [None, Client(), Client("nonsense")])
def test_a_client_that_is_not_known_has_no_network(client: Client | None) -> None:
    assert {rate.key for rate in asked(Stage.CONNECT, mail(client=client), network="1/1d")} == set()


def test_a_failure_limits_nobody() -> None:
    assert limited(Stage.CONNECT, mail(), answer=Failed("disk full"), client="1/1d") == []


def test_without_limits_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}
    assert set(build(Settings(recipient="1/s"), Tables())) == {Stage.RECIPIENT}


def test_limits_are_read() -> None:
    assert parse_limit("100/1h") == Limit(100, 3600.0, "100/1h")
    assert parse_limit("5 / 10m") == Limit(5, 600.0, "5 / 10m")
    assert parse_limit("1/s") == Limit(1, 1.0, "1/s")
    assert parse_limit("") is None


@pytest.mark.parametrize("text", ["100", "x/1h", "0/1h", "1/0h", "1/1y", "-1/1h", "1.5/1h", "1/", "²/1h", "9" * 20])
def test_what_is_no_limit_is_a_mistake_of_the_configuration(text: str) -> None:
    with pytest.raises(ValueError, match="write 100/1h"):
        Settings(client=text)


def test_an_address_of_any_length_is_a_short_key() -> None:
    (rate,) = asked(Stage.RECIPIENT, mail("x" * 10_000 + "@example.org"), recipient="1/1d")
    assert len(rate.key) < 250
