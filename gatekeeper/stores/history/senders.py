"""senders: what became of mail from a domain or a network, and what reviewers said of it. All of it is forgotten by and
by: after each half-life it counts half.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gatekeeper.stores.history.memory import DAY, Read, text
from gatekeeper.values import Label, Reputed

_SELECT = "SELECT good, bad, ham, spam, last FROM senders WHERE key = ?"
_INSERT = "INSERT OR REPLACE INTO senders (key, good, bad, ham, spam, last) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A message from `key` was found good, or bad, when it came."""

    key: str
    good: bool
    at: float

    def write(self, connection: sqlite3.Connection, half_life: float) -> None:
        """Count it."""
        found = _counts(connection, self.key, self.at, half_life)
        counts = replace(found, good=found.good + self.good, bad=found.bad + (not self.good))
        _keep(connection, self.key, counts, self.at)


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody has said what the message with this id is, which came from `key`; or, None, has taken that back. Only
    the last word on it counts.
    """

    id: str
    key: str
    label: Label | None
    at: float

    def write(self, connection: sqlite3.Connection, half_life: float) -> None:
        """Count it, and what was said before no longer."""
        before = connection.execute("SELECT key, label, last FROM reviews WHERE id = ?", (text(self.id),)).fetchone()
        if before is not None and before[1] == self.label:
            return
        if before is not None:
            taken_back = -fading(self.at - before[2], half_life)
            self._count(connection, before[0], Label(before[1]), taken_back, half_life)
        if self.label is None:
            connection.execute("DELETE FROM reviews WHERE id = ?", (text(self.id),))
            return
        self._count(connection, self.key, self.label, 1.0, half_life)
        sql = "INSERT OR REPLACE INTO reviews (id, key, label, last) VALUES (?, ?, ?, ?)"
        connection.execute(sql, (text(self.id), text(self.key), self.label, self.at))

    def _count(self, connection: sqlite3.Connection, key: str, label: Label, by: float, half_life: float) -> None:
        found = _counts(connection, key, self.at, half_life)
        ham, spam = (by, 0.0) if label is Label.HAM else (0.0, by)
        counts = replace(found, ham=max(0.0, found.ham + ham), spam=max(0.0, found.spam + spam))
        _keep(connection, key, counts, self.at)


def reputed(read: Read, key: str, now: float, half_life: float) -> Reputed:
    """What is left of what is known; nothing but zeros of a stranger."""
    return _faded(read(_SELECT, (text(key),)), now, half_life)


def said(read: Read, message_id: str) -> Label | None:
    """The last word on the message with this id."""
    rows = read("SELECT label FROM reviews WHERE id = ?", (text(message_id),))
    return next((Label(label) for (label,) in rows), None)


def fading(seconds: float, half_life: float) -> float:
    """What is left of one after `seconds`; a clock that was put back forgets nothing. `half_life` is in days."""
    return float(0.5 ** (max(0.0, seconds) / (half_life * DAY)))


def _faded(rows: Sequence[tuple[float, ...]], now: float, half_life: float) -> Reputed:
    if not rows:
        return Reputed()
    *counts, last = rows[0]
    left = fading(now - last, half_life)
    return Reputed(*(left * count for count in counts))


def _counts(connection: sqlite3.Connection, key: str, at: float, half_life: float) -> Reputed:
    return _faded(connection.execute(_SELECT, (text(key),)).fetchall(), at, half_life)


def _keep(connection: sqlite3.Connection, key: str, counts: Reputed, at: float) -> None:
    connection.execute(_INSERT, (text(key), counts.good, counts.bad, counts.ham, counts.spam, at))
