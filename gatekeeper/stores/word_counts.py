"""word_counts: the counts of words in a training store, read by a command that is started for one message.

Without numpy, and without writing: whose import and locks would take longer than the reading. Fails with `StoreError`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from gatekeeper.stores.opening import PATIENCE, StoreError, explained

SCHEMA = 1
"""The schema it knows: that of `training_rows.MIGRATIONS`."""

_TURN = 1 << 63  # SQLite has signed numbers only
_AT_ONCE = 500
_PAGE = 10_000


class WordCounts:
    """One look at the store at `path`, whatever others write meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            if not path.exists():
                raise StoreError(path, "nothing was learnt yet", "learn some spam and some ham first")
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", timeout=PATIENCE, uri=True, isolation_level=None
            )
            try:
                self._begin()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def messages(self) -> tuple[int, int]:
        """How many messages of spam and of ham were learnt."""
        with explained(self._path):
            row = self._connection.execute("SELECT spam, ham FROM state").fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def imported(self) -> bool:
        """Whether a list of words is among what was learnt."""
        with explained(self._path):
            return bool(self._connection.execute("SELECT EXISTS (SELECT 1 FROM imports)").fetchone()[0])

    def of(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """Counts in spam and in ham of the words with these keys (64 bits, unsigned), in their order."""
        signed = [key - _TURN for key in keys]
        found: dict[int, tuple[int, int]] = {}
        with explained(self._path):
            for start in range(0, len(signed), _AT_ONCE):
                some = signed[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                sql = f"SELECT key, spam, ham FROM words WHERE key IN ({marks})"  # noqa: S608
                found.update((key, (spam, ham)) for key, spam, ham in self._connection.execute(sql, some))
        return [found.get(key, (0, 0)) for key in signed]

    def number(self) -> int:
        """How many different words there are."""
        with explained(self._path):
            count: int = self._connection.execute("SELECT count(*) FROM words").fetchone()[0]
        return count

    def ascending(self) -> Iterator[tuple[bytes, int, int]]:
        """Every word with its counts, in the order of its octets."""
        with explained(self._path):
            rows = self._connection.execute("SELECT word, spam, ham FROM words ORDER BY word")
        while page := self._page(rows):
            yield from page

    def _page(self, rows: sqlite3.Cursor) -> list[tuple[bytes, int, int]]:
        with explained(self._path):
            return rows.fetchmany(_PAGE)

    def _begin(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA:
            raise StoreError(
                self._path,
                f"its schema is {version}, not {SCHEMA} as is known here",
                "use the gatekeeper that wrote it, or learn something with this one",
            )
        self._connection.execute("BEGIN")
