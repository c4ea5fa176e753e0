import os
import sqlite3
import stat
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from gatekeeper.stores import opening
from gatekeeper.stores.opening import StoreError, connect, explained, octets
from tests.servers.room import room

FIRST = ("CREATE TABLE mail (sender TEXT)", "INSERT INTO mail VALUES ('alice')")
SECOND = ("ALTER TABLE mail ADD COLUMN size INTEGER DEFAULT 7",)


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_a_new_file_is_private_and_in_wal_mode_with_the_newest_schema(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.db"
    with closing(connect(path, (FIRST, SECOND), "FULL", create=True)) as connection:
        assert connection.execute("SELECT * FROM mail").fetchall() == [("alice", 7)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("a.db", "a.db-wal", "a.db-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert _version(path) == 2


def test_an_older_file_is_migrated_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connect(path, (FIRST,), "NORMAL", create=True).close()
    assert _version(path) == 1
    with closing(connect(path, (FIRST, SECOND), "NORMAL", create=False)) as connection:
        assert connection.execute("SELECT * FROM mail").fetchall() == [("alice", 7)]
    assert _version(path) == 2


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connect(path, (FIRST,), "NORMAL", create=True).close()
    with pytest.raises(StoreError, match="no such table"):
        connect(path, (FIRST, (*SECOND, "INSERT INTO bogus VALUES (1)")), "NORMAL", create=True)
    assert _version(path) == 1
    connect(path, (FIRST, SECOND), "NORMAL", create=True).close()


def test_a_newer_file_is_refused_with_name_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connect(path, (FIRST, SECOND), "NORMAL", create=True).close()
    with pytest.raises(StoreError) as caught:
        connect(path, (FIRST,), "NORMAL", create=True)
    assert str(caught.value) == (
        f"{path}: written by a newer gatekeeper (its schema is 2, the newest known here 1); "
        "run that version, or move the file away to start afresh"
    )
    assert _version(path) == 2


def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"this is no database\n" * 100)
    with pytest.raises(StoreError, match=r"a\.db: file is not a database; put a backup in its place"):
        connect(path, (FIRST,), "NORMAL", create=True)
    assert path.read_bytes() == b"this is no database\n" * 100


def test_a_schema_that_is_no_text_any_more_is_damage(tmp_path: Path) -> None:
    """SQLite quotes it in its error, which sqlite3 then cannot decode."""
    path = tmp_path / "a.db"
    connect(path, (FIRST,), "NORMAL", create=True).close()
    path.write_bytes(
        path.read_bytes().replace(b"CREATE TABLE mail (sender TEXT)", b"CREATE\xffTABLE\xfe mail (sender)")
    )
    with pytest.raises(StoreError, match=r"a\.db: its schema is damaged; put a backup"):
        connect(path, (FIRST,), "NORMAL", create=False)


def test_a_locked_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="database is locked; another process keeps it locked"):
            connect(path, (FIRST,), "NORMAL", create=True)


def test_a_missing_file_is_refused_if_it_shall_not_be_made(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with pytest.raises(StoreError, match="no such file"):
        connect(path, (FIRST,), "NORMAL", create=False)
    assert not path.exists()


def _as_nobody(path: Path) -> str:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    try:
        connect(path, (FIRST, SECOND), "NORMAL", create=True)
    except StoreError as error:
        return str(error)
    return "opened"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
@pytest.mark.parametrize(
    ("directory", "file", "problem"),
    [
        (0o755, 0o644, "attempt to write a readonly database"),
        (0o755, 0o600, "unable to open"),
        (0o755, 0, "Permission"),
    ],
)
def test_what_may_not_be_written_is_refused(directory: int, file: int, problem: str) -> None:
    with room("opening") as home:
        path = home / "state" / "a.db"
        if file:
            connect(path, (FIRST,), "NORMAL", create=True).close()
            path.chmod(file)
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(directory)
        with get_context("fork").Pool(1) as pool:
            text = pool.apply(_as_nobody, (path,))
    assert problem in text
    assert "make the file and its directory writable" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_opens_stays_the_gateways_own(tmp_path: Path) -> None:
    """An operator's command line, run as root, must not leave files that the gateway cannot write."""
    os.chown(tmp_path, 4711, 4712)
    with closing(connect(tmp_path / "a.db", (FIRST,), "NORMAL", create=True)) as connection:
        connection.execute("INSERT INTO mail VALUES ('bob')")
        owners = {file.name: (file.stat().st_uid, file.stat().st_gid) for file in tmp_path.iterdir()}
    assert owners == dict.fromkeys(("a.db", "a.db-wal", "a.db-shm"), (4711, 4712))


def _open_and_insert(path: Path) -> None:
    with closing(connect(path, (FIRST, SECOND), "NORMAL", create=True)) as connection:
        connection.execute("INSERT INTO mail VALUES ('bob', 1)")


def test_many_processes_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    context = get_context("fork")
    children = [context.Process(target=_open_and_insert, args=(path,)) for _ in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 8
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT sender, count(*) FROM mail GROUP BY 1").fetchall() == [
            ("alice", 1),
            ("bob", 8),
        ]


@pytest.mark.parametrize("text", ["", "é", "a\x00b", "caf\udce9@example.org"])
def test_text_comes_back_as_the_envelope_has_it(tmp_path: Path, text: str) -> None:
    with closing(connect(tmp_path / "a.db", (FIRST,), "NORMAL", create=True)) as connection:
        connection.execute("INSERT INTO mail VALUES (CAST(? AS TEXT))", (octets(text),))
        assert connection.execute("SELECT sender FROM mail WHERE sender <> 'alice'").fetchall() == [(text,)]


def test_text_that_no_mail_can_carry_is_stored_all_the_same() -> None:
    assert octets("a\ud800b") == b"a?b"


def test_our_own_mistakes_are_not_blamed_on_the_file(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(sqlite3.IntegrityError), explained(tmp_path):
            connection.execute("INSERT INTO t VALUES (1)")


def test_a_full_disk_has_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No space left on device; make room on the disk"), explained(tmp_path):
        raise OSError(28, "No space left on device")
