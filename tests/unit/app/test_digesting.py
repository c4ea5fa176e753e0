"""Digests with a real quarantine and a real next hop: to whom, of what, once, and again where it was not taken."""

import asyncio
import re
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from gatekeeper.app import build, digest_clock, digesting, state
from gatekeeper.app.digest_clock import DigestClock
from gatekeeper.app.digesting import Digesting, Due
from gatekeeper.quarantine import Quarantine, digest_ledger
from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_ledger import Sending
from gatekeeper.quarantine.digest_token import Ticket
from gatekeeper.quarantine.listing import Query
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Fate, Finding, Outcome, Verdict
from gatekeeper.web.services import DirectoryError
from tests.servers.exchange import Exchange
from tests.servers.ldap import directory
from tests.servers.room import wait_until
from tests.unit.lookups.test_ldap_people import KIM as PERSON
from tests.unit.lookups.test_ldap_people import TEAM, Answering
from tests.unit.quarantine.samples import RAW, SPAM, held, hold

KIM, LEE = "kim@example.org", "lee@example.org"
SITE = "https://quarantine.example.org"
BANNED = Verdict(Action.QUARANTINE, "banned-attachment", findings=(Finding("banned-attachment", danger=True),))
WORM = Verdict(Action.QUARANTINE, "virus-found", findings=(Finding("virus-found", danger=True),))
POLICY = Verdict(Action.QUARANTINE, "access-denied", findings=(Finding("access-denied", certain=Action.QUARANTINE),))
_HOUR = (time.localtime().tm_hour + 12) % 24  # so that no period ends while a test runs
_CONFIG = """\
[gateway]
hostname = "mx.example.org"
state = "{home}/state"
[relay]
mailertable = "{home}/mailertable"
tls = "none"
[web]
url = "{site}/"
[digest]
hours = [{hour}]
enabled = true
"""
_DIRECTORY = """\
[directory]
servers = ["{url}"]
search_base = "dc=example"
filter = "(mail=%s)"
timeout = {timeout}
starttls = false
[domains."example.org"]
verify = "ldap"
delimiter = "+"
"""


class World:
    """A quarantine of `home`, a next hop, and what tells people by mail."""

    def __init__(self, home: Path, sink: Exchange, settings: str = "") -> None:
        self.home, self.sink = home, sink
        (home / "gatekeeper.toml").write_text(_CONFIG.format(home=home, site=SITE, hour=_HOUR) + settings)
        (home / "mailertable").write_text(f"example.org\tesmtp:[127.0.0.1]:{sink.port}\n")
        self.setup = build.read(home / "gatekeeper.toml")
        self.quarantine: Quarantine = state.quarantine(self.setup.config)

    @property
    def now(self) -> float:
        return time.time()

    def hold(self, *recipients: str, subject: str = "the invoice", verdict: Verdict = SPAM) -> str:
        return held(self.quarantine, hold(RAW.replace(b"the invoice", subject.encode()), *recipients, verdict=verdict))

    def digest(self, only: str = "", later: float = 0.0) -> list[Due]:
        """What is sent by a process of its own, so to speak."""

        async def once() -> list[Due]:
            digesting = Digesting(self.setup)
            try:
                return await digesting.once(self.now + later, only)
            finally:
                await digesting.close()

        return asyncio.run(once())

    def due(self) -> list[str]:
        async def due() -> list[str]:
            digesting = Digesting(self.setup)
            try:
                return [one.recipient async for one in digesting.due(self.now)]
            finally:
                await digesting.close()

        return asyncio.run(due())

    def texts(self) -> list[str]:
        """What has arrived, as text; nothing of it is left."""
        messages = [message_from_bytes(message.content, policy=default) for message in self.sink.messages]
        self.sink.messages.clear()
        return [message.get_body(("plain",)).get_content() for message in messages]  # type: ignore[union-attr]

    def tokens(self, text: str) -> dict[Act, Ticket]:
        """The links in a text, by what they are for."""
        ledger = digest_ledger.DigestLedger(self.quarantine.directory)
        found = [ledger.ticket(word) for word in re.findall(rf"{SITE}/digest/(\S+)", text)]
        ledger.close()
        return {ticket.act: ticket for ticket in found if isinstance(ticket, Ticket)}


