"""training: what was taught, message by message, and the counts of words that follow from it; the truth, in SQLite.

A `Change` is made in one transaction: all of it or nothing. Who changes anything holds the `training_lock`; reading
needs none. Fails with `StoreError`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gatekeeper.stores import training_words as words
from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import StoreError, octets
from gatekeeper.stores.training_port import LAST
from gatekeeper.stores.training_rows import MIGRATIONS, Change, Checkpoint, Event, State, Taught, Trial, new_store

_PAGE = 500  # events read at once: some 2 MB
_TAUGHT = "seq, id, digest, label, source, teacher"
_EVENT = f"{_TAUGHT}, time, spam, ham, spamicity, linear, score, tried"
_FIRST = "NOT EXISTS (SELECT 1 FROM events AS e WHERE e.digest = events.digest AND e.seq < events.seq)"
_WHOLE = f"SELECT {_EVENT} AND {_FIRST}, packed FROM events JOIN features USING (seq)"  # noqa: S608
_NO_ADMINISTRATOR = "source != 'learn'"  # as the index has it
_ROOM = "PRAGMA cache_size = -64000"  # KiB: the words of a batch lie everywhere
_UNTRIED = (None, None, None)


class Training:
    """A `TrainingStore` in the file at `path`; its docstrings hold here. `create=False`: fail if there is none yet."""

    def __init__(self, path: Path, create: bool = True) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS, "FULL", create)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()

    def state(self) -> State:
        """Where the training stands."""
        rows = self._database.read("SELECT store, epoch, last, spam, ham FROM state")
        return State(*rows[0]) if rows else self._database.write(_begin)

    def write(self, change: Change) -> State:
        """Make this change; where the training stands then."""

        def work(connection: sqlite3.Connection) -> State:
            connection.execute(_ROOM)
            _begin(connection)
            _remove(connection, change)
            for counted in change.words:
                words.add(connection, self.path, counted)
            last = _add(connection, self.path, change)
            connection.execute(
                "UPDATE state SET epoch = epoch + ?, last = ?, spam = spam + ?, ham = ham + ?",
                (bool(change.removed), last, *change.messages),
            )
            if change.checkpoint:
                _keep(connection, last, change.checkpoint)
            return _begin(connection)

        return self._database.write(work)

    def taught(self, digests: Sequence[bytes]) -> dict[bytes, list[Taught]]:
        """The events of each of these digests that was taught, in order."""
        found: dict[bytes, list[Taught]] = {}
        for start in range(0, len(digests), _PAGE):
            some = digests[start : start + _PAGE]
            marks = ",".join("?" * len(some))
            sql = f"SELECT {_TAUGHT} FROM events WHERE digest IN ({marks}) ORDER BY seq"  # noqa: S608
            for row in self._database.read(sql, some):
                event = Taught(*row)
                found.setdefault(event.digest, []).append(event)
        return found

    def taught_ids(self, ids: Sequence[str]) -> dict[str, list[Taught]]:
        """The events of these ids that was taught."""
        return {id_: found for id_ in ids if (found := self.find(id=id_))}

    def find(self, *, id: str = "", source: str = "", teacher: str = "", after: int = 0) -> list[Taught]:  # noqa: A002
        """The events behind `after` of which all of this holds; an empty text means any."""
        wanted = {"id": id, "source": source, "teacher": teacher}
        named = {column: octets(text) for column, text in wanted.items() if text}
        where = "".join(f" AND {column} = CAST(? AS TEXT)" for column in named)
        sql = f"SELECT {_TAUGHT} FROM events WHERE seq > ?{where} ORDER BY seq"  # noqa: S608
        return [Taught(*row) for row in self._database.read(sql, (after, *named.values()))]

    def events(self, after: int = 0, last: int = LAST) -> Iterator[Event]:
        """Every event behind `after`, in order, up to `last`; `tried` only if its digest had not been learnt before."""
        while page := self._database.read(
            f"{_WHOLE} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", (after, last, _PAGE)
        ):
            for row in page:
                yield _event(row)
            after = page[-1][0]

    def event(self, seq: int) -> Event:
        """One event."""
        for row in self._database.read(f"{_WHOLE} WHERE seq = ?", (seq,)):
            return _event(row)
        raise StoreError(self.path, "what was to be read was forgotten just now", "try again")

    def imported(self, seq: int) -> Iterator[bytes]:
        """What was imported by one event, part by part."""
        part = 0
        while rows := self._database.read("SELECT packed FROM imports WHERE seq = ? AND part = ?", (seq, part)):
            yield rows[0][0]
            part += 1

    def number(self) -> int:
        """How many messages were taught."""
        count: int = self._database.read("SELECT count(*) FROM events")[0][0]
        return count

    def count(self, teacher: str, since: float, sources: Sequence[str]) -> int:
        """How many messages this teacher taught through these sources, not by `learn`, since a time."""
        marks = ",".join("?" * len(sources))
        where = f"{_NO_ADMINISTRATOR} AND teacher = CAST(? AS TEXT) AND time > ? AND source IN ({marks})"
        sql = f"SELECT count(*) FROM events WHERE {where}"  # noqa: S608
        count: int = self._database.read(sql, (octets(teacher), since, *sources))[0][0]
        return count

    def words(self) -> words.Words:
        """The counts of words."""
        return words.Words(self._database)

    def trials(self, most: int) -> list[tuple[str, float]]:
        """Label and score of the newest events that had a trial, the newest first."""
        sql = "SELECT label, score FROM events WHERE score IS NOT NULL ORDER BY seq DESC LIMIT ?"
        return self._database.read(sql, (most,))

    def retry(self, epoch: int, trials: Sequence[tuple[int, Trial | None]], last: int, checkpoint: bytes) -> None:
        """What the model says of these events before it learns them, now that others are gone, and a state of it as it
        is after event `last`, if any. Not if more is gone than at this `epoch`.
        """
        rows = [(*(trial or _UNTRIED), seq) for seq, trial in trials]

        def work(connection: sqlite3.Connection) -> None:
            if _begin(connection).epoch == epoch:
                sql = "UPDATE events SET spamicity = ?, linear = ?, score = ? WHERE seq = ?"
                connection.executemany(sql, rows)
                if checkpoint:
                    _keep(connection, last, checkpoint)

        self._database.write(work)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """States of the linear model that are still true, the newest first; damaged ones are left out."""
        for seq in reversed(self.kept()):
            for row in self._database.read("SELECT seq, sha256, packed FROM checkpoints WHERE seq = ?", (seq,)):
                if (checkpoint := Checkpoint(*row)).whole:
                    yield checkpoint

    def kept(self) -> list[int]:
        """After which events there is a checkpoint."""
        return [seq for (seq,) in self._database.read("SELECT seq FROM checkpoints ORDER BY seq")]


def _event(row: Sequence[Any]) -> Event:
    seq, id_, digest, label, source, teacher, time, spam, ham, spamicity, linear, score, tried, packed = row
    trial = None if score is None else Trial(spamicity, linear, score)
    return Event(id_, digest, label, time, source, teacher, packed, trial, (spam, ham), bool(tried), seq)


def _begin(connection: sqlite3.Connection) -> State:
    connection.execute("INSERT OR IGNORE INTO state VALUES (1, ?, 0, 0, 0, 0)", (new_store(),))
    return State(*connection.execute("SELECT store, epoch, last, spam, ham FROM state").fetchone())


def _remove(connection: sqlite3.Connection, change: Change) -> None:
    rows = [(seq,) for seq in change.removed]
    for table in ("events", "features", "imports") if rows else ():
        connection.executemany(f"DELETE FROM {table} WHERE seq = ?", rows)  # noqa: S608
    if rows:
        connection.execute("DELETE FROM checkpoints WHERE seq >= ?", (min(change.removed),))


def _add(connection: sqlite3.Connection, path: Path, change: Change) -> int:
    """The number of the last event then. A number is never given twice."""
    (last,) = connection.execute("SELECT last FROM state").fetchone()
    numbered = list(enumerate(change.added, last + 1))
    connection.executemany(
        f"INSERT INTO events ({_EVENT}) VALUES (?,?,?,?,?,CAST(? AS TEXT),?,?,?,?,?,?,?)",  # noqa: S608
        [
            (
                n,
                e.id,
                e.digest,
                e.label,
                e.source,
                octets(e.teacher),
                e.time,
                *e.messages,
                *(e.trial or _UNTRIED),
                e.tried,
            )
            for n, e in numbered
        ],
    )
    connection.executemany("INSERT INTO features VALUES (?,?)", [(n, e.packed) for n, e in numbered])
    for part, (counted, packed) in enumerate(change.imports):
        words.add(connection, path, counted)
        connection.execute("INSERT INTO imports VALUES (?,?,?)", (last + 1, part, packed))
    return int(last) + len(numbered)


def _keep(connection: sqlite3.Connection, last: int, checkpoint: bytes) -> None:
    kept = Checkpoint.of(last, checkpoint)
    connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?,?,?)", kept)
    seqs = [seq for (seq,) in connection.execute("SELECT seq FROM checkpoints ORDER BY seq")]
    connection.executemany("DELETE FROM checkpoints WHERE seq = ?", [(seq,) for seq in Checkpoint.surplus(seqs)])
