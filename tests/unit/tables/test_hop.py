import pytest

from gatekeeper.tables.hop import Hop, target
from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply


def read(value: str) -> tuple[Hop | Reply | None, list[str]]:
    reader = Reader("map", 7)
    return target(value, reader), [str(problem) for problem in reader.problems]


@pytest.mark.parametrize(
    ("value", "hop"),
    [
        ("smtp:mail.example.org", Hop("smtp", "mail.example.org", mx=True)),
        ("esmtp:[mail.example.org]", Hop("esmtp", "mail.example.org")),
        ("relay:[10.0.0.1]", Hop("relay", "10.0.0.1")),
        ("smtp8:hub", Hop("smtp8", "hub", mx=True)),
        ("dsmtp:[hub]", Hop("dsmtp", "hub")),
        ("ESMTP:[Mail.Example.ORG]", Hop("esmtp", "mail.example.org")),
        ("esmtp:[10.0.0.1]:2525", Hop("esmtp", "10.0.0.1", 2525)),
        ("esmtp:mail.example.org:2525", Hop("esmtp", "mail.example.org", 2525, mx=True)),
        ("esmtp:[IPv6:2001:db8::1]", Hop("esmtp", "2001:db8::1")),
        ("esmtp:[2001:DB8:0::1]:26", Hop("esmtp", "2001:db8::1", 26)),
        ("esmtp:joe@[10.0.0.1]", Hop("esmtp", "10.0.0.1", user="joe@[10.0.0.1]")),
        ("smtp:joe@hub.example", Hop("smtp", "hub.example", mx=True, user="joe@hub.example")),
    ],
)
def test_a_mailer_and_a_host(value: str, hop: Hop) -> None:
    assert read(value) == (hop, [])


@pytest.mark.parametrize(
    "value", ["esmtp:[10.0.0.1]:2525", "esmtp:[mail.example.org]", "smtp:mail.example.org:26", "smtp:joe@hub"]
)
def test_a_hop_is_spelled_as_the_table_spells_it(value: str) -> None:
    assert str(read(value)[0]) == value


def test_an_error_is_a_reply() -> None:
    assert read("error:5.1.1:550 User unknown") == (Reply(550, "5.1.1", ("User unknown",)), [])
    assert read("error:nouser:550 No such user")[0] == Reply(550, "5.0.0", ("No such user",))


@pytest.mark.parametrize("value", ["[10.0.0.1]", "mail.example.org", "[IPv6:2001:db8::1]", "hub"])
def test_a_value_without_a_mailer_is_reported(value: str) -> None:
    hop, problems = read(value)
    assert hop is None
    assert len(problems) == 1
    assert problems[0].startswith("map:7: error: ")
    assert "names no mailer" in problems[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("uucp-dom:hub", "'uucp-dom' is not spoken here"),
        ("lmtp:[127.0.0.1]", "'lmtp' is not spoken here"),
        ("smtp:", "'' is no host"),
        ("smtp:[]", "'[]' is no host"),
        ("smtp:[hub", "'[hub' is no host"),
        ("smtp:[hub]25", "'[hub]25' is no host"),
        ("smtp:a b", "'a b' is no host"),
        ("smtp:..", "'..' is no host"),
        ("smtp:[10.0.0.1]:0", "'0' is no port"),
        ("smtp:hub:70000", "'70000' is no port"),
        ("smtp:hub:smtp", "'smtp' is no port"),
        ("smtp:first.example:second.example", "a list of hosts is not supported"),
        ("smtp:@hub", "no user stands before the @"),
        ("error:", "the error has no text"),
    ],
)
def test_what_cannot_be_a_next_hop(value: str, said: str) -> None:
    hop, problems = read(value)
    assert hop is None
    assert len(problems) == 1
    assert "error" in problems[0]
    assert said in problems[0]


def test_a_bare_address_works_and_is_warned_of() -> None:
    hop, problems = read("smtp:10.0.0.1")
    assert hop == Hop("smtp", "10.0.0.1")
    assert problems == ["map:7: warning: 10.0.0.1 is an address, not a name with an MX; write smtp:[10.0.0.1]"]


def test_local_and_discard_are_no_smtp() -> None:
    local, warned = read("local:joe")
    assert local == Hop("local", user="joe")
    assert str(local) == "local:joe"
    assert "cannot deliver" in warned[0]
    discard, warned = read("discard:")
    assert discard == Hop("discard")
    assert "warning" in warned[0]
    assert not Hop("discard").smtp
    assert Hop("relay", "hub").smtp
