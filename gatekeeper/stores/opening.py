"""opening: a connection to a SQLite file of our schema, or a `StoreError` that says what to do.

The version stands in `PRAGMA user_version`; an older file is migrated, a newer one is refused. WAL, so that readers and
the writer do not wait for each other (sqlite.org/wal.html); mode 0600; text comes back with `surrogateescape`, as the
envelope has it.
"""

import errno
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from gatekeeper.stores import private

Migrations = Sequence[Sequence[str | Callable[[sqlite3.Connection], object]]]
"""For each schema version the statements, and what else there is to do, that lead to it from the one before."""

Durability = Literal["NORMAL", "FULL"]
"""`FULL`: a commit is on disk when it returns. `NORMAL`: it survives our death, not always a loss of power."""

PATIENCE = 10.0  # seconds that one process waits for another's transaction

_LOCKED = "another process keeps it locked: find it with fuser(1) and end it"
_DAMAGED = "put a backup in its place, or move it away to start afresh"
_WRITABLE = "make the file and its directory writable for the account gatekeeper runs as"
_ROOM = "make room on the disk, and look for its errors in the kernel's log"
_REMEDIES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _WRITABLE,
    sqlite3.SQLITE_PERM: _WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _WRITABLE,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FULL: _ROOM,
    sqlite3.SQLITE_IOERR: _ROOM,
}
_ERRNO_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EIO: _ROOM,
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
}
_UNFORESEEN = "see that it is gatekeeper's own and that nothing else writes there"


class StoreError(Exception):
    """What is stored cannot be reached or written. The text names the file, what is wrong, and what to do."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}; {remedy}")
        self.path, self.problem, self.remedy = path, problem, remedy


class NoRoom(StoreError):  # noqa: N818  # it says what is missing
    """There is no room for more."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Troubles of SQLite or the file system inside become `StoreError`; our own mistakes in using them do not."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits are the extended code
        kind = NoRoom if primary == sqlite3.SQLITE_FULL else StoreError
        raise kind(path, str(error), _REMEDIES.get(primary, _UNFORESEEN)) from error
    except UnicodeDecodeError as error:  # SQLite's own words, quoting what stands where its schema was
        raise StoreError(path, "its schema is damaged", _DAMAGED) from error
    except OSError as error:
        remedy = _ERRNO_REMEDIES.get(error.errno or 0, _UNFORESEEN)
        kind = NoRoom if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        raise kind(path, error.strerror or str(error), remedy) from error


def connect(
    path: Path, migrations: Migrations, durability: Durability, create: bool, patience: float | None = None
) -> sqlite3.Connection:
    """An open connection in autocommit mode, usable by all threads of this process, one at a time.

    `create=False` refuses a file that does not exist. `patience` are the seconds to wait for others' transactions,
    `PATIENCE` without.
    """
    patience = PATIENCE if patience is None else patience
    with explained(path):
        _ensure_file(path, create)
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            connection.text_factory = _text
            _migrate(connection, path, migrations)
            _use_wal(connection, patience)
            connection.execute(f"PRAGMA synchronous = {durability}")
        except BaseException:
            connection.close()
            raise
    return connection


def octets(text: str) -> bytes:
    """What `CAST(? AS TEXT)` takes to store text that may hold bytes which were not UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")  # a surrogate that no byte became: not text that mail can carry


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _ensure_file(path: Path, create: bool) -> None:
    """SQLite would make the file with the process's umask; its -wal and -shm files take over the mode of this one."""
    if path.exists():
        return
    if not create:
        raise StoreError(
            path, "no such file", "start gatekeeper once, or name its configuration: gatekeeper --config FILE COMMAND"
        )
    private.make_directory(path.parent)
    with suppress(FileExistsError):  # another process was faster
        private.close_synced(private.create(path), path.parent)


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Migrations) -> None:
    """Bring the schema up to date in one transaction; several processes may try at once."""
    if _version(connection, path, len(migrations)) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    for statements in migrations[_version(connection, path, len(migrations)) :]:
        for step in statements:
            step(connection) if callable(step) else connection.execute(step)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path, ours: int) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > ours:
        raise StoreError(
            path,
            f"written by a newer gatekeeper (its schema is {version}, the newest known here {ours})",
            "run that version, or move the file away to start afresh",
        )
    return version


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Changing the mode does not wait for other connections as a transaction would (busy timeout), so we do."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
