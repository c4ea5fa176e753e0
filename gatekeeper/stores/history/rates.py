"""rates: how much there was of something lately. A bucket of `most` that runs out evenly, as one number: the time at
which it will be empty. So there is one short row for a key, and none for one that is empty.
"""

import sqlite3
from dataclasses import dataclass

from gatekeeper.stores.history.memory import Read, text
from gatekeeper.values import Counted, Rate


@dataclass(frozen=True, slots=True)
class Take:
    """One more of `key`, which takes `seconds` to run out."""

    key: str
    seconds: float
    at: float

    def write(self, connection: sqlite3.Connection) -> None:
        """Put it into the bucket."""
        sql = """INSERT INTO rates (key, last) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET last = max(last, ?) + ?"""
        connection.execute(sql, (text(self.key), self.at + self.seconds, self.at, self.seconds))


def empty_at(read: Read, key: str) -> float:
    """When the bucket will be empty, as far as is written."""
    found = read("SELECT last FROM rates WHERE key = ?", (text(key),))
    return found[0][0] if found else 0.0


def level(rate: Rate, empty: float, now: float) -> Counted:
    """How full it is with one more."""
    return Counted(max(0.0, empty - now) / rate.seconds * rate.most + 1)
