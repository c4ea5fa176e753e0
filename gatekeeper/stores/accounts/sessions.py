"""sessions: who is signed in. The row is what counts: without it a cookie is worth nothing."""

import json
import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from gatekeeper.stores.accounts.schema import digest
from gatekeeper.stores.database import Database

Way = Literal["password", "link", "directory"]

_MOST = 50  # sessions of one user; the oldest go first


@dataclass(frozen=True, slots=True)
class Session:
    """Who it is, how we know, and when somebody else was last asked for it: seconds of the epoch."""

    way: Way
    name: str
    role: str
    mailboxes: frozenset[str] = frozenset()
    asked_at: float = field(default=0.0, compare=False)


_GET = """SELECT way, sessions.name, coalesce(users.role, sessions.role), mailboxes, asked_at, users.name,
    (SELECT group_concat(address, char(10)) FROM mailboxes AS own WHERE own.name = sessions.name)
    FROM sessions LEFT JOIN users ON way = 'password' AND users.name = sessions.name
    WHERE id = ? AND ends_at > ?"""


class Sessions:
    """All that are open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, secret: str, session: Session, seconds: float) -> None:
        """Whoever shows `secret` is this one, for so long at most."""
        now, mailboxes = time.time(), json.dumps(sorted(session.mailboxes))

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM sessions WHERE ends_at <= ?", (now,))
            connection.execute(
                """INSERT INTO sessions (id, way, name, role, mailboxes, ends_at, asked_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (digest(secret), session.way, session.name, session.role, mailboxes, now + seconds, now),
            )
            connection.execute(
                """DELETE FROM sessions WHERE way = ?1 AND name = ?2 AND id NOT IN (SELECT id FROM sessions
                    WHERE way = ?1 AND name = ?2 ORDER BY ends_at DESC LIMIT ?3)""",
                (session.way, session.name, _MOST),
            )

        self._database.write(work)

    def get(self, secret: str) -> Session | None:
        """The session of this secret. A local user's role and mailboxes are those of now."""
        for way, name, role, mailboxes, asked, local, own in self._database.read(_GET, (digest(secret), time.time())):
            if way != "password":
                return Session(way, name, role, frozenset(json.loads(mailboxes)), asked)
            if local is not None:
                return Session(way, local, role, frozenset(own.split("\n") if own else ()))
        return None

    def claim(self, secret: str, before: float, asked_at: float) -> bool:
        """Whether it is the caller who asks about it now: nobody else has since `before`."""
        sql, row = "UPDATE sessions SET asked_at = ? WHERE id = ? AND asked_at = ?", (asked_at, digest(secret), before)
        return bool(self._database.write(lambda connection: connection.execute(sql, row).rowcount))

    def confirm(self, secret: str, mailboxes: Collection[str], asked_at: float) -> None:
        """Whoever shows `secret` has these from now on."""
        row = (json.dumps(sorted(mailboxes)), asked_at, digest(secret))
        self._database.write(lambda c: c.execute("UPDATE sessions SET mailboxes = ?, asked_at = ? WHERE id = ?", row))

    def end(self, secret: str) -> None:
        """Nobody is signed in by it any more."""
        self._database.write(lambda c: c.execute("DELETE FROM sessions WHERE id = ?", (digest(secret),)))
