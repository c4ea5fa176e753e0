import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.app.campaigns import report
from gatekeeper.app.release import NotReleased, releasing
from gatekeeper.digests.sketches import likeness, sketches_of
from gatekeeper.message import parse
from gatekeeper.quarantine import Hold, Quarantine, Refusal
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.stores.history import History
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import (
    Action,
    Client,
    Envelope,
    Fate,
    Finding,
    Outcome,
    Record,
    Reputation,
    Reputed,
    Verdict,
    new_id,
)
from tests.servers.exchange import Exchange
from tests.unit.digests.campaign_mails import mail, wave

RAW = b"From: a@example.net\r\nSubject: invoice\r\n\r\n.dot\r\n\r\n\r\n"
SPAM = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0)
BOB, CAROL = "bob@own.test", "Carol@own.test"


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with Exchange() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, exchange: Exchange) -> Path:
    """A gateway whose next hop, and whose MTA, is the stand-in."""
    table, path = tmp_path / "mailertable", tmp_path / "gatekeeper.toml"
    table.write_text(f"own.test\tesmtp:[127.0.0.1]:{exchange.port}\nshut.test\terror:5.7.1:550 closed\n")
    path.write_text(
        f"""
        [gateway]
        hostname = "gate.test"
        state = "{tmp_path / "state"}"
        [relay]
        mailertable = "{table}"
        tls = "none"
        [quarantine]
        mta = "{exchange.address}"
        """
    )
    return path


@pytest.fixture
def quarantine(tmp_path: Path) -> Iterator[Quarantine]:
    quarantine = Quarantine(tmp_path / "state" / "quarantine")
    yield quarantine
    quarantine.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "state" / "journal.db")
    yield journal
    journal.close()


def _hold(
    quarantine: Quarantine, journal: Journal, *recipients: str, raw: bytes = RAW, sender: str = "a@b.test"
) -> str:
    to = recipients or (BOB,)
    envelope = Envelope(new_id(), "smtp", Client(), None, sender=sender, recipients=to)
    verdicts = dict.fromkeys(to, SPAM)
    quarantine.hold(Hold(envelope, verdicts, [raw], ""))
    quarantine.confirm(envelope.id)
    journal.record(Record(envelope, verdicts, dict.fromkeys(to, Outcome(Fate.HELD))))
    journal.flush()
    return envelope.id


def _release(config: Path, hold_id: str, *only: str, via: str | None = None) -> dict[str, Outcome]:
    async def run() -> dict[str, Outcome]:
        async with releasing(config) as (release, default):
            return await release.release(hold_id, via or default, only)  # type: ignore[arg-type]

    return asyncio.run(asyncio.wait_for(run(), 30))


def _known(quarantine: Quarantine, hold_id: str) -> dict[str, Outcome]:
    held = quarantine.get(hold_id)
    assert held is not None
    return held.outcomes


def test_the_bytes_go_to_the_next_hop_as_they_were_held(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal)
    outcomes = _release(config, hold_id)
    hop = f"esmtp:[127.0.0.1]:{exchange.port}"
    assert outcomes == {BOB: Outcome(Fate.RELEASED, hop, "250 2.6.0 Queued mail for delivery")}
    (message,) = exchange.messages
    assert (message.content, message.sender, message.recipients) == (RAW, "a@b.test", (BOB,))
    assert _known(quarantine, hold_id) == outcomes
    record = journal.get(hold_id)
    assert record is not None
    assert record.outcomes == outcomes


def test_the_mta_gets_it_with_a_token_on_top_that_is_good_once(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal)
    assert _release(config, hold_id, via="mta")[BOB].fate is Fate.RELEASED
    (message,) = exchange.messages
    first, content = message.content.split(b"\r\n", 1)
    assert content == RAW
    name, _, token = first.decode().partition(": ")
    assert name == "X-Gatekeeper-Release"
    assert quarantine.verify(token, message.content, ["eve@own.test"]) is Refusal.OTHER_RECIPIENTS
    assert quarantine.verify(token, message.content, message.recipients) == hold_id
    assert quarantine.verify(token, message.content, message.recipients) is Refusal.USED


