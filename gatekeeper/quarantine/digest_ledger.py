"""digest_ledger: which digests were sent, which of their links were used, and who wants them when, in one file.

    due         to be sent, or to be tried again
    sending     somebody is at it. Whoever broke down there may have sent it, so nobody does so again
    sent        the next hop has it
    refused     the next hop does not want it
    uncertain   the next hop has not said whether it took it

There is one row for each recipient and period, and it is on disk before anything is sent. All methods block; several
processes may use the same file. Fails with `StoreError`.
"""

import json
import sqlite3
import time
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Any

from gatekeeper.quarantine.digest_hours import wished, written
from gatekeeper.quarantine.digest_token import NoTicket, Ticket, read
from gatekeeper.quarantine.key import signing_key
from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import explained, octets

RETRY = 300.0  # seconds after which one that was not taken is tried again
_DAY = 86_400

_MIGRATIONS = (
    (
        """CREATE TABLE digests (
            recipient TEXT NOT NULL COLLATE NOCASE,
            period TEXT NOT NULL,
            state TEXT NOT NULL,
            until REAL NOT NULL,
            tried_at REAL NOT NULL,
            reply TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (recipient, period)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX digests_by_state ON digests (state, recipient)",
        "CREATE TABLE spent (nonce TEXT PRIMARY KEY, expires REAL NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE wishes (recipient TEXT PRIMARY KEY COLLATE NOCASE, hours TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
)


class Sending(StrEnum):
    """How far a digest is."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


class DigestLedger:
    """The one in the quarantine's `directory`; its key, by which links are signed, is made at first use."""

    def __init__(self, directory: Path) -> None:
        self._key = directory / "digest.key"
        self._database = Database(directory / "digest.db", _MIGRATIONS, "FULL")

    @property
    def key(self) -> bytes:
        """What links are signed with."""
        with explained(self._key):
            return signing_key(self._key)

    def begin(self, recipient: str, period: str, until: float) -> bool:
        """Whether this digest is the caller's to send now, with what was held before `until`; nobody else may then."""
        now, row = time.time(), (octets(recipient), period)

        def work(connection: sqlite3.Connection) -> bool:
            new = """INSERT OR IGNORE INTO digests (recipient, period, state, until, tried_at)
                VALUES (CAST(? AS TEXT), ?, ?, 0, 0)"""
            connection.execute(new, (*row, Sending.DUE))
            mine = connection.execute(
                """UPDATE digests SET state = ?, until = ?, tried_at = ?
                    WHERE recipient = CAST(? AS TEXT) AND period = ? AND state = ? AND tried_at <= ?""",
                (Sending.SENDING, until, now, *row, Sending.DUE, now - RETRY),
            )
            return bool(mine.rowcount)

        return self._database.write(work)

    def end(self, recipient: str, period: str, state: Sending, reply: str = "") -> None:
        """What became of it."""
        sql = """UPDATE digests SET state = ?, reply = CAST(? AS TEXT)
            WHERE recipient = CAST(? AS TEXT) AND period = ? AND state = ?"""
        parameters = (state, octets(reply[:500]), octets(recipient), period, Sending.SENDING)
        self._database.write(lambda connection: connection.execute(sql, parameters))

    def told_until(self) -> dict[str, float]:
        """Up to when each recipient, in lower case, was told what is held."""
        sql = "SELECT recipient, max(until) FROM digests WHERE state = ? GROUP BY recipient"
        return {recipient.lower(): until for recipient, until in self._database.read(sql, (Sending.SENT,))}

    def waiting(self, periods: Collection[str]) -> bool:
        """Whether something of these periods is to be tried again."""
        sql = "SELECT 1 FROM digests WHERE state = ? AND period IN (SELECT value FROM json_each(?)) LIMIT 1"
        return bool(self._database.read(sql, (Sending.DUE, json.dumps(list(periods)))))

    def sent(self, recipient: str, period: str) -> Sending | None:
        """How far one is; None if nobody has begun it."""
        sql = "SELECT state FROM digests WHERE recipient = CAST(? AS TEXT) AND period = ?"
        return next((Sending(state) for (state,) in self._database.read(sql, (octets(recipient), period))), None)

    def ticket(self, token: str) -> Ticket | NoTicket:
        """What a link is good for. Asking changes nothing."""
        found = read(self.key, token, time.time())
        if isinstance(found, NoTicket):
            return found
        used = self._database.read("SELECT 1 FROM spent WHERE nonce = ?", (found.nonce,))
        return NoTicket.USED if used else found

    def spend(self, ticket: Ticket) -> bool:
        """Whether this is the first to use it."""
        sql, row = "INSERT OR IGNORE INTO spent (nonce, expires) VALUES (?, ?)", (ticket.nonce, ticket.expires)
        return bool(self._database.write(lambda connection: connection.execute(sql, row).rowcount))

    def give_back(self, ticket: Ticket) -> None:
        """Nothing came of it: it may be used after all."""
        self._database.write(
            lambda connection: connection.execute("DELETE FROM spent WHERE nonce = ?", (ticket.nonce,))
        )

    def wish(self, recipient: str, hours: tuple[int, ...] | None) -> None:
        """From now on a digest at these hours; () never, None as everybody."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM wishes WHERE recipient = CAST(? AS TEXT)", (octets(recipient),))
            if hours is not None:
                new = "INSERT INTO wishes (recipient, hours) VALUES (CAST(? AS TEXT), ?)"
                connection.execute(new, (octets(recipient), written(hours)))

        self._database.write(work)

    def wishes(self) -> dict[str, tuple[int, ...]]:
        """The hours of those who have wished for some, by address in lower case."""
        rows: list[Any] = self._database.read("SELECT recipient, hours FROM wishes")
        return {recipient.lower(): wished(hours) for recipient, hours in rows}

    def prune(self, days: float) -> None:
        """Forget what is older, and links that nobody can use any more."""
        now = time.time()

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM digests WHERE tried_at < ?", (now - days * _DAY,))
            connection.execute("DELETE FROM spent WHERE expires < ?", (now,))

        self._database.write(work)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()
