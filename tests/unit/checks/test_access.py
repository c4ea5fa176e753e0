import pytest

from gatekeeper.checks.access import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import AccessMap, Tables
from gatekeeper.values import Absent, Action, Client, Dns, Envelope, Failed, Finding, Found, Reply, Stage
from tests.answers import told

TEXT = """\
Connect:192.0.2         REJECT
Connect:192.0.2.8       OK
Connect:192.0.2.9       RELAY
Connect:named.example   DISCARD
From:spam.example       REJECT
From:later.example      ERROR:4.7.1:451 come back later
From:never.example      ERROR:5.7.1:550 never again
From:odd.example        QUARANTINE:look at it first
From:partner.example    OK
From:quiet.example      SKIP
To:gone@own.example     REJECT
To:own.example          RELAY
To:vip@own.example      OK
To:moved@own.example    ERROR:5.1.6:550 moved away
"""
CHECKS = build(Settings(), Tables(access=AccessMap.parse(TEXT, "access")))


def findings(
    stage: Stage, *, client: Client | None = None, sender: str = "", recipient: str = "", checks=CHECKS, world=None
) -> list[Finding]:
    """What is found where `world` has the answers; with None nothing may be asked, else what it has not is absent."""
    envelope = Envelope("id", "test", Client("192.0.2.1"), client, sender=sender)
    return told(checks[stage](Mail(envelope, recipient)), world)


def test_three_stages() -> None:
    assert set(CHECKS) == {Stage.CONNECT, Stage.SENDER, Stage.RECIPIENT}
    assert build(Settings(), Tables()) == {}


@pytest.mark.parametrize(
    ("client", "name", "action"),
    [
        (Client("192.0.2.1"), "access-denied", Action.REJECT),
        (Client("192.0.2.8"), "access-allowed", Action.ACCEPT),
        (Client("192.0.2.9"), "access-allowed", Action.ACCEPT),
        (Client("192.0.2.1", "mx.named.example"), "access-discarded", Action.DISCARD),
    ],
)
def test_a_client(client: Client, name: str, action: Action) -> None:
    (found,) = findings(Stage.CONNECT, client=client, world={})
    assert (found.name, found.certain) == (name, action)


@pytest.mark.parametrize("client", [None, Client(), Client("198.51.100.1", "good.example")])
def test_a_client_without_an_entry_or_unknown(client: Client | None) -> None:
    assert findings(Stage.CONNECT, client=client, world={}) == []


@pytest.mark.parametrize(
    ("sender", "name", "action", "reply"),
    [
        ("x@spam.example", "access-denied", Action.REJECT, Reply(550, "5.7.1", ("Access denied",))),
        ("x@later.example", "access-denied", Action.DEFER, Reply(451, "4.7.1", ("come back later",))),
        ("x@never.example", "access-denied", Action.REJECT, Reply(550, "5.7.1", ("never again",))),
        ("x@odd.example", "access-quarantined", Action.QUARANTINE, None),
        ("x@partner.example", "access-allowed", Action.ACCEPT, None),
    ],
)
def test_a_sender(sender: str, name: str, action: Action, reply: Reply | None) -> None:
    (found,) = findings(Stage.SENDER, sender=sender)
    assert (found.name, found.certain, found.reply) == (name, action, reply)
    assert not found.danger


@pytest.mark.parametrize("sender", ["", "x@quiet.example", "x@elsewhere.example"])
def test_a_sender_without_an_entry(sender: str) -> None:
    assert findings(Stage.SENDER, sender=sender) == []


def test_a_recipient_is_refused_as_sendmail_refuses_it() -> None:
    (gone,) = findings(Stage.RECIPIENT, recipient="gone@own.example")
    assert gone.certain is Action.REJECT
    assert str(gone.reply) == "550 5.2.1 Mailbox disabled for this recipient"
    (moved,) = findings(Stage.RECIPIENT, recipient="moved@own.example")
    assert str(moved.reply) == "550 5.1.6 moved away"


@pytest.mark.parametrize("recipient", ["joe@own.example", "vip@own.example", "x@elsewhere.example"])
def test_an_open_way_to_a_recipient_is_no_allow_entry_for_what_comes_along_it(recipient: str) -> None:
    assert findings(Stage.RECIPIENT, recipient=recipient) == []


def test_the_evidence_names_entry_and_line() -> None:
    assert findings(Stage.SENDER, sender="x@spam.example")[0].evidence == "from:spam.example REJECT (line 5)"
    assert findings(Stage.SENDER, sender="x@odd.example")[0].evidence.endswith("(line 8): look at it first")


# the client's name, where nobody has told it

POINTER = Dns("9.2.0.192.in-addr.arpa", "PTR")
NAMED = {POINTER: Found(("mx.named.example.",)), Dns("mx.named.example"): Found(("192.0.2.9",))}


CLIENT = Client("192.0.2.9")


def by_name(text: str, world, client: Client = CLIENT) -> list[str]:
    checks = build(Settings(), Tables(access=AccessMap.parse(text, "access")))
    return [found.evidence for found in findings(Stage.CONNECT, client=client, checks=checks, world=world)]


def test_a_name_that_leads_back_is_looked_up_before_the_address() -> None:
    text = "Connect:192.0.2 REJECT\nConnect:named.example OK\n"
    assert by_name(text, NAMED) == ["connect:named.example OK (line 2)"]


@pytest.mark.parametrize("forward", [Absent(), Found(("192.0.2.10",)), Failed("SERVFAIL")])
def test_a_name_that_does_not_lead_back_opens_nothing(forward) -> None:
    assert by_name("Connect:named.example OK\n", NAMED | {Dns("mx.named.example"): forward}) == []


def test_a_client_that_has_no_name_is_looked_up_as_such() -> None:
    text = "Connect:[192.0.2] ERROR:5.7.1:550 fix your reverse name\n"
    assert by_name(text, {}) == ["connect:[192.0.2] ERROR (line 1)"]
    assert by_name(text, NAMED) == []


def test_where_the_name_could_not_be_found_out_it_is_not_said_that_there_is_none() -> None:
    assert by_name("Connect:[192.0.2] ERROR:5.7.1:550 fix it\n", {POINTER: Failed("SERVFAIL")}) == []


@pytest.mark.parametrize("text", ["Connect:192.0.2 REJECT\n", "Connect:IPv6:2001:db8 REJECT\n192.0.2.9 OK\n"])
def test_a_map_of_addresses_asks_nothing(text: str) -> None:
    by_name(text, None)


@pytest.mark.parametrize("text", ["joe@named.example REJECT\n", "To:named.example OK\nFrom:named.example REJECT\n"])
def test_entries_for_others_than_clients_ask_nothing(text: str) -> None:
    assert by_name(text, None) == []


def test_a_name_that_the_mta_has_told_is_not_asked_about() -> None:
    told_us = Client("192.0.2.9", "mx.named.example")
    assert by_name("named.example DISCARD\n", None, told_us) == ["named.example DISCARD (line 1)"]


def test_a_client_without_an_address_asks_nothing() -> None:
    assert by_name("Connect:named.example OK\n", None, Client()) == []
