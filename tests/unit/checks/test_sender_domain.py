import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.checks.sender_domain import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Client, Dns, Envelope, Failed, Finding, Found, Refused, Stage, TimedOut
from tests.answers import told

CHECKS = build(Settings(), Tables())


def of_sender(world, sender: str = "ann@news.example", outbound: bool = False) -> list[Finding]:
    envelope = Envelope("id", "test", Client(), None, sender=sender, outbound=outbound)
    return told(CHECKS[Stage.SENDER](Mail(envelope)), world)


def of_authors(world, header: str, sender: str = "ann@news.example", outbound: bool = False) -> list[Finding]:
    envelope = Envelope("id", "test", Client(), None, sender=sender, outbound=outbound)
    message = parse(header.encode() + b"\r\n\r\n")
    return told(CHECKS[Stage.HEADER](Mail(envelope, message=message)), world)


def names(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings]


def mx(*records: str):
    return {Dns("news.example", "MX"): Found(records)}


def at(host: str, *addresses: str, kind: str = "A"):
    return {Dns(host, kind): Found(addresses)}


@pytest.mark.parametrize(
    "world",
    [
        mx("10 mx.example.") | at("mx.example", "8.8.4.4"),
        mx("10 mx.example.") | at("mx.example", "2001:4860:4860::8888", kind="AAAA"),
        mx("10 dead.example.", "20 mx.example.") | at("mx.example", "8.8.4.4"),
        mx("10 inner.example.", "20 mx.example.") | at("mx.example", "8.8.4.4") | at("inner.example", "10.0.0.1"),
        mx("0 .", "20 mx.example.") | at("mx.example", "8.8.4.4"),
        at("news.example", "8.8.4.4"),
    ],
)
def test_a_domain_that_somebody_can_answer_is_nothing(world) -> None:
    assert of_sender(world) == []


@pytest.mark.parametrize(
    ("world", "name", "score"),
    [
        ({}, "sender-domain-missing", 2.5),
        (mx("0 ."), "sender-domain-null", 2.5),
        (mx("10 mx.example."), "sender-domain-unreachable", 2.0),
        (mx("10 mx.example.") | at("mx.example", "10.0.0.1", "127.0.0.1"), "sender-domain-unreachable", 2.0),
        (mx("10 mx.example.") | at("mx.example", "::1", kind="AAAA"), "sender-domain-unreachable", 2.0),
        (mx("10 192.168.1.1."), "sender-domain-unreachable", 2.0),
        (mx("10 localhost.") | at("localhost", "127.0.0.1"), "sender-domain-unreachable", 2.0),
        (mx("10 a\\032b.example."), "sender-domain-unreachable", 2.0),
        (mx("nonsense"), "sender-domain-unreachable", 2.0),
        (at("news.example", "0.0.0.0"), "sender-domain-unreachable", 2.0),
        (mx("10 8.8.4.4."), "sender-domain-number", 0.5),
        (mx("10 mx.example.", "20 8.8.4.4.") | at("mx.example", "8.8.8.8"), "sender-domain-number", 0.5),
    ],
)
def test_a_domain_that_nobody_can_answer(world, name: str, score: float) -> None:
    (finding,) = of_sender(world)
    assert (finding.name, finding.score, finding.certain) == (name, score, None)
    assert finding.evidence.startswith("news.example ")


@pytest.mark.parametrize("failure", [TimedOut(), Refused(), Failed("SERVFAIL")])
def test_what_is_not_answered_is_no_evidence(failure) -> None:
    assert of_sender({Dns("news.example", "MX"): failure}) == []
    assert of_sender({Dns("news.example", "A"): failure}) == []
    assert of_sender(mx("10 mx.example.") | {Dns("mx.example", "AAAA"): failure}) == []


@pytest.mark.parametrize(
    "sender",
    [
        "ann@localhost",
        "postmaster",
        "ann@[192.0.2.1]",
        "ann@192.0.2.1",
        "ann@" + "x" * 64 + ".example",
        "ann@" + "x." * 130 + "example",
        "ann@a..example",
        "ann@",
        "ann@\udcff.example",
        "ann@x\u202e.example\n",
    ],
)
def test_what_is_no_domain_is_not_asked_about(sender: str) -> None:
    (finding,) = of_sender(None, sender)
    assert (finding.name, finding.score) == ("sender-domain-invalid", 1.0)
    assert finding.evidence.isprintable()


@pytest.mark.parametrize("sender", ["ann@Bücher.example", "ann@XN--BCHER-KVA.example."])
def test_a_domain_is_asked_about_as_dns_has_it(sender: str) -> None:
    world = {Dns("xn--bcher-kva.example", "MX"): Found(("0 .",))}
    assert names(of_sender(world, sender)) == ["sender-domain-null"]


def test_underscores_stand() -> None:
    assert names(of_sender({Dns("my_mail.example", "MX"): Found(("0 .",))}, "a@my_mail.example")) == [
        "sender-domain-null"
    ]


def test_the_null_sender_and_our_own_users_are_not_judged() -> None:
    assert of_sender(None, "") == []
    assert of_sender(None, outbound=True) == []
    assert of_authors(None, "From: a@b.example", outbound=True) == []


def test_from_is_asked_about_where_it_differs() -> None:
    assert of_authors(None, "From: Ann <ann@NEWS.example.>") == []
    (finding,) = of_authors({}, "From: Ann <ann@other.example>")
    assert (finding.name, finding.score) == ("from-domain-missing", 2.5)
    assert finding.evidence == "other.example has neither a mail server nor an address"
    assert names(of_authors({}, "From: ann@news.example", sender="")) == ["from-domain-missing"]
    assert names(of_authors(None, "From: ann@localhost")) == ["from-domain-invalid"]


def test_from_in_utf_8_is_asked_about_as_dns_has_it() -> None:
    world = {Dns("xn--bcher-kva.example", "MX"): Found(("0 .",))}
    assert names(of_authors(world, "From: Jörg <jörg@bücher.example>")) == ["from-domain-null"]


def test_from_without_an_address_is_not_judged_here() -> None:
    for header in ("From: Ann", "From: undisclosed:;", "To: a@b.example", "From:"):
        assert of_authors(None, header) == []


def test_ten_thousand_authors_are_asked_about_as_far_as_three() -> None:
    header = "From: " + ",\r\n ".join(f"a{n}@d{n}.example" for n in range(10_000))
    steps = CHECKS[Stage.HEADER](
        Mail(Envelope("id", "test", Client(), None), message=parse(header.encode() + b"\r\n\r\n"))
    )
    assert next(steps) == {Dns(f"d{n}.example", "MX") for n in range(3)}
    assert names(of_authors({}, header)) == ["from-domain-missing"] * 3 + ["from-domain-many"]


def test_a_thousand_mail_servers_are_asked_about_as_far_as_four() -> None:
    steps = CHECKS[Stage.SENDER](Mail(Envelope("id", "test", Client(), None, sender="a@news.example")))
    (question,) = next(steps)
    asked = steps.send({question: Found(tuple(f"{n} mx{n}.example." for n in range(1000, 0, -1)))})
    assert asked == {Dns(f"mx{n}.example", kind) for n in range(1, 5) for kind in ("A", "AAAA")}


@given(st.text(max_size=100), st.lists(st.text(max_size=30), max_size=5))
@settings(deadline=None)
def test_it_takes_anything(sender: str, records: list[str]) -> None:
    for finding in of_sender(mx(*records)) + of_sender({}, sender):
        assert finding.evidence.isprintable()
