"""A connection from the MTA without libmilter: what is made of macros, parameters, failures and aborts."""

from itertools import combinations
from types import SimpleNamespace

import pytest

from gatekeeper.authentication.signer import Signer
from gatekeeper.config import schema
from gatekeeper.fronts.milter_confirm import Kept
from gatekeeper.fronts.milter_session import Session, as_address, macro, parameters
from gatekeeper.fronts.milter_transaction import mailbox
from gatekeeper.fronts.teaching import TeachingMailboxes
from gatekeeper.lookups.gather import Gather
from gatekeeper.observe.metrics import Metrics
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.stores.opening import NoRoom, StoreError
from gatekeeper.tables.networks import Networks
from gatekeeper.values import Action, Client, Fate, Finding, Label, Outcome, Record, Reply, Stage

METRICS = Metrics()


class Mta:
    """libmilter's side: macros are answered, deeds are kept."""

    def __init__(self, **macros: str) -> None:
        self.macros = {name if len(name) == 1 else "{" + name + "}": value for name, value in macros.items()}
        self.deeds: list[tuple[object, ...]] = []
        self.broken = False

    def getsymval(self, name):
        return self.macros.get(name)

    def setreply(self, *words):
        self.deeds.append(("reply", *words))

    def delrcpt(self, path):
        if self.broken:
            raise RuntimeError("the MTA is gone")
        self.deeds.append(("delrcpt", path))

    def chgheader(self, *words):
        self.deeds.append(("chgheader", *words))

    def addheader(self, *words):
        self.deeds.append(("addheader", *words))

    def replacebody(self, body):
        self.deeds.append(("replacebody", body))


class Keeper:
    """Quarantine, journal and confirmations in one; all calls are kept."""

    def __init__(self) -> None:
        self.holds: list[object] = []
        self.records: list[Record] = []
        self.confirmed: list[Kept] = []
        self.withdrawn: list[str] = []
        self.trouble: Exception | None = None
        self.hold = self._hold
        self.record = self.records.append
        self.withdraw = self.withdrawn.append

    def _hold(self, hold):
        if self.trouble:
            raise self.trouble
        self.holds.append(hold)

    def put(self, kept):
        self.confirmed.append(kept)

    def verify(self, token, raw, recipients):
        return "0123456789abc" if token == "good" else SimpleNamespace(value="not signed by us")


def wishes(mail):
    """A check: the recipient's local part says what shall become of it."""
    actions = {"hold": Action.QUARANTINE, "discard": Action.DISCARD, "refuse": Action.REJECT}
    local = mail.recipient.partition("@")[0]
    if local == "raise":
        raise RuntimeError
    return [Finding(local, certain=actions[local])] if local in actions else []


def judged(mail):
    return [Finding("client", evidence=mail.envelope.client.address if mail.envelope.client else "nobody")]


def setting(trusted=(), own=(), teaching=None):
    keeper = Keeper()
    service = SimpleNamespace(
        config=schema.Config(),
        digest="",
        hostname="mx.example.org",
        inspection=Inspection({Stage.RECIPIENT: {"wishes": wishes}, Stage.CONNECT: {"judged": judged}}),
        trusted=Networks.parse(trusted),
        own=Networks.parse(own),
        signer=Signer(),
        teaching=teaching,
        gather=Gather({}),
        quarantine=keeper,
        journal=keeper,
        passed=None,
        remember=None,
        history=None,
        metrics=METRICS,
    )
    session, mta = Session(service, keeper), Mta(i="QUEUEID")
    session.connect(mta, "mail.example.net", "192.0.2.7", 4000)
    return session, mta, keeper


