"""tokens: what programs show instead of signing in. Only digests are kept, so a token is seen once, when it is made."""

import json
import sqlite3
import time
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.stores.accounts.schema import digest
from gatekeeper.stores.database import Database


class Scope(StrEnum):
    """How far a token reaches; each includes those before."""

    READ = "read"
    ACT = "act"
    ADMIN = "admin"

    def reaches(self, other: "Scope") -> bool:
        """Whether what needs `other` may be done."""
        return [*Scope].index(self) >= [*Scope].index(other)


@dataclass(frozen=True, slots=True)
class Token:
    """Who shows it, and how far it reaches. With mailboxes only what is held for these; without, everybody's.
    `ends_at` is None for one that never does.
    """

    name: str
    scope: Scope
    mailboxes: frozenset[str] = frozenset()
    made_at: float = 0.0
    ends_at: float | None = None


_COLUMNS = "name, scope, mailboxes, made_at, ends_at"


class Tokens:
    """All of them. A name is the same in either case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Token]:
        """In the order of the alphabet; those that have ended too."""
        return [_token(*row) for row in self._database.read(f"SELECT {_COLUMNS} FROM tokens ORDER BY name")]  # noqa: S608

    def get(self, secret: str) -> Token | None:
        """The token whose secret this is, unless it has ended."""
        sql = f"SELECT {_COLUMNS} FROM tokens WHERE secret = ? AND coalesce(ends_at, 9e999) > ?"  # noqa: S608
        found = self._database.read(sql, (digest(secret), time.time()))
        return next((_token(*row) for row in found), None)

    def add(self, secret: str, token: Token) -> bool:
        """False if there is one of that name already."""
        row = (token.name, digest(secret), token.scope, json.dumps(sorted(token.mailboxes)), time.time(), token.ends_at)

        def work(connection: sqlite3.Connection) -> bool:
            sql = """INSERT INTO tokens (name, secret, scope, mailboxes, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO NOTHING"""
            return connection.execute(sql, row).rowcount > 0

        return self._database.write(work)

    def remove(self, name: str) -> bool:
        """It is worth nothing from now on. False if there is none of that name."""
        sql = "DELETE FROM tokens WHERE name = ?"
        return self._database.write(lambda connection: connection.execute(sql, (name,)).rowcount > 0)


def _token(name: str, scope: str, mailboxes: str, made_at: float, ends_at: float | None) -> Token:
    return Token(name, Scope(scope), frozenset(json.loads(mailboxes)), made_at, ends_at)