def test_each_recipient_has_a_token_of_its_own(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal, BOB, CAROL)
    _release(config, hold_id, via="mta")
    for message in exchange.messages:
        token = message.content.split(b"\r\n", 1)[0].decode().partition(": ")[2]
        assert quarantine.verify(token, message.content, message.recipients) == hold_id
    assert [message.recipients for message in exchange.messages] == [(BOB,), (CAROL,)]


def test_a_message_without_a_header_stays_text_under_the_token(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal, raw=b"no header at all\r\n")
    _release(config, hold_id, via="mta")
    assert exchange.messages[0].content.split(b"\r\n", 1)[1] == b"\r\nno header at all\r\n"


def test_one_who_is_refused_stays_held_and_costs_the_others_nothing(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    exchange.behaviour.verify = {CAROL.lower()}
    hold_id = _hold(quarantine, journal, BOB, CAROL)
    outcomes = _release(config, hold_id)
    assert [(outcome.fate, outcome.reply) for outcome in outcomes.values()] == [
        (Fate.HELD, "550 5.1.1 User unknown"),
        (Fate.RELEASED, "250 2.6.0 Queued mail for delivery"),
    ]
    assert _known(quarantine, hold_id) == outcomes
    exchange.behaviour.verify = None
    assert list(_release(config, hold_id)) == [BOB]
    assert [message.recipients for message in exchange.messages] == [(CAROL,), (BOB,)]


def test_a_hop_that_does_not_confirm_may_have_it(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    exchange.behaviour.vanish = {"dot"}
    outcome = _release(config, _hold(quarantine, journal))[BOB]
    assert outcome.fate is Fate.UNCONFIRMED
    assert "did not confirm" in outcome.reply


def test_a_hop_that_is_down_leaves_it_held(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    exchange.behaviour.connections = 0
    hold_id = _hold(quarantine, journal)
    outcome = _release(config, hold_id)[BOB]
    assert (outcome.fate, outcome.reply[:3]) == (Fate.HELD, "451")
    assert quarantine.read(hold_id) == RAW


@pytest.mark.parametrize(("recipient", "reply"), [("x@shut.test", "550 5.7.1 closed"), ("x@nowhere.test", "550 5.7.1")])
def test_a_domain_without_a_next_hop_leaves_it_held(
    config: Path, quarantine: Quarantine, journal: Journal, recipient: str, reply: str
) -> None:
    outcome = _release(config, _hold(quarantine, journal, recipient))[recipient]
    assert outcome.fate is Fate.HELD
    assert outcome.reply.startswith(reply)


def test_the_null_sender_stays_null(config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange) -> None:
    _release(config, _hold(quarantine, journal, sender=""))
    assert exchange.messages[0].sender == ""


def test_only_those_asked_for_get_it(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal, BOB, CAROL)
    assert list(_release(config, hold_id, CAROL, CAROL)) == [CAROL]
    assert [message.recipients for message in exchange.messages] == [(CAROL,)]
    assert _known(quarantine, hold_id)[BOB] == Outcome(Fate.HELD)


def test_what_does_not_wait_is_not_sent(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal, BOB, CAROL)
    _release(config, hold_id, BOB)
    with pytest.raises(NotReleased, match=rf"{hold_id}: does not wait for {BOB}; it is of {BOB} \(released\)$"):
        _release(config, hold_id, BOB)
    with pytest.raises(NotReleased, match=r"does not wait for eve@own\.test"):
        _release(config, hold_id, CAROL, "eve@own.test")
    _release(config, hold_id)
    with pytest.raises(NotReleased, match="does not wait for anybody"):
        _release(config, hold_id)
    assert len(exchange.messages) == 2


@pytest.mark.parametrize("hold_id", ["t411vhxrypjg9", "../../etc/passwd", ""])
def test_what_is_not_held_is_not_sent(config: Path, quarantine: Quarantine, journal: Journal, hold_id: str) -> None:
    _hold(quarantine, journal)
    with pytest.raises(NotReleased, match="nothing of this id is held"):
        _release(config, hold_id)


def test_two_at_once_do_not_send_it_twice(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal)
    with quarantine.claim(hold_id), pytest.raises(NotReleased, match="somebody else is releasing it"):
        _release(config, hold_id)
    assert exchange.messages == []


def test_the_way_of_the_configuration_is_taken(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    config.write_text(config.read_text() + 'release_via = "mta"\n')
    _release(config, _hold(quarantine, journal))
    assert exchange.messages[0].content.startswith(b"X-Gatekeeper-Release: ")


def test_without_an_mta_nothing_goes_there(config: Path, quarantine: Quarantine, journal: Journal) -> None:
    config.write_text("".join(line for line in config.open() if "mta =" not in line))
    with pytest.raises(NotReleased, match=r"quarantine\.mta is not set"):
        _release(config, _hold(quarantine, journal), via="mta")


def test_bytes_that_are_gone_are_named(config: Path, quarantine: Quarantine, journal: Journal) -> None:
    hold_id = _hold(quarantine, journal)
    (quarantine.directory / "messages" / f"{hold_id}.eml").unlink()
    with pytest.raises(StoreError, match=r"\.eml: No such file"):
        _release(config, hold_id)


def test_a_journal_that_is_damaged_does_not_hide_the_release(
    config: Path, quarantine: Quarantine, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    hold_id = _hold(quarantine, journal)
    journal.close()
    journal.path.write_bytes(b"no database")
    assert _release(config, hold_id)[BOB].fate is Fate.RELEASED
    assert _known(quarantine, hold_id)[BOB].fate is Fate.RELEASED
    assert "is not in the journal" in caplog.text


def test_a_crash_in_the_midst_leaves_it_unconfirmed_and_says_so(
    config: Path, quarantine: Quarantine, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("gatekeeper.relay.hops.Hops.deliver", crash)
    hold_id = _hold(quarantine, journal)
    with pytest.raises(MemoryError):
        _release(config, hold_id)
    assert _known(quarantine, hold_id)[BOB].fate is Fate.UNCONFIRMED
    assert "release begun" in _known(quarantine, hold_id)[BOB].reply


def test_who_got_it_changed_is_sent_the_original_when_named(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal, BOB, CAROL)
    delivered = Outcome(Fate.DELIVERED, "hop", "250 Ok")
    quarantine.settle(hold_id, BOB, delivered)
    assert list(_release(config, hold_id)) == [CAROL]
    exchange.behaviour.verify = {CAROL.lower()}
    refused = _release(config, hold_id, BOB)[BOB]
    assert (refused.fate, refused.reply) == (Fate.DELIVERED, "550 5.1.1 User unknown")
    exchange.behaviour.verify = None
    assert _release(config, hold_id, BOB)[BOB].fate is Fate.RELEASED
    assert [message.recipients for message in exchange.messages] == [(CAROL,), (BOB,)]
    with pytest.raises(NotReleased, match="does not wait"):
        _release(config, hold_id, BOB)


def test_nobody_waits_for_the_original_of_a_changed_message(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange
) -> None:
    hold_id = _hold(quarantine, journal)
    quarantine.settle(hold_id, BOB, Outcome(Fate.HANDED_OVER))
    with pytest.raises(NotReleased, match="--to"):
        _release(config, hold_id)


def test_the_sender_of_what_is_released_is_the_better_for_it(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path
) -> None:
    history = History(tmp_path / "state" / "history.db")
    history.prune()
    client = Client("192.0.2.7")
    envelope = Envelope(new_id(), "smtp", client, client, sender="a@b.test", recipients=(BOB, CAROL))
    quarantine.hold(Hold(envelope, dict.fromkeys((BOB, CAROL), SPAM), [RAW], ""))
    _release(config, envelope.id, BOB)
    _release(config, envelope.id, CAROL)
    found = history.ask(Reputation("network:192.0.2.0/24"))
    history.close()
    assert isinstance(found, Reputed)
    assert (round(found.ham, 2), found.spam) == (1.0, 0.0), "one message, however many got it"


def test_the_original_of_what_went_on_changed_says_nothing_of_its_sender(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path
) -> None:
    history = History(tmp_path / "state" / "history.db")
    history.prune()
    client = Client("192.0.2.7")
    envelope = Envelope(new_id(), "smtp", client, client, sender="a@b.test", recipients=(BOB,))
    quarantine.hold(Hold(envelope, {BOB: SPAM}, [RAW], ""))
    quarantine.settle(envelope.id, BOB, Outcome(Fate.DELIVERED))
    assert _release(config, envelope.id, BOB)[BOB].fate is Fate.RELEASED
    assert history.ask(Reputation("network:192.0.2.0/24")) == Reputed()
    history.close()


def test_where_nothing_is_remembered_it_is_released_all_the_same(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path
) -> None:
    assert _release(config, _hold(quarantine, journal))[BOB].fate is Fate.RELEASED
    assert not (tmp_path / "state" / "history.db").exists()


CAMPAIGN = replace(SPAM, findings=(Finding("campaign-reported", 6.0, "text 91% alike"),))


def _campaigns(tmp_path: Path) -> Campaigns:
    pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
    """Where something like what is held below was reported."""
    campaigns = Campaigns(tmp_path / "state" / "campaigns.db", likeness)
    report(parse(mail(wave(1, 0))), campaigns)
    return campaigns


def _is_reported(campaigns: Campaigns) -> bool:
    (sketch,) = sketches_of(parse(mail(wave(1, 2))))
    return campaigns.reported(sketch) is not None


@pytest.mark.parametrize(("verdict", "reported"), [(CAMPAIGN, False), (SPAM, True)])
def test_what_is_like_a_released_message_is_reported_no_more_if_it_was_held_as_such(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path, verdict: Verdict, reported: bool
) -> None:
    campaigns = _campaigns(tmp_path)
    envelope = Envelope(new_id(), "smtp", Client(), None, sender="a@b.test", recipients=(BOB,))
    quarantine.hold(Hold(envelope, {BOB: verdict}, [mail(wave(1, 1))], ""))
    _release(config, envelope.id)
    assert _is_reported(campaigns) is reported


def test_what_is_not_released_stays_reported(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path
) -> None:
    campaigns = _campaigns(tmp_path)
    envelope = Envelope(new_id(), "smtp", Client(), None, sender="a@b.test", recipients=("joe@shut.test",))
    quarantine.hold(Hold(envelope, {"joe@shut.test": CAMPAIGN}, [mail(wave(1, 1))], ""))
    assert _release(config, envelope.id)["joe@shut.test"].fate is Fate.HELD
    assert _is_reported(campaigns)


def test_a_damaged_store_of_campaigns_keeps_nothing_from_being_released(
    config: Path, quarantine: Quarantine, journal: Journal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
    envelope = Envelope(new_id(), "smtp", Client(), None, sender="a@b.test", recipients=(BOB,))
    quarantine.hold(Hold(envelope, {BOB: CAMPAIGN}, [mail(wave(1, 1))], ""))
    (tmp_path / "state" / "campaigns.db").write_bytes(b"no database" * 1000)
    assert _release(config, envelope.id)[BOB].fate is Fate.RELEASED
    assert "what is like it is still reported" in caplog.text


def test_what_expires_meanwhile_is_not_sent(
    config: Path, quarantine: Quarantine, journal: Journal, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_id = _hold(quarantine, journal)
    read = Quarantine.read

    def slowly(self: Quarantine, held: str, most: int = -1) -> bytes:
        quarantine.settle(held, BOB, Outcome(Fate.EXPIRED))
        return read(self, held, most)

    monkeypatch.setattr(Quarantine, "read", slowly)
    assert _release(config, hold_id) == {BOB: Outcome(Fate.EXPIRED)}
    assert not exchange.messages