def send(session, mta, *recipients, raw=b"Subject: x\r\n\r\nx\r\n"):
    session.mail(mta, [b"<s@example.net>", b"SIZE=10"])
    replies = [session.rcpt(f"<{recipient}@example.org>".encode()) for recipient in recipients]
    header, _, body = raw.partition(b"\r\n\r\n")
    for line in header.split(b"\r\n") if header else ():
        session.transaction.content.add_field(*line.split(b":", 1))
    session.transaction.content.add_body(body)
    return replies, session.end(mta)


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.1", "192.0.2.1"), ("IPv6:2001:DB8::1", "2001:db8::1"), ("::1", "::1"), ("unknown", ""), ("", "")],
)
def test_addresses_as_mtas_write_them(text, address):
    assert as_address(text) == address


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("<a@example.org>", "a@example.org"),
        ('<"a"@example.org>', "a@example.org"),
        ("<@relay:a@example.org>", "a@example.org"),
        ("<>", ""),
        ("<root>", "root"),
        ("root", "root"),
        ("<a b@c>", "a b@c"),
    ],
)
def test_one_name_for_each_mailbox(path, name):
    assert mailbox(path) == name


def test_parameters():
    assert parameters(["SIZE=10", "body=8BITMIME", "SMTPUTF8", "ENVID=a=b"]) == {
        "SIZE": "10",
        "BODY": "8BITMIME",
        "SMTPUTF8": "",
        "ENVID": "a=b",
    }


def test_a_macro_of_any_bytes():
    class Odd:
        def getsymval(self, name):
            return b"\xff\xe4".decode()

    assert macro(Odd(), "x") == "\udcff\udce4"


@pytest.mark.parametrize(
    ("name", "macros", "client"),
    [
        ("mail.example.net", {}, Client("192.0.2.7", "mail.example.net", 4000)),
        ("[192.0.2.7]", {}, Client("192.0.2.7", "", 4000)),
        ("unknown", {}, Client("192.0.2.7", "", 4000)),
        ("x", {"client_addr": "192.0.2.7", "client_name": "other"}, Client("192.0.2.7", "x", 4000)),
        (
            "x",
            {"client_addr": "IPv6:2001:db8::9", "client_name": "nine.example", "client_port": "99"},
            Client("2001:db8::9", "nine.example", 99),
        ),
        ("x", {"client_addr": "192.0.2.9", "client_port": "none"}, Client("192.0.2.9", "", 0)),
        ("x", {"client_addr": "unknown"}, Client("192.0.2.7", "x", 4000)),
    ],
)
def test_who_is_connected(name, macros, client):
    session, _, _ = setting()
    session.connect(Mta(**macros), name, "192.0.2.7", 4000)
    assert session.peer == client


def test_the_envelope():
    session, mta, keeper = setting()
    session.helo = "helo.example"
    mta.macros |= {"r": "ESMTPS", "{tls_version}": "TLSv1.3", "{cipher}": "AES"}
    send(session, mta, "a")
    envelope = keeper.records[0].envelope
    assert (envelope.front, envelope.helo, envelope.protocol, envelope.tls) == (
        "milter",
        "helo.example",
        "ESMTPS",
        "TLSv1.3 AES",
    )
    assert envelope.sender == "s@example.net"
    assert envelope.recipients == ("a@example.org",)
    assert envelope.parameters == {"SIZE": "10"}
    assert envelope.queue_id == "QUEUEID"
    assert envelope.client == envelope.peer == Client("192.0.2.7", "mail.example.net", 4000)


def test_recipients_are_answered_one_by_one_and_recorded():
    session, mta, keeper = setting()
    replies, ending = send(session, mta, "refuse", "a")
    assert [reply and reply.code for reply in replies] == [550, None]
    assert ending.reply is None
    outcomes = keeper.records[0].outcomes
    assert outcomes["refuse@example.org"].fate is Fate.REFUSED
    assert outcomes["a@example.org"].fate is Fate.HANDED_OVER


def test_a_recipient_that_could_not_be_removed_is_refused():
    session, mta, _ = setting()
    session.mail(mta, [b"<>"])
    assert session.rcpt(b"<\xff@example.org>").code == 501


