import pytest

from gatekeeper.checks.reverse import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Authenticated, Client, Dns, Envelope, Failed, Finding, Found, Stage
from tests.answers import told

CLIENT = Client("8.8.4.4")
POINTER = Dns("4.4.8.8.in-addr.arpa", "PTR")


def found(world, client: Client | None = CLIENT, **settings) -> list[Finding]:
    check = build(Settings(**settings), Tables())[Stage.CONNECT]
    return told(check(Mail(Envelope("id", "test", Client("192.0.2.1"), client))), world)


def called(name: str, *addresses: str):
    return {POINTER: Found((f"{name}.",))} | ({Dns(name): Found(addresses)} if addresses else {})


def test_a_name_that_leads_back_weighs_nothing_and_says_who_it_is() -> None:
    (finding,) = found(called("mx.example.org", "8.8.4.4"))
    assert (finding.name, finding.score, finding.certain) == ("iprev-pass", 0.0, None)
    assert finding.evidence == "8.8.4.4 is mx.example.org"
    assert finding.result == Authenticated("iprev", "pass", "mx.example.org", (("policy.iprev", "8.8.4.4"),))


@pytest.mark.parametrize(
    ("world", "name", "score", "evidence"),
    [
        ({}, "iprev-permerror", 1.5, "8.8.4.4 has no name"),
        (called("mx.example.org"), "iprev-fail", 1.0, "8.8.4.4 has no name that leads back to it: mx.example.org"),
        (
            called("mx.example.org", "8.8.4.5"),
            "iprev-fail",
            1.0,
            "8.8.4.4 has no name that leads back to it: mx.example.org",
        ),
        ({POINTER: Found(("-.",))}, "iprev-fail", 1.0, "8.8.4.4 has no name that leads back to it"),
        ({POINTER: Failed("SERVFAIL")}, "iprev-temperror", 0.0, "8.8.4.4 has a name that could not be found out"),
    ],
)
def test_a_name_that_is_missing_or_a_claim(world, name: str, score: float, evidence: str) -> None:
    (finding,) = found(world)
    assert (finding.name, finding.score, finding.evidence) == (name, score, evidence)
    assert finding.result
    assert (finding.result.result, finding.result.domain) == (name.removeprefix("iprev-"), "")
    assert finding.certain is None


def test_a_name_that_the_mta_has_verified_is_taken() -> None:
    (finding,) = found(None, Client("8.8.4.4", "mx.example.org"))
    assert finding == found(called("mx.example.org", "8.8.4.4"))[0]


@pytest.mark.parametrize(
    ("name", "slug", "score"),
    [("dsl-8-8-4-4.isp.example", "reverse-dynamic", 1.5), ("static-8-8-4-4.isp.example", "reverse-numbered", 0.8)],
)
@pytest.mark.parametrize("addresses", [("8.8.4.4",), ()])
def test_a_name_that_nobody_chose(name: str, slug: str, score: float, addresses) -> None:
    finding = found(called(name, *addresses))[1]
    assert (finding.name, finding.score, finding.certain) == (slug, score, None)
    assert name in finding.evidence


def test_a_name_of_its_own_beside_one_that_nobody_chose() -> None:
    world = {
        POINTER: Found(("dsl-8-8-4-4.isp.example.", "mx.example.org.")),
        Dns("mx.example.org"): Found(("8.8.4.4",)),
    }
    assert [finding.name for finding in found(world)] == ["iprev-pass"]


@pytest.mark.parametrize("client", [None, Client(), Client("10.0.0.1"), Client("::1"), Client("nonsense")])
def test_private_and_unknown_addresses_are_not_asked_about(client: Client | None) -> None:
    assert found(None, client) == []


def test_our_own_users_are_not_asked_about() -> None:
    check = build(Settings(), Tables())[Stage.CONNECT]
    assert told(check(Mail(Envelope("id", "test", CLIENT, CLIENT, outbound=True))), None) == []


def test_private_ones_when_wanted() -> None:
    assert found({}, Client("10.0.0.1"), private=True)[0].name == "iprev-permerror"


def test_an_address_mapped_into_ipv6_is_what_it_is() -> None:
    assert found(called("mx.example.org", "8.8.4.4"), Client("::ffff:8.8.4.4"))[0].name == "iprev-pass"


def test_a_reverse_name_of_5000_names_is_followed_to_ten_and_shown_to_three() -> None:
    (finding,) = found({POINTER: Found(tuple(f"{n}{'x' * 50}.example." for n in range(5000)))})
    assert finding.name == "iprev-fail"
    assert len(finding.evidence) < 300
