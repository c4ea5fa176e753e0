"""sightings: what was tried before, and whether it waited as long as it should."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.stores.history.memory import Read, text
from gatekeeper.values import Absent, Seen, Sighted

_SELECT = "SELECT first, passed, last FROM sightings WHERE key = ?"


@dataclass(frozen=True, slots=True)
class Attempt:
    """It was tried, again or for the first time."""

    seen: Seen
    at: float

    def write(self, connection: sqlite3.Connection) -> None:
        """Remember it."""
        key = text(self.seen.key)
        before = _sighted(connection.execute(_SELECT, (key,)).fetchall(), self.seen, self.at)
        passed = before is not None and before.passed
        first = self.at - before.age if before is not None else self.at
        sql = "INSERT OR REPLACE INTO sightings (key, first, passed, last) VALUES (?, ?, ?, ?)"
        connection.execute(sql, (key, first, passed, self.at))


def sighted(read: Read, seen: Seen, now: float) -> Sighted | Absent:
    """What is known of it: nothing where its time has run out."""
    return _sighted(read(_SELECT, (text(seen.key),)), seen, now) or Absent()


def _sighted(rows: Sequence[tuple[float, int, float]], seen: Seen, now: float) -> Sighted | None:
    if not rows:
        return None
    ((first, passed, last),) = rows
    age = max(0.0, now - first)
    if passed:
        return Sighted(age, True) if now - last <= seen.lifetime else None
    return Sighted(age, age >= seen.delay) if age <= seen.window else None