def test_a_recipient_in_two_spellings_is_removed_in_both():
    session, mta, keeper = setting()
    session.mail(mta, [b"<>"])
    for path in (b"<a@example.org>", b"<hold@example.org>", b'<"hold"@example.org>'):
        assert session.rcpt(path) is None
    ending = session.end(mta)
    assert [words for words in mta.deeds if words[0] == "delrcpt"] == [
        ("delrcpt", "<hold@example.org>"),
        ("delrcpt", '<"hold"@example.org>'),
    ]
    assert ending.held == ("hold@example.org",)
    assert keeper.records[0].envelope.recipients == ("a@example.org", "hold@example.org")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_who_is_held_does_not_get_it_and_who_gets_it_is_not_held(count):
    for wishes in combinations(("hold", "discard", "refuse", "a", "b"), count):
        session, mta, keeper = setting()
        replies, ending = send(session, mta, *wishes)
        accepted = {f"{wish}@example.org" for wish, reply in zip(wishes, replies, strict=True) if reply is None}
        removed = {str(deed[1]).strip("<>") for deed in mta.deeds if deed[0] == "delrcpt"}
        held = {address for hold in keeper.holds for address in hold.verdicts}
        assert held == accepted & {"hold@example.org"}, wishes
        kept_back = accepted - {"a@example.org", "b@example.org"}
        assert (ending.discard, removed) == ((True, set()) if kept_back == accepted else (False, kept_back)), wishes


def test_a_hold_is_confirmed_when_the_mta_goes_on():
    for go_on in (lambda s, m: s.mail(m, [b"<>"]), lambda s, m: s.ended_well()):
        session, mta, keeper = setting()
        send(session, mta, "hold")
        assert keeper.confirmed == []
        go_on(session, mta)
        assert keeper.confirmed == [(keeper.records[0].envelope.id, ("hold@example.org",), ())]


def test_a_hold_stays_unconfirmed_after_an_abort():
    session, mta, keeper = setting()
    send(session, mta, "hold")
    session.aborted()
    session.ended_well()
    assert keeper.confirmed == []
    assert keeper.records[0].outcomes["hold@example.org"] == Outcome(Fate.UNCONFIRMED, reply=UNTOLD)


def test_what_is_held_is_what_came_without_forged_fields():
    session, mta, keeper = setting()
    send(session, mta, "hold", raw=b"Subject: x\r\nX-Spam-Flag: NO\r\nTo: y\r\n\r\nbody\r\n")
    assert b"".join(keeper.holds[0].segments) == b"Subject: x\r\nTo: y\r\n\r\nbody\r\n"
    assert keeper.records[0].notes == ("removed forged X-Spam-Flag: NO",)


@pytest.mark.parametrize(
    ("trouble", "code", "status"), [(StoreError, 451, "4.3.0"), (NoRoom, 452, "4.3.1"), (RuntimeError, 451, "4.3.0")]
)
def test_a_quarantine_that_fails_defers(trouble, code, status):
    session, mta, keeper = setting()
    keeper.trouble = trouble("index.db", "disk full", "make room")
    _, ending = send(session, mta, "hold", "a")
    assert ending.reply is not None
    assert (ending.reply.code, ending.reply.status) == (code, status)
    assert keeper.records[0].envelope.id in ending.reply.text
    assert {outcome.fate for outcome in keeper.records[0].outcomes.values()} == {Fate.REFUSED}
    session.ended_well()
    assert keeper.confirmed == []


def test_an_edit_that_fails_defers_and_takes_the_hold_back():
    session, mta, keeper = setting()
    mta.broken = True
    _, ending = send(session, mta, "hold", "a")
    assert ending.reply is not None
    assert ending.reply.code == 451
    assert keeper.withdrawn == [keeper.records[0].envelope.id]


def test_a_check_that_raises_at_rcpt_defers_the_recipient():
    session, mta, _ = setting()
    replies, _ = send(session, mta, "raise", "a")
    assert replies[0].code == 451
    assert replies[1] is None