@pytest.fixture
def sink() -> Iterator[Exchange]:
    with Exchange() as exchange:
        yield exchange


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is held is in the index: nobody holds anything at the same time."""
    monkeypatch.setattr(digesting, "_SETTLED", 0.0)


@pytest.fixture
def world(tmp_path: Path, sink: Exchange) -> Iterator[World]:
    world = World(tmp_path, sink)
    yield world
    world.quarantine.close()


def test_whoever_has_something_new_is_told_by_the_null_sender(world: World) -> None:
    hold_id = world.hold(KIM, LEE)
    sent = world.digest()
    assert [(one.recipient, one.count) for one in sent] == [(KIM, 1), (LEE, 1)]
    assert {one.outcome and one.outcome.fate for one in sent} == {Fate.DELIVERED}
    kim, lee = world.sink.messages
    assert (kim.sender, kim.recipients, lee.recipients) == ("", (KIM,), (LEE,))
    message = message_from_bytes(kim.content, policy=default)
    assert message["From"] == "Quarantine <quarantine@mx.example.org>"
    assert message["Message-ID"].endswith(".digest@mx.example.org>")
    for text, address, other in zip(world.texts(), (KIM, LEE), (LEE, KIM), strict=True):
        assert "the invoice" in text
        assert "alice@example.net" in text
        assert other not in text
        tokens = world.tokens(text)
        assert tokens.keys() == {Act.RELEASE, Act.DELETE, Act.BLOCK}
        assert {ticket.hold_id for ticket in tokens.values()} == {hold_id}
        assert all(ticket.is_for(address) and not ticket.is_for(other) for ticket in tokens.values())
        assert all(0 < ticket.expires - time.time() - 6.9 * 86_400 < 86_400 for ticket in tokens.values())


def test_nobody_is_told_twice_of_the_same(world: World) -> None:
    world.hold(KIM, subject="first")
    assert len(world.digest()) == 1
    assert world.digest() == []
    world.hold(KIM, subject="second")
    assert world.digest() == [], "not in this period again"
    assert [one.count for one in world.digest(later=86_400)] == [1]
    assert "second" in world.texts()[1]
    assert world.digest(later=2 * 86_400) == [], "there is nothing new"


def test_what_nobody_waits_for_is_not_told(world: World) -> None:
    hold_id = world.hold(KIM)
    world.quarantine.settle(hold_id, KIM, Outcome(Fate.RELEASED))
    assert world.digest() == []
    world.hold(KIM, subject="other")
    world.digest()
    assert "the invoice" not in world.texts()[0]


def test_of_kinds_that_users_may_not_see_nobody_is_told(world: World) -> None:
    world.hold(KIM, verdict=WORM, subject="worm")
    assert world.digest() == []
    world.hold(KIM, verdict=BANNED, subject="banned")
    (sent,) = world.digest()
    assert sent.count == 1
    (text,) = world.texts()
    assert "worm" not in text
    assert world.tokens(text).keys() == {Act.REQUEST, Act.DELETE, Act.BLOCK}, "they may ask, and not release"


def test_where_the_matrix_lets_users_see_nothing_of_a_kind_nothing_is_told(tmp_path: Path, sink: Exchange) -> None:
    world = World(tmp_path, sink, "[quarantine.matrix.spam]\nuser = []\n")
    world.hold(KIM)
    assert world.digest() == []
    world.hold(KIM, verdict=POLICY, subject="policy")
    assert [one.count for one in world.digest()] == [1]


def test_only_the_kinds_that_are_set_are_told(tmp_path: Path, sink: Exchange) -> None:
    settings = 'kinds = ["policy"]\n[quarantine.matrix.policy]\nuser = ["see"]\n'
    world = World(tmp_path, sink, settings)
    world.hold(KIM, subject="spam")
    assert world.digest() == []
    world.hold(KIM, subject="policy", verdict=POLICY)
    world.digest()
    (text,) = world.texts()
    assert "policy" in text
    assert world.tokens(text) == {}, "they may see it and no more"
    assert "digest/" not in text


def test_the_newest_are_listed_and_the_others_counted(tmp_path: Path, sink: Exchange) -> None:
    world = World(tmp_path, sink, "most = 3\n")
    for number in range(5):
        world.hold(KIM, subject=f"number {number}")
    world.hold(KIM, subject="banned thing", verdict=BANNED)
    (sent,) = world.digest()
    assert sent.count == 6
    (text,) = world.texts()
    assert re.findall(r"number \d|banned thing", text) == ["banned thing", "number 4", "number 3"]
    assert "And 3 more" in text


def test_however_many_there_are_all_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list says "10,000 or more"; a mail that says how many says so truly."""
    asked: list[int] = []
    count = Quarantine.count

    def counted(self: Quarantine, query: Query, most: int = 10_000) -> int:
        asked.append(most)
        return count(self, query, most)

    monkeypatch.setattr(Quarantine, "count", counted)
    for number in range(26):
        world.hold(KIM, subject=f"number {number}")
    assert [one.count for one in world.digest()] == [26]
    assert asked == [1_000_000]


