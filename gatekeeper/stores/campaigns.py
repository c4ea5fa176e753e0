"""campaigns: sketches of messages that were reported, and of those that somebody called wanted, for all workers.

A sketch is found by its keys, which those that are much alike share; then each that is found is compared. What is near
to a wanted one as much as to a reported one is not reported. Bounded in number and in time; fails with `StoreError`.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.stores.database import Database
from gatekeeper.values import Sketch

Likeness = Callable[[str, bytes, bytes], float]

_DAY = 86_400
_MOST_COMPARED = 50  # those that share most keys
_PRUNE = 500  # sketches deleted in one transaction

MIGRATIONS = (
    (
        """CREATE TABLE sketches (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            data BLOB NOT NULL,
            wanted INTEGER NOT NULL,
            reports INTEGER NOT NULL,
            first REAL NOT NULL,
            last REAL NOT NULL
        ) STRICT""",
        "CREATE INDEX ages ON sketches (last)",
        """CREATE TABLE keys (
            key INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (key, number)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX numbers ON keys (number)",
    ),
)
_ALIKE = """SELECT s.number, s.data, s.wanted, s.reports, s.first FROM sketches s JOIN (
        SELECT number, count(*) AS shared FROM keys WHERE key IN (SELECT value FROM json_each(?)) GROUP BY number
    ) found ON s.number = found.number WHERE s.kind = ? ORDER BY found.shared DESC, s.last DESC LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Known:
    """A sketch that is kept, and how much it is like the one that was asked about: 0 to 1. `first` is a time."""

    likeness: float
    number: int
    wanted: bool
    reports: int
    first: float


class Campaigns:
    """The sketches at `path`; several processes may write them. `create=False`: fail if there are none yet."""

    def __init__(self, path: Path, likeness: Likeness, create: bool = True) -> None:
        self.path, self._likeness = path, likeness
        self._database = Database(path, MIGRATIONS, create=create)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def holds_any(self) -> bool:
        """Whether anything is kept at all."""
        return bool(self._database.read("SELECT 1 FROM sketches LIMIT 1"))

    def reported(self, sketch: Sketch) -> Known | None:
        """The reported sketch that is most like this one, unless a wanted one is as much."""
        return _nearest(self._known(sketch, self._database.read(_ALIKE, _asked(sketch))))

    def report(self, sketch: Sketch, least: float) -> int:
        """Somebody says it is spam; how often that was said. What is `least` like it is the same, if wanted too."""
        return self._database.write(lambda connection: self._put(connection, sketch, least, wanted=False))

    def revoke(self, sketch: Sketch, least: float) -> int:
        """Somebody says it is wanted: what is `least` like it is not reported any more; how many such there were."""
        return self._database.write(lambda connection: self._put(connection, sketch, least, wanted=True))

    def prune(self, days: float, most: int) -> int:
        """Forget what was not reported for `days`, and the oldest of what is more than `most`; how many."""
        before, pruned = time.time() - days * _DAY, 0
        while deleted := self._database.write(lambda connection: _delete_old(connection, before, most)):
            pruned += deleted
        return pruned

    def _put(self, connection: sqlite3.Connection, sketch: Sketch, least: float, wanted: bool) -> int:
        """Of one opinion remains one sketch, and of the other none: reports of this opinion, or what went."""
        rows = connection.execute(_ALIKE, _asked(sketch)).fetchall()
        near = [known for known in self._known(sketch, rows) if known.likeness >= least]
        other = [known.number for known in near if known.wanted is not wanted]
        _delete(connection, other)
        same = max((known for known in near if known.wanted is wanted), key=_order, default=None)
        if same is None:
            _insert(connection, sketch, wanted)
        else:
            sql = "UPDATE sketches SET reports = reports + 1, last = ? WHERE number = ?"
            connection.execute(sql, (time.time(), same.number))
        return len(other) if wanted else (same.reports if same else 0) + 1

    def _known(self, sketch: Sketch, rows: list[tuple[int, bytes, int, int, float]]) -> Iterator[Known]:
        for number, data, wanted, reports, first in rows:
            yield Known(self._likeness(sketch.kind, sketch.data, data), number, bool(wanted), reports, first)


def _asked(sketch: Sketch) -> tuple[object, ...]:
    return json.dumps(sketch.keys), sketch.kind, _MOST_COMPARED


def _order(known: Known) -> tuple[float, bool, int]:
    return known.likeness, known.wanted, known.reports


def _nearest(found: Iterator[Known]) -> Known | None:
    nearest = max(found, key=_order, default=None)
    return None if nearest is None or nearest.wanted else nearest


def _insert(connection: sqlite3.Connection, sketch: Sketch, wanted: bool) -> None:
    now = time.time()
    sql = "INSERT INTO sketches (kind, data, wanted, reports, first, last) VALUES (?, ?, ?, 1, ?, ?)"
    number = connection.execute(sql, (sketch.kind, sketch.data, wanted, now, now)).lastrowid
    keys = ((key, number) for key in dict.fromkeys(sketch.keys))
    connection.executemany("INSERT INTO keys (key, number) VALUES (?, ?)", keys)


def _delete(connection: sqlite3.Connection, numbers: list[int]) -> None:
    each = [(number,) for number in numbers]
    connection.executemany("DELETE FROM keys WHERE number = ?", each)
    connection.executemany("DELETE FROM sketches WHERE number = ?", each)


def _delete_old(connection: sqlite3.Connection, before: float, most: int) -> int:
    """Delete some of those that have to go; how many."""
    (count,) = connection.execute("SELECT count(*) FROM sketches").fetchone()
    oldest = connection.execute("SELECT number, last FROM sketches ORDER BY last LIMIT ?", (_PRUNE,)).fetchall()
    numbers = [number for place, (number, last) in enumerate(oldest) if last < before or place < count - most]
    _delete(connection, numbers)
    return len(numbers)
