"""audit: the trail of what people did, beside the index and in its transactions; it is only ever added to.

    trail       who began what, when, with which message
    trail_ends  what came of it, and what it takes to undo it

Both rows of what is done within the index are written with it, so neither is there without the other. What goes out
into the world is begun before, and ended after: a line without an end is of a process that died meanwhile, and says so.
Fails with `StoreError`; each function that takes a connection is part of the caller's transaction.
"""

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, AuditEntry, NotDone, Reviewer, Role
from gatekeeper.quarantine.tables import MIGRATIONS
from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import octets
from gatekeeper.stores.search import Search
from gatekeeper.values import Label, Outcome

UNENDED = "begun; what came of it was not written down"

_SELECT = """SELECT trail.entry, trail.time, who, role, act, hold, recipients, coalesce(trail_ends.detail, ''),
        trail_ends.entry IS NULL,
        EXISTS (SELECT 1 FROM trail AS later LEFT JOIN trail_ends AS came USING (entry)
            WHERE later.undoes = trail.entry AND coalesce(came.done, 1))
    FROM trail LEFT JOIN trail_ends USING (entry)"""


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to undo an act. `until` is in seconds of the epoch; 0: it cannot be undone.

    `waited` is what recipients were before it; `senders` the lines of the sender list that it took out, and `listed`
    those that it put in; `taught` is the class that was learnt, `before` the events that gave way to it, `said` what
    somebody had said of it before.
    """

    until: float = 0.0
    waited: dict[str, Outcome] = {}
    listed: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    taught: Label | None = None
    before: tuple[tuple[Label, str, str], ...] = ()
    said: Label | None = None


NOTHING = Back()


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of an act: `done`, or it failed; `offered` are other messages that would now pass."""

    detail: str
    back: Back = NOTHING
    offered: tuple[str, ...] = ()
    done: bool = True


class Trail:
    """That of the quarantine in `directory`."""

    def __init__(self, directory: Path, create: bool = True) -> None:
        self.database = Database(directory / "index.db", MIGRATIONS, "FULL", create)

    def begin(self, who: Reviewer, act: Act, hold_id: str, recipients: Sequence[str] = ()) -> int:
        """Somebody is about to do this; the number of its line."""
        return self.database.write(lambda connection: begin(connection, who, act, hold_id, recipients))

    def end(self, entry: int, ended: Ended) -> None:
        """That is what came of it."""
        self.database.write(lambda connection: end(connection, entry, ended))

    def entries(
        self, *, hold_id: str = "", act: Act | None = None, who: str = "", limit: int = 100, before: int = 0
    ) -> list[AuditEntry]:
        """The newest lines, of one message, one act or one person if they are named; those before an entry."""
        search = Search()
        if before:
            search.add("trail.entry < ?", before)
        if hold_id:
            search.add("hold = CAST(? AS TEXT)", octets(hold_id))
        if act:
            search.add("act = ?", act)
        if who:
            search.add("who = CAST(? AS TEXT)", octets(who))
        sql = f"{_SELECT} WHERE {search} ORDER BY trail.entry DESC LIMIT ?"
        return [_entry(row) for row in self.database.read(sql, (*search.parameters, limit))]

    def offered(self, entry: int) -> tuple[str, ...]:
        """The messages that were offered after an act."""
        found = self.database.read("SELECT offered FROM trail_ends WHERE entry = ?", (entry,))
        return tuple(json.loads(found[0][0])) if found else ()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self.database.close()


def begin(
    connection: sqlite3.Connection,
    who: Reviewer,
    act: Act,
    hold_id: str,
    recipients: Sequence[str] = (),
    undoes: int | None = None,
) -> int:
    """Write down that somebody is about to do this; the number of the line."""
    row = connection.execute(
        """INSERT INTO trail (time, who, role, act, hold, recipients, undoes)
            VALUES (?, CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), ?, ?)""",
        (time.time(), octets(who.name), who.role, act, octets(hold_id), json.dumps(recipients), undoes),
    )
    assert row.lastrowid is not None
    return row.lastrowid


def end(connection: sqlite3.Connection, entry: int, ended: Ended) -> None:
    """Write down what came of it."""
    connection.execute(
        """INSERT INTO trail_ends (entry, time, done, detail, back, offered)
            VALUES (?, ?, ?, CAST(? AS TEXT), ?, ?)""",
        (
            entry,
            time.time(),
            ended.done,
            octets(ended.detail),
            json.dumps(msgspec.to_builtins(ended.back)),
            json.dumps(ended.offered),
        ),
    )


def take_back(connection: sqlite3.Connection, who: Reviewer, entry: int) -> tuple[int, AuditEntry, Back]:
    """Begin to undo an act: the new line, the act, and what it takes. Whoever sees everybody's mail may undo anybody's.

    Raises `NotDone` where it is not theirs, too late, undone already, or nothing that can be undone.
    """
    row = connection.execute(f"{_SELECT} WHERE trail.entry = ?", (entry,)).fetchone()
    act = _entry(row) if row else None
    if act is None or (who.role is not Role.ADMINISTRATOR and (act.who, act.role) != (who.name, who.role)):
        raise NotDone("there is nothing of this number to undo", missing=True)
    (said,) = connection.execute("SELECT back FROM trail_ends WHERE entry = ?", (entry,)).fetchone() or ("{}",)
    back = msgspec.convert(json.loads(said), Back)
    if act.undone:
        raise NotDone("it has been undone already")
    if not back.until:
        raise NotDone("it cannot be undone: it has left this machine, or changed nothing")
    if back.until < time.time():
        raise NotDone(f"it is too late: an act can be undone for {UNDO_SECONDS:g} seconds")
    return begin(connection, who, Act.UNDO, act.hold_id, act.recipients, entry), act, back


def _entry(row: Sequence[Any]) -> AuditEntry:
    entry, at, who, role, act, hold_id, recipients, detail, unended, undone = row
    told = UNENDED if unended else detail
    return AuditEntry(entry, at, who, Role(role), Act(act), hold_id, tuple(json.loads(recipients)), told, bool(undone))
