"""users: local users: name, role, the digest of their password, and the mailboxes that are theirs."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.stores.database import Database


@dataclass(frozen=True, slots=True)
class User:
    """One of them. `secret` is what argon2id made of the password; mailboxes are in lower case."""

    name: str
    role: str
    secret: str
    mailboxes: frozenset[str] = frozenset()


_ALL = """SELECT name, role, secret, (SELECT group_concat(address, char(10)) FROM mailboxes
    WHERE mailboxes.name = users.name) FROM users"""


class Users:
    """All of them. A name is the same in either case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[User]:
        """In the order of the alphabet."""
        return [_user(*row) for row in self._database.read(f"{_ALL} ORDER BY name")]

    def get(self, name: str) -> User | None:
        """The user of this name."""
        if "\0" in name or not name.isprintable():
            return None
        return next((_user(*row) for row in self._database.read(f"{_ALL} WHERE name = ?", (name,))), None)

    def add(self, user: User) -> bool:
        """False if there is one of that name already."""

        def work(connection: sqlite3.Connection) -> bool:
            values = (user.name, user.role, user.secret)
            insert = "INSERT INTO users (name, role, secret) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            if not connection.execute(insert, values).rowcount:
                return False
            _give(connection, user.name, user.mailboxes)
            return True

        return self._database.write(work)

    def remove(self, name: str) -> bool:
        """Their sessions end. False if there is no such user."""

        def work(connection: sqlite3.Connection) -> bool:
            _sign_out(connection, name)
            connection.execute("DELETE FROM mailboxes WHERE name = ?", (name,))
            return connection.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

        return self._database.write(work)

    def set_secret(self, name: str, secret: str) -> bool:
        """A new password; all sessions that the old one began end. False if there is no such user."""

        def work(connection: sqlite3.Connection) -> bool:
            _sign_out(connection, name)
            return connection.execute("UPDATE users SET secret = ? WHERE name = ?", (secret, name)).rowcount > 0

        return self._database.write(work)

    def renew_secret(self, name: str, old: str, new: str) -> None:
        """The same password digested anew, unless it has been changed meanwhile; nobody is signed out."""
        sql = "UPDATE users SET secret = ? WHERE name = ? AND secret = ?"
        self._database.write(lambda connection: connection.execute(sql, (new, name, old)))

    def set_role(self, name: str, role: str) -> bool:
        """It counts from the next request on. False if there is no such user."""
        sql = "UPDATE users SET role = ? WHERE name = ?"
        return self._database.write(lambda connection: connection.execute(sql, (role, name)).rowcount > 0)

    def set_mailboxes(self, name: str, mailboxes: Iterable[str]) -> bool:
        """These and no others are theirs, from the next request on. False if there is no such user."""

        def work(connection: sqlite3.Connection) -> bool:
            if not connection.execute("SELECT 1 FROM users WHERE name = ?", (name,)).fetchone():
                return False
            connection.execute("DELETE FROM mailboxes WHERE name = ?", (name,))
            _give(connection, name, mailboxes)
            return True

        return self._database.write(work)


def _give(connection: sqlite3.Connection, name: str, mailboxes: Iterable[str]) -> None:
    rows = [(name, address) for address in sorted({address.lower() for address in mailboxes})]
    connection.executemany("INSERT INTO mailboxes (name, address) VALUES (?, ?)", rows)


def _sign_out(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("DELETE FROM sessions WHERE way = 'password' AND name = ?", (name,))


def _user(name: str, role: str, secret: str, mailboxes: str | None) -> User:
    return User(name, role, secret, frozenset(mailboxes.split("\n") if mailboxes else ()))
