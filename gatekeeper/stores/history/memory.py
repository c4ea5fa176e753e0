"""memory: what is kept, for how long, and how much of it: tables, bounds, and forgetting the oldest."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatekeeper.stores.opening import octets

Read = Callable[[str, Sequence[object]], list[Any]]
"""All rows of a query."""

DAY = 86_400.0
_PRUNE = 1000  # rows deleted in one transaction, so that writers need not wait long
_LETTERS_DAYS = 90  # within which an answer to a letter is known as one
_HALF_LIVES = 10  # after which of a reputation a thousandth is left

MIGRATIONS = (
    (
        """CREATE TABLE contacts (
            theirs TEXT NOT NULL,
            ours TEXT NOT NULL,
            written INTEGER NOT NULL,
            last REAL NOT NULL,
            PRIMARY KEY (theirs, ours)
        ) STRICT""",
        """CREATE TABLE letters (
            id TEXT PRIMARY KEY,
            ours TEXT NOT NULL,
            domains TEXT NOT NULL,
            last REAL NOT NULL
        ) STRICT""",
        """CREATE TABLE names (
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            inside INTEGER NOT NULL,
            times INTEGER NOT NULL,
            last REAL NOT NULL,
            PRIMARY KEY (name, address)
        ) STRICT""",
        "CREATE INDEX bearers ON names (address)",
        """CREATE TABLE senders (
            key TEXT PRIMARY KEY,
            good REAL NOT NULL,
            bad REAL NOT NULL,
            ham REAL NOT NULL,
            spam REAL NOT NULL,
            last REAL NOT NULL
        ) STRICT""",
        "CREATE TABLE reviews (id TEXT PRIMARY KEY, key TEXT NOT NULL, label TEXT NOT NULL, last REAL NOT NULL) STRICT",
        """CREATE TABLE sightings (
            key TEXT PRIMARY KEY,
            first REAL NOT NULL,
            passed INTEGER NOT NULL,
            last REAL NOT NULL
        ) STRICT""",
        "CREATE TABLE rates (key TEXT PRIMARY KEY, last REAL NOT NULL) STRICT",
    ),
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Correspondents are known for `days` after the last letter to them; of each table the newest `rows` are kept. What
    became of a sender's mail counts half after `half_life` days.
    """

    days: float = 400.0
    rows: int = 500_000
    half_life: float = 30.0

    def seconds(self) -> Mapping[str, float]:
        """How long the rows of each table are kept after their `last`."""
        days = dict.fromkeys(("contacts", "names", "reviews", "sightings"), self.days)
        days |= {"letters": min(self.days, _LETTERS_DAYS), "senders": _HALF_LIVES * self.half_life, "rates": 0.0}
        return {table: DAY * each for table, each in days.items()}


def text(value: str) -> str:
    """`value` as SQLite takes it: what was no UTF-8 on the wire is replaced, here and in what is asked."""
    return value if value.isascii() else octets(value).decode("utf-8", "replace")


def oldest(read: Read, table: str, bounds: Bounds, now: float) -> float:
    """The time before which rows have to go."""
    newest = read(f"SELECT last FROM {table} ORDER BY last DESC LIMIT 1 OFFSET ?", (bounds.rows - 1,))  # noqa: S608
    too_old = now - bounds.seconds()[table]
    return max(too_old, newest[0][0]) if newest else too_old


def delete(connection: sqlite3.Connection, table: str, before: float) -> int:
    """Delete some of the rows that are older; how many."""
    sql = f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE last < ? LIMIT ?)"  # noqa: S608
    return connection.execute(sql, (before, _PRUNE)).rowcount
