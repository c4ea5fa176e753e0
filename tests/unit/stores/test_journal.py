import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings

from gatekeeper.stores import journal as module
from gatekeeper.stores import opening, writer
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Fate, Outcome, Record, Verdict

from . import strategies
from .samples import record


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LINGER", 0.005)
    monkeypatch.setattr(writer, "RETRY", 0.02)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db")
    yield journal
    journal.close()


@pytest.fixture(scope="module")
def long_journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    journal = Journal(tmp_path_factory.mktemp("journal") / "journal.db")
    yield journal
    journal.close()


def _kept(journal: Journal, *records: Record) -> list[str]:
    for each in records:
        journal.record(each)
    assert journal.flush()
    return [each.envelope.id for each in records]


@settings(deadline=None, max_examples=100)
@given(kept=strategies.records)
def test_every_record_comes_back(long_journal: Journal, kept: Record) -> None:
    (message_id,) = _kept(long_journal, kept)
    assert long_journal.get(message_id) == kept
    assert long_journal.lost == 0


def test_the_order_of_recipients_is_kept(journal: Journal) -> None:
    kept = record("a@example.net", "z@example.org", "b@example.org", "y@example.org")
    (message_id,) = _kept(journal, kept)
    found = journal.get(message_id)
    assert found is not None
    assert list(found.outcomes) == list(kept.outcomes)


def test_an_unknown_message_is_none(journal: Journal) -> None:
    _kept(journal, record())
    for unknown in ("0000000000000", "*", "\udce9"):
        assert journal.get(unknown) is None


@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 137, 600])
def test_batches_of_any_length_are_written_whole(journal: Journal, count: int) -> None:
    ids = _kept(journal, *(record() for _ in range(count)))
    found = journal.find(limit=1000)
    assert [each.envelope.id for each in found] == ids[::-1]
    assert all(list(each.outcomes) == ["bob@example.org"] for each in found)


@pytest.fixture
def three(journal: Journal) -> list[str]:
    return _kept(
        journal,
        record("alice@example.net", "bob@example.org", received_at=100.0),
        record("Mallory@Example.com", "bob@example.org", "carol@example.org", reason="spam-score", received_at=200.0),
        record("", "carol@example.org", reason="dnsbl-listed", received_at=300.0),
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [2, 1, 0]),
        ({"limit": 2}, [2, 1]),
        ({"sender": "mallory@example.com"}, [1]),
        ({"sender": ""}, [2]),
        ({"sender": "*@example.*"}, [1, 0]),
        ({"recipient": "BOB@example.org"}, [1, 0]),
        ({"recipient": "carol*", "sender": "mallory*"}, [1]),
        ({"reason": "spam-score"}, [1]),
        ({"since": 200.0}, [2, 1]),
        ({"since": 200.5}, [2]),
        ({"recipient": "nobody@example.org"}, []),
    ],
)
def test_finding(journal: Journal, three: list[str], wanted: dict, found: list[int]) -> None:
    assert [each.envelope.id for each in journal.find(**wanted)] == [three[place] for place in found]


def test_the_worst_verdict_is_what_a_message_is_found_by(journal: Journal) -> None:
    mixed = record("a@example.net", "a@example.org", "b@example.org")
    mixed.verdicts["b@example.org"] = Verdict(Action.QUARANTINE, "banned-attachment")
    _kept(journal, mixed)
    assert journal.find(reason="banned-attachment") == [mixed]
    assert journal.find(reason="clean") == []


def test_a_fate_is_updated_for_one_recipient(journal: Journal) -> None:
    kept = record("a@example.net", "bob@example.org", "Bob@example.org")
    journal.record(kept)
    released = Outcome(Fate.RELEASED, "[127.0.0.1]", "250 Ok")
    assert journal.update_fate(kept.envelope.id, "Bob@example.org", released)  # no flush needed before
    found = journal.get(kept.envelope.id)
    assert found == replace(kept, outcomes={**kept.outcomes, "Bob@example.org": released})


def test_a_fate_of_nobody_is_not_updated(journal: Journal) -> None:
    (message_id,) = _kept(journal, record())
    assert not journal.update_fate(message_id, "carol@example.org", Outcome(Fate.RELEASED))
    assert not journal.update_fate("0000000000000", "bob@example.org", Outcome(Fate.RELEASED))


