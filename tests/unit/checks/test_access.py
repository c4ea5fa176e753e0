import pytest

from gatekeeper.checks.access import Settings, build
from gatekeeper.message import Mail
from gatekeeper.tables import AccessMap, Tables
from gatekeeper.values import Action, Client, Envelope, Finding, Reply, Stage

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


def findings(stage: Stage, *, client: Client | None = None, sender: str = "", recipient: str = "") -> list[Finding]:
    envelope = Envelope("id", "test", Client("192.0.2.1"), client, sender=sender)
    found = CHECKS[stage](Mail(envelope, recipient))
    assert isinstance(found, list)
    return found


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
    (found,) = findings(Stage.CONNECT, client=client)
    assert (found.name, found.certain) == (name, action)


@pytest.mark.parametrize("client", [None, Client(), Client("198.51.100.1", "good.example")])
def test_a_client_without_an_entry_or_unknown(client: Client | None) -> None:
    assert findings(Stage.CONNECT, client=client) == []


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