@pytest.mark.parametrize(
    "address",
    ["kim@elsewhere.test", "@example.org", "kim%far.test@example.org", "far.test!kim@example.org", "kim", ""],
)
def test_nothing_is_sent_but_to_addresses_of_ours(world: World, address: str) -> None:
    world.hold(address)
    assert world.digest() == []
    assert world.digest(only=address or KIM) == []


def test_some_get_none(tmp_path: Path, sink: Exchange) -> None:
    world = World(tmp_path, sink, 'without = ["Sales@example.org", "@lists.example.org"]\n')
    (tmp_path / "mailertable").write_text(f"example.org\tesmtp:[127.0.0.1]:{sink.port}\n.\terror:5.1.1:550 no\n")
    world.hold("sales@Example.org", "a@lists.example.org", KIM)
    assert [one.recipient for one in world.digest()] == [KIM]


def by_directory(server: Answering, tmp_path: Path, sink: Exchange, *addresses: str) -> tuple[list[Due], list[Due]]:
    """What would be sent, and what became of it, where a directory says whose these addresses are."""

    async def run() -> tuple[list[Due], list[Due]]:
        async with directory(server) as listening:
            patience = 0.3 if server.silent else 10.0
            world = World(tmp_path, sink, _DIRECTORY.format(url=listening.url, timeout=patience))
            for address in addresses:
                world.hold(address)
            digesting = Digesting(world.setup)
            try:
                return [one async for one in digesting.due(world.now)], await digesting.once(world.now)
            finally:
                await digesting.close()
                world.quarantine.close()

    return asyncio.run(run())


def test_a_list_gets_none_where_a_directory_can_tell(tmp_path: Path, sink: Exchange) -> None:
    """Each of its members would get the same links; what is held for it is the administrators'."""
    server = Answering({KIM: [("cn=kim", PERSON)], "sales@example.org": [("cn=sales", TEAM)]})
    due, sent = by_directory(server, tmp_path, sink, KIM, "sales@example.org", "sales+x@example.org", LEE)
    assert sorted(one.recipient for one in due) == sorted(one.recipient for one in sent) == [KIM, LEE]
    assert sorted(message.recipients for message in sink.messages) == [(KIM,), (LEE,)]


def test_however_its_domain_is_written_a_list_gets_none(tmp_path: Path, sink: Exchange) -> None:
    server = Answering({"sales@example.org": [("cn=sales", TEAM)]})
    assert by_directory(server, tmp_path, sink, "sales@example.org.", "Sales@EXAMPLE.org") == ([], [])


