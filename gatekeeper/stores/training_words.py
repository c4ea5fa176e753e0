"""training_words: how often each word was learnt, as rows of the training store. Fails with `StoreError`."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_rows import Counted, Row

_PAGE = 50_000
_TURN = np.uint64(1 << 63)
_TOGETHER = 50  # rows of one statement, which takes half the time of as many statements
_REMEDY = "put a backup in its place, or move it away and learn anew"
_UPSERT = """INSERT INTO words VALUES {}
    ON CONFLICT (key) DO UPDATE SET spam = spam + excluded.spam, ham = ham + excluded.ham"""
_UPDATE = """UPDATE words SET spam = spam + ?2, ham = ham + ?3
    WHERE key = ?1 AND spam + ?2 >= 0 AND ham + ?3 >= 0"""


class Words:
    """The counts, to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def number(self) -> int:
        """How many different words there are."""
        count: int = self._database.read("SELECT count(*) FROM words")[0][0]
        return count

    def rows(self) -> Iterator[Row]:
        """All of them, always in the same order, that of their keys; others may write in between."""
        for page in self._pages("key, word, spam, ham"):
            yield from (Row(*row[1:]) for row in page)

    def table(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
        """Keys ascending, counts in spam, counts in ham."""
        try:
            pages = [np.array(page, np.int64).T for page in self._pages("key, spam, ham")]
        except (TypeError, ValueError, OverflowError):
            raise StoreError(self._database.path, "it is damaged: a count is no number", _REMEDY) from None
        keys, spam, ham = np.concatenate([np.empty((3, 0), np.int64), *pages], axis=1)
        return keys.view(np.uint64) ^ _TURN, spam.astype(np.uint32), ham.astype(np.uint32)

    def _pages(self, columns: str) -> Iterator[list[tuple[Any, ...]]]:
        after, at_least = -(1 << 63), ">="
        while page := self._database.read(
            f"SELECT {columns} FROM words WHERE key {at_least} ? ORDER BY key LIMIT ?",  # noqa: S608
            (after, _PAGE),
        ):
            yield page
            after, at_least = page[-1][0], ">"


def add(connection: sqlite3.Connection, path: Path, counted: Counted) -> None:
    """Change the counts. A word whose counts come to nothing is gone; one below nothing means damage."""
    keys = (counted.keys ^ _TURN).view(np.int64)
    less = (counted.spam < 0) | (counted.ham < 0)
    more = ~less & ((counted.spam > 0) | (counted.ham > 0))
    if more.any():
        words = [counted.words[n] for n in np.flatnonzero(more).tolist()]
        columns = (keys[more].tolist(), words, counted.spam[more].tolist(), counted.ham[more].tolist())
        _put(connection, zip(*columns, strict=True))
    if less.any():
        rows = list(zip(keys[less].tolist(), counted.spam[less].tolist(), counted.ham[less].tolist(), strict=True))
        _take(connection, path, rows)


def _put(connection: sqlite3.Connection, rows: Iterator[tuple[Any, ...]]) -> None:
    while some := list(islice(rows, _TOGETHER)):
        connection.execute(_UPSERT.format(",".join(["(?,?,?,?)"] * len(some))), list(chain.from_iterable(some)))


def _take(connection: sqlite3.Connection, path: Path, rows: Sequence[tuple[int, int, int]]) -> None:
    changed = connection.executemany(_UPDATE, rows).rowcount
    if changed != len(rows):
        raise StoreError(
            path,
            f"the counts of {len(rows) - changed} words do not fit the messages that were learnt",
            _REMEDY,
        )
    gone = [(key,) for key, _, _ in rows]
    connection.executemany("DELETE FROM words WHERE key = ? AND spam = 0 AND ham = 0", gone)
