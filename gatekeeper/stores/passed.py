"""passed: the features of messages that passed, kept a while, so that one can be learnt once somebody says what it is.

What a user sends back never has our bytes, because mail servers write MIME anew; the id that we gave it, or the digest
of its text, leads here. `keep` only puts it into a queue; packing and writing is done behind the replies, in one
transaction some ten times a second. What cannot be written in time is lost, counted and logged, and mail goes on. All
else fails with `StoreError`.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import octets
from gatekeeper.stores.writer import Writer
from gatekeeper.values import Fate, Label, Packable, Record, Words

CAPACITY = 1000  # messages, some 30 KB each until they are packed
_DAY = 86_400
_PRUNE = 500  # traces deleted in one transaction, so that writers need not wait long
_GOT = frozenset((Fate.HANDED_OVER, Fate.DELIVERED, Fate.HELD, Fate.UNCONFIRMED, Fate.UNCERTAIN))

MIGRATIONS = (
    (
        """CREATE TABLE messages (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            time REAL NOT NULL,
            digest BLOB NOT NULL,
            recipients TEXT NOT NULL,
            sure TEXT NOT NULL,
            features BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX digests ON messages (digest)",
        "CREATE INDEX sure ON messages (number) WHERE sure <> ''",
    ),
)
_INSERT = """INSERT OR REPLACE INTO messages (id, time, digest, recipients, sure, features)
    VALUES (?, ?, ?, ?, ?, ?)"""
_COLUMNS = "id, time, digest, recipients, sure, features"


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one message: `features` as `classifier.Features` packs them, who got it, and when.

    `sure` is what it is to be learnt as without anybody saying so, until that is done.
    """

    id: str
    time: float
    digest: bytes
    recipients: tuple[str, ...]
    features: bytes
    sure: Label | None = None


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A trace whose features are not packed yet."""

    id: str
    time: float
    digest: bytes
    recipients: tuple[str, ...]
    features: Packable
    sure: Label | None


class Passed:
    """The traces at `path`; several processes may write them. `on_loss` is told how many were lost.

    `create=False`: fail if there are none yet.
    """

    def __init__(self, path: Path, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS, create=create)
        self._writer: Writer[_Leaving] = Writer(self._write, CAPACITY, on_loss)

    def keep(self, record: Record) -> None:
        """Keep the trace of a message, if anybody got it and its words were asked about. Never blocks, never raises."""
        if (leaving := _leaving(record)) is not None:
            self._writer.put(leaving)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was kept in this process can be found; False if that takes too long."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits and let go of the file."""
        self._writer.close(timeout)
        self._database.close()

    def get(self, message_id: str) -> Trace | None:
        """The trace of one message."""
        sql = f"SELECT {_COLUMNS} FROM messages WHERE id = CAST(? AS TEXT)"  # noqa: S608
        return next(map(_trace, self._database.read(sql, (octets(message_id),))), None)

    def find(self, digest: bytes, limit: int = 100) -> list[Trace]:
        """Traces of the same text, the newest first."""
        sql = f"SELECT {_COLUMNS} FROM messages WHERE digest = ? ORDER BY number DESC LIMIT ?"  # noqa: S608
        return [_trace(row) for row in self._database.read(sql, (digest, limit))]

    def sure(self, limit: int = 100) -> list[Trace]:
        """Traces that are to be learnt without anybody saying so, the oldest first."""
        sql = f"SELECT {_COLUMNS} FROM messages WHERE sure <> '' ORDER BY number LIMIT ?"  # noqa: S608
        return [_trace(row) for row in self._database.read(sql, (limit,))]

    def settle(self, message_ids: Iterable[str]) -> None:
        """These were learnt, or will not be."""
        ids = json.dumps(list(message_ids))
        sql = "UPDATE messages SET sure = '' WHERE id IN (SELECT value FROM json_each(?))"
        self._database.write(lambda connection: connection.execute(sql, (ids,)))

    def prune(self, days: float, size: int) -> int:
        """Forget what is older, and the oldest of what is left until the rest takes at most `size` bytes; how many."""
        before, pruned = time.time() - days * _DAY, 0
        while deleted := self._database.write(lambda connection: _delete(connection, before, size)):
            pruned += deleted
        return pruned

    def _write(self, batch: Sequence[_Leaving]) -> None:
        rows = [_row(leaving) for leaving in batch]
        self._database.write(lambda connection: connection.executemany(_INSERT, rows))


def _leaving(record: Record) -> _Leaving | None:
    asked = next((question for question, _ in record.tape if isinstance(question, Words)), None)
    if asked is None or asked.features is None:
        return None
    got = tuple(address for address, outcome in record.outcomes.items() if outcome.fate in _GOT)
    sure = next((verdict.learn for verdict in record.verdicts.values() if verdict.learn), None)
    if not got and sure is None:
        return None
    digest = bytes.fromhex(asked.digest)
    return _Leaving(record.envelope.id, record.envelope.received_at, digest, got, asked.features, sure)


def _row(leaving: _Leaving) -> tuple[Any, ...]:
    recipients, sure = json.dumps(leaving.recipients), leaving.sure or ""
    return leaving.id, leaving.time, leaving.digest, recipients, sure, leaving.features.pack()


def _trace(row: Sequence[Any]) -> Trace:
    message_id, received, digest, recipients, sure, features = row
    return Trace(message_id, received, digest, tuple(json.loads(recipients)), features, Label(sure) if sure else None)


def _delete(connection: sqlite3.Connection, before: float, size: int) -> int:
    """Delete some of the traces that have to go; how many. They stand in the order of their time, nearly."""
    oldest = connection.execute("SELECT number, time FROM messages ORDER BY number LIMIT ?", (_PRUNE,)).fetchall()
    if _used(connection) <= size:
        oldest = [row for row in oldest if row[1] < before]
    for number, _ in oldest:
        connection.execute("DELETE FROM messages WHERE number = ?", (number,))
    return len(oldest)


def _used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something; what is deleted leaves room for what comes."""
    (pages,), (free,), (octets_each,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    used: int = (pages - free) * octets_each
    return used
