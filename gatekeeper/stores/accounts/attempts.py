"""attempts: how often somebody may try: so many at once, then one each so many seconds. Restarts forget nothing.

Counted before the outcome is known, so that many who try at the same time count as many. What has worn off is
forgotten, and the oldest beyond a number, so the table stays small whoever tries.
"""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.stores.accounts.schema import digest
from gatekeeper.stores.database import Database

MOST = 20_000  # rows
_LONGEST = 86_400.0  # seconds after which any allowance is whole again


@dataclass(frozen=True, slots=True)
class Allowance:
    """`who` may try `burst` times at once, and once more every `seconds`."""

    who: str
    burst: int
    seconds: float


class Attempts:
    """All who tried lately."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, allowances: Sequence[Allowance]) -> float:
        """One attempt from each, and 0; or, where one is used up, none from any, and the seconds to wait."""
        now = time.time()

        def work(connection: sqlite3.Connection) -> float:
            levels = [_level(connection, allowance, now) for allowance in allowances]
            waits = [
                (level + 1 - allowance.burst) * allowance.seconds
                for level, allowance in zip(levels, allowances, strict=True)
            ]
            if (wait := max(waits, default=0.0)) > 0:
                return wait
            for level, allowance in zip(levels, allowances, strict=True):
                _set(connection, allowance, level + 1, now)
            _prune(connection, now)
            return 0.0

        return self._database.write(work)

    def forgive(self, allowances: Sequence[Allowance]) -> None:
        """The attempt went well: give it back."""
        now = time.time()

        def work(connection: sqlite3.Connection) -> None:
            for allowance in allowances:
                _set(connection, allowance, max(0.0, _level(connection, allowance, now) - 1), now)

        self._database.write(work)


def _level(connection: sqlite3.Connection, allowance: Allowance, now: float) -> float:
    """How much of it is used now."""
    row = connection.execute("SELECT level, at FROM attempts WHERE who = ?", (digest(allowance.who),)).fetchone()
    if row is None:
        return 0.0
    level, at = row
    left: float = level - max(0.0, now - at) / allowance.seconds
    return max(0.0, left)


def _set(connection: sqlite3.Connection, allowance: Allowance, level: float, now: float) -> None:
    sql = "INSERT OR REPLACE INTO attempts (who, level, at) VALUES (?, ?, ?)"
    connection.execute(sql, (digest(allowance.who), level, now))


def _prune(connection: sqlite3.Connection, now: float) -> None:
    connection.execute(
        "DELETE FROM attempts WHERE at < ? OR at < (SELECT at FROM attempts ORDER BY at DESC LIMIT 1 OFFSET ?)",
        (now - _LONGEST, MOST),
    )
