"""links: tokens that sign somebody in once, and not for long."""

import sqlite3
import time

from gatekeeper.stores.accounts.schema import digest
from gatekeeper.stores.database import Database

_MOST = 5  # that one address may have open; the oldest go first


class Links:
    """All that may still be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: str, address: str, seconds: float) -> None:
        """Whoever has `token` owns `address`; for so long."""
        now = time.time()

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM links WHERE ends_at <= ?", (now,))
            row = (digest(token), address, now + seconds)
            connection.execute("INSERT INTO links (token, address, ends_at) VALUES (?, ?, ?)", row)
            connection.execute(
                """DELETE FROM links WHERE address = ?1 AND token NOT IN
                    (SELECT token FROM links WHERE address = ?1 ORDER BY ends_at DESC LIMIT ?2)""",
                (address, _MOST),
            )

        self._database.write(work)

    def address(self, token: str) -> str | None:
        """Whose it is; it stays good."""
        sql = "SELECT address FROM links WHERE token = ? AND ends_at > ?"
        return next((address for (address,) in self._database.read(sql, (digest(token), time.time()))), None)

    def spend(self, token: str) -> str | None:
        """Whose it is, for the first who asks; all links of that address are gone with it."""

        def work(connection: sqlite3.Connection) -> str | None:
            sql = "DELETE FROM links WHERE token = ? AND ends_at > ? RETURNING address"
            row = connection.execute(sql, (digest(token), time.time())).fetchone()
            if row is None:
                return None
            connection.execute("DELETE FROM links WHERE address = ?", row)
            address: str = row[0]
            return address

        return self._database.write(work)
