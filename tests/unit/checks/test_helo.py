import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.checks.helo import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Mailertable, Tables
from gatekeeper.values import Client, Dns, Envelope, Failed, Finding, Found, Stage
from tests.answers import told

CLIENT = Client("8.8.4.4")
TABLES = Tables(
    mailertable=Mailertable.parse("company.example esmtp:[10.0.0.1]\n.sub.example esmtp:[10.0.0.1]\n", "m"),
    own=frozenset({"gateway.example", "192.0.2.1", "2001:db8::1"}),
)


def found(helo: str, client: Client | None = CLIENT, world=None, outbound: bool = False, **settings) -> list[Finding]:
    check = build(Settings(**settings), TABLES)[Stage.HELO]
    envelope = Envelope("id", "test", Client("192.0.2.9"), client, helo=helo, outbound=outbound)
    return told(check(Mail(envelope)), world)


@pytest.mark.parametrize(
    ("helo", "name", "score"),
    [
        ("gateway.example", "helo-own", 4.0),
        ("GATEWAY.example.", "helo-own", 4.0),
        ("192.0.2.1", "helo-own", 4.0),
        ("[192.0.2.1]", "helo-own", 4.0),
        ("[IPv6:2001:DB8:0::1]", "helo-own", 4.0),
        ("company.example", "helo-own", 4.0),
        ("my.other.example", "helo-own", 4.0),
        ("[10.9.9.9]", "helo-own", 4.0),
        ("8.8.4.4", "helo-address", 2.0),
        ("198.51.100.1", "helo-address", 2.0),
        ("2001:db8::2", "helo-address", 2.0),
        ("[8.8.4.4]", "helo-literal", 0.5),
        ("[8.8.8.8]", "helo-false-literal", 2.0),
        ("[127.0.0.1]", "helo-false-literal", 2.0),
        ("[IPv6:2001:db8::2]", "helo-false-literal", 2.0),
        ("[8.8.4.4", "helo-invalid", 0.5),
        ("[8.8.4]", "helo-invalid", 0.5),
        ("my_pc.example.org", "helo-invalid", 0.5),
        ("mail.example.org.", "helo-invalid", 0.5),
        ("bücher.example", "helo-invalid", 0.5),
        ("a..example", "helo-invalid", 0.5),
        ("x" * 64 + ".example", "helo-invalid", 0.5),
        ("x." * 130 + "example", "helo-invalid", 0.5),
        ("x" * 100_000, "helo-invalid", 0.5),
        ("\udcff\r\n\x00", "helo-invalid", 0.5),
        ("pc", "helo-unqualified", 1.0),
        ("localhost", "helo-unqualified", 1.0),
        ("localhost.localdomain", "helo-unqualified", 1.0),
        ("server.company.local", "helo-unqualified", 1.0),
        ("dsl-8-8-4-4.isp.example", "helo-dynamic", 1.0),
    ],
)
def test_what_the_words_say(helo: str, name: str, score: float) -> None:
    (finding,) = found(helo, own=["My.Other.Example.", "10.9.9.9"])
    assert (finding.name, finding.score, finding.certain) == (name, score, None)
    assert finding.evidence.isprintable()
    assert len(finding.evidence) < 300


@pytest.mark.parametrize("helo", ["mail.example.org", "host.company.example", "xn--bcher-kva.example", "a.sub.example"])
def test_a_name_like_any_other_is_nothing_and_nothing_is_asked(helo: str) -> None:
    assert found(helo) == []


@pytest.mark.parametrize("name", ["gateway.example", "dsl-8-8-4-4.isp.example"])
def test_what_the_client_is_really_called_it_may_say(name: str) -> None:
    assert found(name, Client("8.8.4.4", name), resolve=True) == []


@pytest.mark.parametrize("client", [None, Client(), Client("10.0.0.1"), Client("127.0.0.1"), Client("192.0.2.7")])
def test_who_is_private_or_unknown_is_not_judged(client: Client | None) -> None:
    assert found("localhost", client) == []


def test_who_is_private_is_when_that_is_wanted_and_our_own_users_never_are() -> None:
    assert found("localhost", Client("10.0.0.1"), private=True)
    assert found("localhost", outbound=True) == []
    assert found("") == []


NAMES = {Dns("mx.example.org"): Found(("8.8.4.4", "8.8.4.5")), Dns("mx.example.org", "AAAA"): Found(("2001:db8::1",))}


@pytest.mark.parametrize(
    ("world", "address", "slugs"),
    [
        (NAMES, "8.8.4.4", []),
        (NAMES, "2001:db8::1", []),
        (NAMES, "8.8.4.6", ["helo-mismatch"]),
        ({}, "8.8.4.4", ["helo-unresolved"]),
        ({Dns("mx.example.org"): Failed("SERVFAIL")}, "8.8.4.4", []),
        (NAMES | {Dns("mx.example.org"): Failed("SERVFAIL")}, "8.8.4.4", []),
        (NAMES | {Dns("mx.example.org", "AAAA"): Failed("SERVFAIL")}, "8.8.4.4", []),
    ],
)
def test_where_the_name_leads(world, address: str, slugs: list[str]) -> None:
    assert [f.name for f in found("MX.example.org", Client(address), world, resolve=True, private=True)] == slugs


def test_no_name_is_not_asked_about() -> None:
    for helo in ("[8.8.8.8]", "8.8.8.8", "a..b", "x" * 300):
        assert len(found(helo, resolve=True)) == 1


@given(st.text(max_size=300))
def test_it_takes_anything(helo: str) -> None:
    for finding in found(helo):
        assert finding.evidence.isprintable()
