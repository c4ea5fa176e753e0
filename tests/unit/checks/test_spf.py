import pytest

from gatekeeper.checks.spf import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Envelope, Stage, TimedOut
from tests.unit.authentication.world import World

CLIENT = "8.8.4.4"


def look(zone, client=CLIENT, sender="ann@out.test", helo="mx.out.test", outbound=False, **settings):
    check = build(Settings(**settings), Tables())[Stage.SENDER]
    known = None if client is None else Client(client)
    envelope = Envelope("id", "test", Client("10.0.0.1"), known, sender=sender, helo=helo, outbound=outbound)
    world = World({name: {"TXT": [text]} if isinstance(text, str) else {"TXT": text} for name, text in zone.items()})
    return world.run(check(Mail(envelope))), world


def names(findings):
    return [(finding.name, finding.score) for finding in findings]


@pytest.mark.parametrize(
    ("record", "name", "score"),
    [
        ("v=spf1 ip4:8.8.4.4 -all", "spf-pass", 0.0),
        ("v=spf1 -all", "spf-fail", 1.5),
        ("v=spf1 ~all", "spf-softfail", 0.5),
        ("v=spf1 ?all", "spf-neutral", 0.0),
        ("v=spf1 oops", "spf-permerror", 0.5),
        ("nothing", "spf-none", 0.0),
        (TimedOut(), "spf-temperror", 0.0),
    ],
)
def test_results_and_their_weight(record, name, score):
    (finding,), _ = look({"out.test": record})
    assert (finding.name, finding.score, finding.certain) == (name, score, None)
    result = Authenticated("spf", name[4:], "out.test", (("smtp.mailfrom", "ann@out.test"),))
    assert finding.result == result


def test_helo_is_another_identity_and_asked_about_at_the_same_time():
    findings, world = look({"out.test": "v=spf1 ip4:8.8.4.4 -all", "mx.out.test": "v=spf1 -all"})
    assert names(findings) == [("spf-pass", 0.0), ("spf-helo-fail", 1.0)]
    assert findings[1].result == Authenticated("spf", "fail", "mx.out.test", (("smtp.helo", "mx.out.test"),))
    assert len(world.rounds) == 1


def test_the_null_sender_has_helo_alone():
    findings, _ = look({"mx.out.test": "v=spf1 ip4:8.8.4.4 -all"}, sender="")
    assert names(findings) == [("spf-pass", 0.0)]
    assert findings[0].result == Authenticated("spf", "pass", "mx.out.test", (("smtp.helo", "mx.out.test"),))


def test_the_same_name_is_judged_once():
    findings, _ = look({"out.test": "v=spf1 -all"}, helo="OUT.test.")
    assert names(findings) == [("spf-fail", 1.5)]


@pytest.mark.parametrize("client", [None, "", "10.1.2.3", "127.0.0.1", "::1", "list", "::ffff:10.0.0.1"])
def test_a_client_that_is_not_known_or_ours_is_not_judged(client):
    findings, world = look({"out.test": "v=spf1 -all"}, client=client)
    assert (findings, world.rounds) == ([], [])


def test_mail_of_our_own_users_is_not_judged():
    findings, world = look({"out.test": "v=spf1 -all"}, outbound=True)
    assert (findings, world.rounds) == ([], [])


def test_private_addresses_are_judged_where_that_is_wanted():
    assert names(look({"out.test": "v=spf1 -all"}, client="127.0.0.1", private=True)[0]) == [("spf-fail", 1.5)]


def test_an_ipv4_address_in_ipv6_is_what_it_is():
    findings, _ = look({"out.test": "v=spf1 ip4:8.8.4.4 -all"}, client="::ffff:8.8.4.4")
    assert names(findings) == [("spf-pass", 0.0)]


def test_it_is_off_until_somebody_wants_it():
    assert not Settings().enabled
