"""list_states: what the workers found out about block lists, so that each knows it from the others, a new one does not
begin from nothing, and an administrator can look.

Who found something newer has the last word about a list; what was counted is added up. Fails with `StoreError`.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from gatekeeper.stores.database import Database

_MOST = 20_000.0  # answers about what was chosen at random; when there are more, all count half

MIGRATIONS = (
    (
        """CREATE TABLE lists (
            zone TEXT NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            why TEXT NOT NULL,
            since REAL NOT NULL,
            until REAL NOT NULL,
            asked INTEGER NOT NULL,
            listed INTEGER NOT NULL,
            random_asked REAL NOT NULL,
            random_listed REAL NOT NULL,
            PRIMARY KEY (zone, kind)
        ) STRICT, WITHOUT ROWID""",
    ),
)


@dataclass(frozen=True, slots=True)
class ListState:
    """One list, asked about one kind of thing. `since` and `until` (its next test; 0: none is planned) are seconds of
    the epoch. `asked` and `listed` count what mail was asked about, the others what was chosen at random.
    """

    zone: str
    kind: str
    state: str
    why: str = ""
    since: float = 0.0
    until: float = 0.0
    asked: int = 0
    listed: int = 0
    random_asked: float = 0.0
    random_listed: float = 0.0


_COLUMNS = ", ".join(field.name for field in fields(ListState))
_ALL = f"SELECT {_COLUMNS} FROM lists"  # noqa: S608
_ONE = f"{_ALL} WHERE zone = ? AND kind = ?"
_PUT = f"INSERT OR REPLACE INTO lists ({_COLUMNS}) VALUES ({', '.join('?' * len(fields(ListState)))})"  # noqa: S608


class ListStates:
    """The states at `path`; several processes may write them. `create=False`: fail if there are none yet."""

    def __init__(self, path: Path, create: bool = True) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS, create=create)

    def all(self) -> list[ListState]:
        """Every list that was ever asked, by name."""
        return [ListState(*row) for row in self._database.read(f"{_ALL} ORDER BY zone, kind")]

    def exchange(self, own: Iterable[ListState]) -> list[ListState]:
        """Say what is known, with what was counted since the last time; what all know together comes back."""
        return self._database.write(lambda connection: [_exchange(connection, state) for state in own])

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _exchange(connection: sqlite3.Connection, own: ListState) -> ListState:
    row = connection.execute(_ONE, (own.zone, own.kind)).fetchone()
    both = merged(ListState(*row), own) if row else own
    connection.execute(_PUT, astuple(both))
    return both


def merged(kept: ListState, own: ListState) -> ListState:
    """The newer state, and what both counted."""
    newest = own if own.since >= kept.since else kept
    asked, listed = kept.random_asked + own.random_asked, kept.random_listed + own.random_listed
    part = 0.5 if asked > _MOST else 1.0
    return replace(
        newest,
        asked=kept.asked + own.asked,
        listed=kept.listed + own.listed,
        random_asked=asked * part,
        random_listed=listed * part,
    )