def test_while_the_directory_is_silent_nobody_is_told_and_then_it_is_tried_again(
    tmp_path: Path, sink: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    server = Answering({KIM: [("cn=kim", PERSON)]}, silent=True)
    addresses = (KIM, LEE, "c@example.org", "d@example.org")
    due, sent = by_directory(server, tmp_path, sink, *addresses)
    assert len(due) == len(sent) == 3, "the rest waits"
    for one in (*due, *sent):
        assert one.outcome
        assert one.outcome.reply.startswith("451 4.3.0 the directory: ")
    assert not sink.messages
    server.silent = False
    _, sent = by_directory(server, tmp_path, sink)
    assert [one.outcome and one.outcome.fate for one in sent] == [Fate.DELIVERED] * 4


def test_a_directory_that_fails_now_and_then_stops_nobody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many in a row do."""

    async def sometimes(self: object, address: str) -> bool:
        if "odd" in address:
            raise DirectoryError("busy")
        return False

    monkeypatch.setattr("gatekeeper.app.digest_readers.DigestReaders.are_many", sometimes)
    for number in range(7):
        world.hold(f"{number}{'odd' if number % 2 == 0 else ''}@example.org")
    sent = world.digest(), world.digest()
    assert [len(one) for one in sent] == [7, 0]
    assert len(world.sink.messages) == 3


def test_one_alone_can_be_told(world: World) -> None:
    world.hold(KIM, LEE)
    assert [one.recipient for one in world.digest(only=LEE)] == [LEE]
    assert [one.recipient for one in world.digest()] == [KIM]


def test_an_address_is_one_however_it_is_written(world: World) -> None:
    world.hold(KIM)
    world.hold("KIM@Example.ORG", subject="again")
    (sent,) = world.digest()
    assert sent.count == 2


def test_asking_what_is_due_changes_nothing(world: World) -> None:
    world.hold(KIM)
    assert world.due() == [KIM]
    assert world.due() == [KIM]
    assert len(world.digest()) == 1
    assert world.due() == []


def test_own_hours_take_the_place_of_everybodys(world: World) -> None:
    world.hold(KIM, LEE)
    ledger = digest_ledger.DigestLedger(world.quarantine.directory)
    ledger.wish(KIM, ())
    ledger.wish(LEE, tuple(range(24)))
    assert [one.recipient for one in world.digest()] == [LEE]
    world.hold(LEE, subject="an hour later")
    assert [one.recipient for one in world.digest(later=3600)] == [LEE]
    ledger.wish(KIM, None)
    assert [one.recipient for one in world.digest()] == [KIM]
    ledger.close()


def test_what_is_not_taken_now_is_tried_again_in_the_same_period(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sink.behaviour.rcpt_replies[KIM] = ["451 4.3.0 not now"]
    world.hold(KIM)
    (first,) = world.digest()
    assert first.outcome
    assert first.outcome.fate is Fate.REFUSED
    assert world.digest() == [], "not at once"
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    (second,) = world.digest()
    assert second.outcome
    assert second.outcome.fate is Fate.DELIVERED
    assert second.period == first.period
    assert len(world.texts()) == 1


def test_what_is_refused_for_good_is_not_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    world.sink.behaviour.rcpt_replies[KIM] = ["550 5.1.1 unknown"]
    world.hold(KIM)
    assert len(world.digest()) == 1
    assert world.digest() == []
    assert [one.count for one in world.digest(later=86_400)] == [1], "but the next one tells of it"


def test_whether_it_was_taken_is_not_known_so_it_is_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    world.sink.behaviour.vanish = {"dot"}
    world.hold(KIM)
    (sent,) = world.digest()
    assert sent.outcome
    assert sent.outcome.fate is Fate.UNCERTAIN
    world.sink.behaviour.vanish = set()
    assert world.digest() == []
    assert len(world.sink.messages) == 1


def test_a_crash_while_it_is_sent_sends_it_no_second_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is there before anything leaves; what the next hop has got by then, nobody can say."""
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    world.hold(KIM)

    async def crash(self: object, address: str, raw: bytes) -> Outcome:
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr("gatekeeper.app.posting.Posting.post", crash)
        with pytest.raises(KeyboardInterrupt):
            world.digest()
    assert world.digest() == []
    assert [one.count for one in world.digest(later=86_400)] == [1]


def test_many_processes_send_it_once(world: World) -> None:
    for number in range(6):
        world.hold(f"user{number}@example.org")

    async def all_at_once() -> list[list[Due]]:
        several = [Digesting(world.setup) for _ in range(4)]
        try:
            return await asyncio.gather(*(one.once(world.now) for one in several))
        finally:
            for one in several:
                await one.close()

    sent = [one.recipient for each in asyncio.run(all_at_once()) for one in each]
    assert sorted(sent) == [f"user{number}@example.org" for number in range(6)]
    assert sorted(to for message in world.sink.messages for to in message.recipients) == sorted(sent)


def test_where_the_next_hop_takes_nothing_the_rest_waits(world: World) -> None:
    world.sink.behaviour.replies["rcpt"] = "451 4.3.0 not now"
    for number in range(6):
        world.hold(f"user{number}@example.org")
    assert len(world.digest()) == 3
    assert len(world.digest()) == 3, "others have their turn"


def test_what_was_being_held_this_moment_is_for_the_next_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not be in the index yet, and would never be told of."""
    monkeypatch.setattr(digesting, "_SETTLED", 60.0)
    world.hold(KIM)
    assert world.digest() == []
    assert [one.count for one in world.digest(later=61)] == [1]


def test_the_clock_looks_once_in_a_period_and_stops_when_told(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(digest_clock, "EVERY", 0.01)
    ahead = [1.0]
    monkeypatch.setattr(digest_clock, "time", SimpleNamespace(time=lambda: time.time() + ahead[0]))
    looked: list[float] = []
    once = Digesting.once

    async def counted(self: Digesting, now: float, only: str = "", ending: Event | None = None) -> list[Due]:
        looked.append(now)
        return await once(self, now, only, ending)

    monkeypatch.setattr(Digesting, "once", counted)
    world.hold(KIM)
    clock = DigestClock(world.setup)
    clock.start()
    try:
        wait_until(lambda: world.sink.messages, "Kim is told")
        world.hold(LEE)
        ahead[0] += 86_400
        wait_until(lambda: len(world.sink.messages) == 2, "Lee is told the next day")
    finally:
        clock.close()
    assert len(looked) == 2
    assert not clock._thread.is_alive()
    assert [record.fields["recipient"] for record in caplog.records if record.message == "digest"] == [KIM, LEE]  # type: ignore[attr-defined]


def test_the_clock_tries_again_what_was_not_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_clock, "_PAUSE", 0.01)
    monkeypatch.setattr(digest_ledger, "RETRY", 0.0)
    world.sink.behaviour.rcpt_replies[KIM] = ["451 4.3.0 not now", "451 4.3.0 not now"]
    world.hold(KIM)
    clock = DigestClock(world.setup)
    clock.start()
    try:
        wait_until(lambda: world.sink.messages, "Kim is told")
    finally:
        clock.close()


def test_the_clock_says_once_what_is_wrong_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(digest_clock, "_PAUSE", 0.01)
    failures = [0]

    async def fail(self: Digesting, *_: object, **__: object) -> list[Due]:
        failures[0] += 1
        raise StoreError(Path("index.db"), "is damaged", "move it away")

    monkeypatch.setattr(Digesting, "once", fail)
    clock = DigestClock(world.setup)
    clock.start()
    try:
        wait_until(lambda: failures[0] > 3, "it is tried again")
    finally:
        clock.close()
    assert caplog.text.count("nobody is told what is held") == 1


def test_the_clock_outlasts_a_key_that_is_none(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.hold(KIM)
    (world.quarantine.directory / "digest.key").write_bytes(b"short")
    clock = DigestClock(world.setup)
    clock.start()
    try:
        wait_until(lambda: "digest.key: not a key" in caplog.text, "it is said")
        assert clock._thread.is_alive()
    finally:
        clock.close()


def test_where_digests_are_off_no_clock_runs(world: World) -> None:
    (world.home / "gatekeeper.toml").write_text(
        _CONFIG.format(home=world.home, site=SITE, hour=_HOUR).replace("true", "false")
    )
    off = build.read(world.home / "gatekeeper.toml")
    clock = DigestClock(off)
    clock.start()
    assert not clock._thread.is_alive()
    clock.close()


def test_the_ledger_is_beside_the_quarantine_and_its_rows_say_how_far_each_is(world: World) -> None:
    world.hold(KIM)
    (sent,) = world.digest()
    ledger = digest_ledger.DigestLedger(world.quarantine.directory)
    assert ledger.sent(KIM, sent.period) is Sending.SENT
    ledger.close()