def test_a_lost_event_defers_the_message():
    session, mta, keeper = setting()
    session.mail(mta, [b"<>"])
    assert session.rcpt(b"<a@example.org>") is None
    session.fail()
    assert session.rcpt(b"<b@example.org>").code == 451
    assert session.end(mta).reply.code == 451
    assert keeper.records[0].outcomes["a@example.org"].fate is Fate.REFUSED


def test_an_mta_that_never_said_who_is_connected_is_deferred():
    session, mta, _ = setting()
    session.peer = None
    session.mail(mta, [b"<>"])
    assert session.rcpt(b"<a@example.org>").code == 451


def test_an_unknown_client_is_not_judged_by_address():
    session, mta, keeper = setting()
    session.connect(mta, "localhost", "", 0)
    send(session, mta, "a")
    assert keeper.records[0].envelope.client is None
    assert keeper.records[0].verdicts["a@example.org"].findings[0].evidence == "nobody"


def test_from_a_trusted_hop_the_client_of_its_received_line_is_judged():
    session, mta, keeper = setting(["192.0.2.0/24"])
    raw = b"Received: from x (mx [203.0.113.5]) by hop\r\nReceived: from y ([198.51.100.1]) by z\r\n\r\n"
    send(session, mta, "a", raw=raw)
    record = keeper.records[0]
    assert record.envelope.trusted
    assert record.envelope.peer.address == "192.0.2.7"
    assert record.envelope.client == Client("203.0.113.5")
    assert record.verdicts["a@example.org"].findings[0].evidence == "203.0.113.5"


def test_a_release_token_lets_it_through():
    session, mta, keeper = setting()
    raw = b"X-Gatekeeper-Release: good\r\nX-Spam-Flag: YES\r\n\r\nx"
    _, ending = send(session, mta, "hold", "a", raw=raw)
    assert ending.without == ()
    assert ("chgheader", "X-Gatekeeper-Release", 1, None) in mta.deeds
    assert not [words for words in mta.deeds if words[0] == "addheader"]
    assert keeper.records[0].notes == ("released from 0123456789abc",)
    assert keeper.holds == []


def test_a_forged_release_token_is_taken_out_and_counts_for_nothing():
    session, mta, keeper = setting()
    _, ending = send(session, mta, "hold", "a", raw=b"X-Gatekeeper-Release: bad\r\n\r\nx")
    assert ending.held == ("hold@example.org",)
    assert keeper.records[0].notes[0] == "release token refused: not signed by us"
    assert b"Release" not in b"".join(keeper.holds[0].segments)


def test_refusals_are_recorded_even_if_no_message_comes():
    session, mta, keeper = setting()
    session.mail(mta, [b"<s@example.net>"])
    session.rcpt(b"<refuse@example.org>")
    session.rcpt(b"<a@example.org>")
    session.aborted()
    assert list(keeper.records[0].outcomes) == ["refuse@example.org"]
    session.mail(mta, [b"<s@example.net>"])
    session.rcpt(b"<a@example.org>")
    session.ended_well()
    assert len(keeper.records) == 1


def test_folds_of_our_fields_are_as_milters_write_them():
    session, mta, _ = setting()
    send(session, mta, "a", raw=b"X-Spam-Flag: 1\r\nA: b\r\nX-Spam-Flag: 2\r\n\r\n")
    assert mta.deeds[:2] == [("chgheader", "X-Spam-Flag", 2, None), ("chgheader", "X-Spam-Flag", 1, None)]
    added = [words for words in mta.deeds if words[0] == "addheader"]
    assert added[-1][1] == "X-Gatekeeper-Id"  # put on top last, so it is first
    assert all(words[2].startswith(" ") and "\r" not in words[2] and words[3] == 0 for words in added)
    assert any("\n\t" in words[2] for words in added)


