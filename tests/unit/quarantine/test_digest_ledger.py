"""A digest is sent once, whoever sends it and whatever breaks; a link is used once; wishes are kept."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatekeeper.quarantine import digest_ledger
from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_ledger import DigestLedger, Sending
from gatekeeper.quarantine.digest_token import NoTicket, Ticket, token

KIM, LEE, SEVEN, NOON = "kim@example.org", "lee@example.org", "2026-11-28T07", "2026-11-28T12"
ID = "t411vhxrypjg9"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DigestLedger]:
    ledger = DigestLedger(tmp_path)
    yield ledger
    ledger.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(digest_ledger.time, "time", lambda: now[0])
    return now


def test_one_is_sent_once_in_a_period(ledger: DigestLedger, clock: list[float]) -> None:
    assert ledger.begin(KIM, SEVEN, 100.0)
    assert not ledger.begin(KIM, SEVEN, 100.0)
    assert not ledger.begin("KIM@example.org", SEVEN, 100.0)
    assert ledger.begin(LEE, SEVEN, 100.0)
    assert ledger.begin(KIM, NOON, 200.0)
    ledger.end(KIM, SEVEN, Sending.SENT, "250 ok")
    clock[0] += 10 * digest_ledger.RETRY
    assert not ledger.begin(KIM, SEVEN, 300.0)
    assert ledger.sent(KIM, SEVEN) is Sending.SENT
    assert ledger.sent(KIM, "2026-11-29T07") is None


def test_of_many_who_begin_at_once_one_may(tmp_path: Path) -> None:
    ledgers = [DigestLedger(tmp_path) for _ in range(8)]
    barrier = threading.Barrier(8)

    def begin(ledger: DigestLedger) -> bool:
        barrier.wait()
        return ledger.begin(KIM, SEVEN, 100.0)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, ledgers)) == 1
    for ledger in ledgers:
        ledger.close()


def test_whoever_broke_down_may_have_sent_it_so_nobody_does_again(
    ledger: DigestLedger, tmp_path: Path, clock: list[float]
) -> None:
    assert ledger.begin(KIM, SEVEN, 100.0)
    clock[0] += 10 * digest_ledger.RETRY
    assert not DigestLedger(tmp_path).begin(KIM, SEVEN, 200.0)
    assert ledger.told_until() == {}, "the next one tells of the same"
    assert not ledger.waiting([SEVEN])


def test_what_was_not_taken_is_tried_again_after_a_while(ledger: DigestLedger, clock: list[float]) -> None:
    assert ledger.begin(KIM, SEVEN, 100.0)
    ledger.end(KIM, SEVEN, Sending.DUE, "451 later")
    assert ledger.waiting([SEVEN, NOON])
    assert not ledger.waiting([NOON])
    assert not ledger.begin(KIM, SEVEN, 150.0)
    clock[0] += digest_ledger.RETRY
    assert ledger.begin(KIM, SEVEN, 200.0)
    ledger.end(KIM, SEVEN, Sending.SENT)
    assert ledger.told_until() == {KIM: 200.0}
    assert not ledger.waiting([SEVEN])


@pytest.mark.parametrize("state", [Sending.REFUSED, Sending.UNCERTAIN, Sending.DUE])
def test_only_what_was_sent_has_told_anybody_anything(ledger: DigestLedger, state: Sending) -> None:
    ledger.begin("Kim@example.org", SEVEN, 100.0)
    ledger.end(KIM, SEVEN, Sending.SENT)
    ledger.begin(KIM, NOON, 200.0)
    ledger.end(KIM, NOON, state)
    assert ledger.told_until() == {KIM: 100.0}


def test_nothing_is_ended_that_nobody_has_begun(ledger: DigestLedger) -> None:
    ledger.end(KIM, SEVEN, Sending.SENT)
    assert ledger.sent(KIM, SEVEN) is None


def test_the_row_is_on_disk_before_anything_is_sent(ledger: DigestLedger, tmp_path: Path) -> None:
    ledger.begin(KIM, SEVEN, 100.0)
    with sqlite3.connect(tmp_path / "digest.db") as other:
        assert other.execute("SELECT recipient, state FROM digests").fetchall() == [(KIM, "sending")]
    assert ledger._database._durability == "FULL"


def ticket(ledger: DigestLedger, expires: float = 4e9) -> tuple[str, Ticket]:
    written = token(ledger.key, ID, Act.RELEASE, KIM, expires)
    found = ledger.ticket(written)
    assert isinstance(found, Ticket)
    return written, found


def test_a_link_is_used_once_and_asking_does_not_use_it(ledger: DigestLedger, tmp_path: Path) -> None:
    written, found = ticket(ledger)
    assert ledger.ticket(written) == found
    assert ledger.spend(found)
    assert not DigestLedger(tmp_path).spend(found)
    assert ledger.ticket(written) is NoTicket.USED
    ledger.give_back(found)
    assert ledger.ticket(written) == found
    assert ledger.spend(found)


def test_links_of_another_gateway_are_none_of_ours(ledger: DigestLedger, tmp_path: Path) -> None:
    written, _ = ticket(ledger)
    other = DigestLedger(tmp_path / "other")
    assert other.ticket(written) is NoTicket.FORGED
    assert (tmp_path / "digest.key").stat().st_mode & 0o777 == 0o600
    other.close()


def test_wishes_are_kept_until_they_are_taken_back(ledger: DigestLedger) -> None:
    ledger.wish("Kim@Example.org", (7, 13))
    ledger.wish(LEE, ())
    assert ledger.wishes() == {KIM: (7, 13), LEE: ()}
    ledger.wish(KIM, (8,))
    ledger.wish(LEE, None)
    assert ledger.wishes() == {KIM: (8,)}


def test_what_is_old_is_forgotten(ledger: DigestLedger, clock: list[float]) -> None:
    written, found = ticket(ledger, expires=clock[0] + 100)
    ledger.spend(found)
    ledger.begin(KIM, SEVEN, 100.0)
    ledger.wish(KIM, (7,))
    ledger.prune(30)
    assert ledger.sent(KIM, SEVEN)
    assert ledger.ticket(written) is NoTicket.USED
    clock[0] += 31 * 86_400
    ledger.prune(30)
    assert ledger.sent(KIM, SEVEN) is None
    assert ledger.ticket(written) is NoTicket.EXPIRED
    assert ledger._database.read("SELECT * FROM spent") == []
    assert ledger.wishes() == {KIM: (7,)}