def test_what_is_too_old_is_pruned_and_nothing_else(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PRUNE", 4)
    now = time.time()
    ids = _kept(journal, *(record(received_at=now - days * 86_400) for days in (9, 8, 7.5, 7.4, 7.3, 7.2, 6.9, 1, 0)))
    assert journal.prune(7) == 6
    assert [each.envelope.id for each in journal.find()] == ids[:5:-1]
    with closing(sqlite3.connect(journal.path)) as connection:
        for table in ("records", "details", "recipients"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (3,)
    assert journal.prune(7) == 0
    more = _kept(journal, record())
    assert journal.find(limit=1)[0].envelope.id == more[0]


def test_a_record_written_twice_is_there_once(journal: Journal) -> None:
    """As after a commit that was said to fail and did not."""
    kept = record()
    _kept(journal, kept)
    _kept(journal, kept, record())
    assert len(journal.find()) == 2
    assert journal.get(kept.envelope.id) == kept
    assert journal.lost == 0


def _write_some(path: Path, count: int) -> None:
    journal = Journal(path)
    for _ in range(count):
        journal.record(record())
    journal.close()
    os._exit(1 if journal.lost else 0)


def test_several_processes_write_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    context = get_context("fork")
    children = [context.Process(target=_write_some, args=(path, 300)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    found = Journal(path, create=False).find(limit=10_000)
    assert len({each.envelope.id for each in found}) == 1200
    assert all(each.outcomes for each in found)


def test_record_does_not_wait_for_a_locked_file(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.01)
    _kept(journal, record())
    journal._database.close()
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        kept = [record() for _ in range(50)]
        for each in kept:
            journal.record(each)
        assert not journal.flush(0.05)
        assert other.execute("SELECT count(*) FROM records").fetchone() == (1,)
    assert journal.flush()
    assert len(journal.find()) == 51
    assert journal.lost == 0


def test_records_wait_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connect, opened = opening.connect, []

    def small(*arguments: object) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.execute(f"PRAGMA max_page_count = {10 if not opened else 10_000}")
        return connection

    monkeypatch.setattr("gatekeeper.stores.database.connect", small)
    losses: list[int] = []
    journal = Journal(tmp_path / "journal.db", losses.append)
    kept = [record() for _ in range(100)]
    for each in kept:
        journal.record(each)
    assert not journal.flush(0.1)
    assert "database or disk is full; make room on the disk" in caplog.text
    opened.append("room was made")
    assert journal.flush()
    assert {each.envelope.id for each in journal.find()} == {each.envelope.id for each in kept}
    assert losses == []
    journal.close()


def test_what_is_lost_is_counted_when_the_end_comes_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CAPACITY", 20)
    (tmp_path / "journal.db").write_bytes(b"no database\n" * 1000)
    losses: list[int] = []
    journal = Journal(tmp_path / "journal.db", losses.append)
    for _ in range(30):
        journal.record(record())
    journal.close(timeout=0.05)
    assert sum(losses) == journal.lost == 30
    assert "file is not a database" in caplog.text


def test_a_record_that_cannot_be_written_costs_no_other(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    good = [record(), record()]
    bad = replace(record(), size="many")  # type: ignore[arg-type]
    _kept(journal, good[0], bad, good[1])
    assert journal.find() == good[::-1]
    assert journal.lost == 1


def test_searching_a_journal_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        Journal(tmp_path / "journal.db", create=False).find()
    assert not (tmp_path / "journal.db").exists()


def test_many_threads_record(journal: Journal) -> None:
    threads = [threading.Thread(target=lambda: [journal.record(record()) for _ in range(100)]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.flush()
    assert len(journal.find(limit=1000)) == 500


def test_a_killed_process_leaves_a_sound_journal(tmp_path: Path) -> None:
    """Records that were flushed are there, and the file can be written on."""
    path = tmp_path / "journal.db"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        journal = Journal(path)
        while True:
            kept = record()
            journal.record(kept)
            journal.flush()
            os.write(writing, kept.envelope.id.encode())
    told = b"".join(os.read(reading, 13) for _ in range(20))
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(writing)
    told += b"".join(iter(lambda: os.read(reading, 13), b""))
    os.close(reading)
    journal = Journal(path)
    found = {each.envelope.id for each in journal.find(limit=10_000)}
    assert {told[start : start + 13].decode() for start in range(0, len(told), 13)} <= found
    _kept(journal, record())
    journal.close()