@pytest.mark.parametrize(
    ("own", "trusted", "macros", "outbound"),
    [
        ((), (), {}, False),
        (("192.0.2.0/24",), (), {}, True),
        ((), (), {"{auth_authen}": "joe"}, True),
        (("192.0.2.0/24",), ("192.0.2.7",), {}, False),  # whose it is, the trace must tell
    ],
)
def test_mail_of_our_own_goes_out(own, trusted, macros, outbound):
    session, mta, keeper = setting(trusted, own)
    mta.macros |= macros
    send(session, mta, "joe")
    (record,) = keeper.records
    assert record.envelope.outbound is outbound


class Lessons:
    """What is taught at spam@ and ham@, and the answer to it."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.taught = reply, []
        labels = {"spam@example.org": Label.SPAM, "ham@example.org": Label.HAM}
        self.mailboxes = TeachingMailboxes(labels, self.teach)

    def teach(self, raw, label, teacher):
        self.taught.append((bytes(raw), label, teacher))
        yield frozenset()
        return self.reply


LEARNT, LATER = Reply(250, "2.0.0", ("Learnt",)), Reply(451, "4.3.0", ("Later",))


def test_who_has_signed_in_teaches_and_the_mta_has_nothing_to_deliver() -> None:
    lessons = Lessons(LEARNT)
    session, mta, keeper = setting(teaching=lessons.mailboxes)
    mta.macros["{auth_authen}"] = "kim"
    replies, ending = send(session, mta, "Spam")
    assert (replies, ending.reply, ending.discard) == ([None], None, True)
    assert lessons.taught == [(b"Subject: x\r\n\r\nx\r\n", Label.SPAM, "s@example.net")]
    (record,) = keeper.records
    assert record.envelope.recipients == ("Spam@example.org",)
    assert record.outcomes == {"Spam@example.org": Outcome(Fate.DELIVERED, "teaching", "250 2.0.0 Learnt")}
    assert (record.verdicts["Spam@example.org"].action, keeper.holds) == (Action.ACCEPT, [])


def test_who_has_not_signed_in_is_a_stranger() -> None:
    lessons = Lessons(LEARNT)
    session, mta, keeper = setting(teaching=lessons.mailboxes)
    session.mail(mta, [b"<s@example.net>"])
    assert session.rcpt(b"<spam@example.org>").code == 550
    session.ended_well()
    assert not lessons.taught
    assert keeper.records[0].outcomes["spam@example.org"].fate is Fate.REFUSED


def test_others_are_judged_and_held_as_ever_while_it_teaches() -> None:
    lessons = Lessons(LEARNT)
    session, mta, keeper = setting(own=["192.0.2.7"], teaching=lessons.mailboxes)
    replies, ending = send(session, mta, "kim", "spam", "hold", "spam")
    assert replies == [None] * 4
    assert sorted(ending.without) == ["hold@example.org", "spam@example.org"]
    assert [deed for deed in mta.deeds if deed[0] == "delrcpt"].count(("delrcpt", "<spam@example.org>")) == 2
    assert {address.partition("@")[0]: str(o.fate) for address, o in keeper.records[0].outcomes.items()} == {
        "kim": "handed-over",
        "hold": "unconfirmed",
        "spam": "delivered",
    }
    assert len(keeper.holds) == len(lessons.taught) == 1


def test_what_cannot_be_learnt_is_told_and_nobody_gets_it() -> None:
    lessons = Lessons(LATER)
    session, mta, keeper = setting(own=["192.0.2.7"], teaching=lessons.mailboxes)
    _, ending = send(session, mta, "hold", "spam")
    assert ending.reply is LATER
    assert not keeper.holds
    assert {outcome.fate for outcome in keeper.records[0].outcomes.values()} == {Fate.REFUSED}
    assert keeper.records[0].verdicts["spam@example.org"].action is Action.DEFER


def test_a_message_teaches_one_thing() -> None:
    lessons = Lessons(LEARNT)
    session, mta, _ = setting(own=["192.0.2.7"], teaching=lessons.mailboxes)
    replies, _ = send(session, mta, "refuse", "spam", "ham")
    assert [reply and reply.code for reply in replies] == [550, None, 452]
    assert [label for _, label, _ in lessons.taught] == [Label.SPAM]
