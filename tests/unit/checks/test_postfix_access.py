from dataclasses import replace

import pytest

from gatekeeper.checks.postfix_access import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import LookupTable, PatternTable, Restriction, Tables
from gatekeeper.tables.access_action import Subject
from gatekeeper.values import Absent, Action, Client, Dns, Envelope, Failed, Finding, Found, LineEdit, Orders, Stage
from tests.answers import told

PEER = Client("192.0.2.1")
PTR = Dns("1.2.0.192.in-addr.arpa", "PTR")


def findings(
    subject: Subject,
    text: str,
    *,
    client: Client | None = PEER,
    helo: str = "",
    sender: str = "",
    world=None,
    to: str = "",
) -> list[Finding]:
    table = LookupTable.parse(text, "map") if not text.startswith("/") else None
    table = table or LookupTable.of(PatternTable.parse(text, "map", "pcre"))
    ((_, check),) = build(Settings(), Tables(restrictions=(Restriction(subject, (table,), "+"),))).items()
    return told(check(Mail(Envelope("id", "test", PEER, client, helo=helo, sender=sender), to)), world)


def test_a_stage_for_each_map() -> None:
    maps = tuple(Restriction(subject, (LookupTable("s"),)) for subject in Subject)
    assert set(build(Settings(), Tables(restrictions=maps))) == {
        Stage.CONNECT, Stage.HELO, Stage.SENDER, Stage.RECIPIENT
    }  # fmt: skip
    assert build(Settings(), Tables()) == {}


def test_a_client_is_refused_in_postfixs_words() -> None:
    (found,) = findings(Subject.CLIENT, "x OK\n192.0.2 REJECT go\n", client=Client("192.0.2.1", "mx.a.test"))
    assert (found.name, found.certain) == ("postfix-access-denied", Action.REJECT)
    assert str(found.reply) == "554 5.7.1 <mx.a.test[192.0.2.1]>: Client host rejected: go"
    assert found.evidence == "map line 2: Client host mx.a.test[192.0.2.1]"


def test_a_client_without_a_name_is_unknown_unless_nobody_can_tell() -> None:
    (found,) = findings(Subject.CLIENT, "unknown DEFER\n", world={PTR: Absent()})
    assert (found.name, found.certain) == ("postfix-access-deferred", Action.DEFER)
    assert findings(Subject.CLIENT, "unknown REJECT\n", world={PTR: Failed("x")}) == []


def test_a_name_that_leads_back_counts() -> None:
    world = {PTR: Found(("mx.a.test.",)), Dns("mx.a.test", "A"): Found(("192.0.2.1",))}
    (found,) = findings(Subject.CLIENT, "a.test OK\n192 REJECT\n", world=world)
    assert (found.name, found.certain) == ("postfix-access-allowed", Action.ACCEPT)


def test_nobody_known_is_not_looked_up() -> None:
    assert findings(Subject.CLIENT, "unknown REJECT\n", client=None) == []


def test_what_anybody_could_write_allows_nothing() -> None:
    assert findings(Subject.HELO, "test OK\n", helo="a.test") == []
    assert findings(Subject.SENDER, "test OK\n", sender="a@a.test") == []
    assert findings(Subject.RECIPIENT, "test OK\n", to="a@a.test") == []


@pytest.mark.parametrize(
    ("value", "name", "certain", "more"),
    [
        ("DISCARD quietly", "postfix-access-discarded", Action.DISCARD, ": quietly"),
        ("HOLD", "postfix-access-held", Action.QUARANTINE, ""),
        ("WARN odd", "postfix-access-warned", None, ": odd"),
        ("INFO", "postfix-access-warned", None, ""),
    ],
)
def test_the_other_actions(value: str, name: str, certain: Action | None, more: str) -> None:
    (found,) = findings(Subject.RECIPIENT, f"joe@a.test {value}\n", to="joe+x@a.test")
    assert (found.name, found.certain) == (name, certain)
    assert found.evidence == f"map line 1: Recipient address joe+x@a.test{more}"


def test_the_null_sender() -> None:
    (found,) = findings(Subject.SENDER, "<> 450 not now\n")
    assert str(found.reply) == "450 4.7.1 <>: Sender address rejected: not now"


def test_a_pattern_that_takes_too_long_defers() -> None:
    (found,) = findings(Subject.SENDER, "/(?:(?:a|aa)+)+(?<!a)@x/ REJECT\n", sender="a" * 60 + "@x")
    assert (found.name, found.certain) == ("postfix-access-unfinished", Action.DEFER)


def test_what_is_ordered_for_the_message_as_a_whole() -> None:
    (found,) = findings(Subject.SENDER, "test PREPEND X-Seen: a\tb\n", sender="a@a.test")
    assert found.name == "postfix-access-changed"
    assert found.orders is not None
    assert found.orders.lines == (LineEdit(0, 0, b"X-Seen: a\tb\r\n"),)
    for value, orders in (
        ("REDIRECT x@b.test", Orders(redirect="x@b.test")),
        ("BCC x@b.test", Orders(copies=("x@b.test",))),
        ("FILTER smtp:[h]:25", Orders(next_hop="smtp:[h]:25")),
    ):
        (found,) = findings(Subject.RECIPIENT, f"test {value}\n", to="a@a.test")
        told = (f"{value} by map line 1: Recipient address a@a.test",)
        assert (found.name, found.orders) == ("postfix-access-rerouted", replace(orders, told=told))
