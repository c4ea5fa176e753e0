import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.stores import opening
from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import StoreError

SCHEMA = (("CREATE TABLE mail (sender TEXT UNIQUE)",),)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "a.db", SCHEMA, "FULL")
    yield database
    database.close()


def _insert(sender: str):
    return lambda connection: connection.execute("INSERT INTO mail VALUES (?)", (sender,)).rowcount


def _senders(database: Database) -> list[str]:
    return [sender for (sender,) in database.read("SELECT sender FROM mail ORDER BY sender")]


def test_nothing_is_opened_before_it_is_needed(database: Database) -> None:
    assert not database.path.exists()
    assert database.write(_insert("alice")) == 1
    assert _senders(database) == ["alice"]


def test_what_is_written_is_there_for_others_at_once(database: Database) -> None:
    database.write(_insert("alice"))
    with closing(sqlite3.connect(database.path)) as other:
        assert other.execute("SELECT * FROM mail").fetchall() == [("alice",)]


def test_work_that_raises_undoes_itself(database: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        _insert("alice")(connection)
        raise KeyError("not today")

    with pytest.raises(KeyError):
        database.write(work)
    assert _senders(database) == []


def test_threads_are_committed_together_and_fail_alone(database: Database) -> None:
    """While one commit is held up, ten others gather; one transaction serves them all."""
    started, go_on = threading.Event(), threading.Event()
    begun: list[str] = []
    failures: list[Exception] = []

    def slow(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None)
        started.set()
        assert go_on.wait(10)

    def one(number: int) -> None:
        def work(connection: sqlite3.Connection) -> None:
            _insert(str(number))(connection)
            if number == 3:
                raise KeyError(number)

        try:
            database.write(work)
        except KeyError as error:
            failures.append(error)

    first = threading.Thread(target=database.write, args=(slow,))
    first.start()
    assert started.wait(10)
    others = [threading.Thread(target=one, args=(number,)) for number in range(10)]
    for thread in others:
        thread.start()
    while len(database._waiting) < 10:
        threading.Event().wait(0.001)
    go_on.set()
    for thread in (first, *others):
        thread.join(10)
    assert _senders(database) == [str(number) for number in range(10) if number != 3]
    assert [error.args for error in failures] == [(3,)]
    assert len(begun) == 1


def test_a_mistake_in_using_sqlite_is_told_and_undone(database: Database) -> None:
    database.write(_insert("alice"))
    with pytest.raises(sqlite3.IntegrityError):
        database.write(_insert("alice"))
    assert database.write(_insert("bob")) == 1
    assert _senders(database) == ["alice", "bob"]


def test_a_locked_file_fails_and_works_again_when_it_is_free(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    database.write(_insert("alice"))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            database.write(_insert("bob"))
    database.write(_insert("bob"))
    assert _senders(database) == ["alice", "bob"]


def test_a_file_that_is_damaged_while_in_use_is_named(database: Database) -> None:
    database.write(_insert("alice"))
    database.close()
    database.path.write_bytes(b"\x01" * 8192)
    for use in (lambda: database.read("SELECT 1 FROM mail"), lambda: database.write(_insert("bob"))):
        with pytest.raises(StoreError, match=str(database.path)):
            use()


def test_a_file_may_be_moved_away_and_is_made_anew(database: Database) -> None:
    database.write(_insert("alice"))
    database.close()
    database.path.rename(database.path.with_suffix(".old"))
    database.write(_insert("bob"))
    assert _senders(database) == ["bob"]


def test_a_child_opens_its_own_connection(database: Database) -> None:
    database.write(_insert("parent"))
    inherited = database._connection
    child = os.fork()
    if child == 0:
        own = database._connection is None
        database.write(_insert("child"))
        os._exit(0 if own and database._connection is not inherited else 1)
    assert os.waitpid(child, 0)[1] == 0
    database.write(_insert("zparent"))
    assert _senders(database) == ["child", "parent", "zparent"]


def test_a_fork_in_the_middle_of_a_write_leaves_the_child_free(database: Database) -> None:
    """The lock that another thread held at the fork is not waited for."""
    database.write(_insert("parent"))
    with database._turn:
        child = os.fork()
        if child == 0:
            database.write(_insert("child"))
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    assert _senders(database) == ["child", "parent"]


def test_forgotten_databases_do_not_live_on_in_the_fork_hook(tmp_path: Path) -> None:
    import weakref

    database = Database(tmp_path / "a.db", SCHEMA)
    gone = weakref.ref(database)
    del database
    assert gone() is None
