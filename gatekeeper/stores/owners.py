"""owners: which mailbox owned an address when a directory last said so; shared by all workers, and kept over restarts.

`view` names what was asked, the base and the filter: another one's answers are not those of this. Written behind the
replies, so what was said last may be lost with the process. Fails with `StoreError`.
"""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import octets
from gatekeeper.stores.writer import Writer

CAPACITY = 10_000  # that wait to be written

MIGRATIONS = (
    (
        """CREATE TABLE owners (
            view TEXT NOT NULL,
            address TEXT NOT NULL,
            owner TEXT NOT NULL,
            said_at REAL NOT NULL,
            PRIMARY KEY (view, address)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX ages ON owners (said_at)",
    ),
)
_KEEP = """INSERT INTO owners (view, address, owner, said_at) VALUES (?, CAST(? AS TEXT), ?, ?)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, said_at = excluded.said_at WHERE said_at < excluded.said_at"""
_FORGET = "DELETE FROM owners WHERE view = ? AND address = CAST(? AS TEXT) AND said_at < ?"
_GET = "SELECT owner, said_at FROM owners WHERE view = ? AND address = CAST(? AS TEXT)"
_PRUNE = """DELETE FROM owners WHERE said_at < ? OR
    said_at <= (SELECT said_at FROM owners ORDER BY said_at DESC LIMIT 1 OFFSET ?)"""


class Owner(NamedTuple):
    """The mailbox, "" if only that there is one is known, and when that was said, in seconds of the epoch."""

    owner: str
    said_at: float


class _Said(NamedTuple):
    address: str
    owner: str | None  # None: there is no such mailbox any more
    said_at: float


class Owners:
    """The file at `path`; made when the first owner is kept."""

    def __init__(self, path: Path, view: str) -> None:
        self.path = path
        self._view = view
        self._database = Database(path, MIGRATIONS)
        self._writer: Writer[_Said] = Writer(self._write, CAPACITY)

    def get(self, address: str) -> Owner | None:
        """What was last said of this address."""
        if not self.path.exists():
            return None
        return next((Owner(*row) for row in self._database.read(_GET, (self._view, octets(address)))), None)

    def keep(self, address: str, owner: str, said_at: float) -> None:
        """Write it down soon. Never blocks, never raises."""
        self._writer.put(_Said(address, owner, said_at))

    def forget(self, address: str, said_at: float) -> None:
        """There is no such mailbox any more, it was said then."""
        self._writer.put(_Said(address, None, said_at))

    def prune(self, seconds: float, most: int) -> int:
        """Forget what is older, and the oldest beyond the number; how many that were."""
        if not self.path.exists():
            return 0
        before = time.time() - seconds
        return self._database.write(lambda connection: connection.execute(_PRUNE, (before, most)).rowcount)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was kept in this process can be found; False if that takes too long."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits and let go of the file."""
        self._writer.close(timeout)
        self._database.close()

    def _write(self, batch: Sequence[_Said]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for said in batch:
                self._write_one(connection, said)

        self._database.write(work)

    def _write_one(self, connection: sqlite3.Connection, said: _Said) -> None:
        address = octets(said.address)
        if said.owner is None:
            connection.execute(_FORGET, (self._view, address, said.said_at))
        else:
            connection.execute(_KEEP, (self._view, address, said.owner, said.said_at))
