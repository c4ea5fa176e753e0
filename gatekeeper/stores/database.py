"""database: one SQLite file, shared by the threads of a process.

Threads that write at the same time are committed together, so one sync of the disk serves them all. Opened on first
use in each process: nothing of SQLite is carried through a fork (sqlite.org/howtocorrupt.html §2.6). Fails with
`StoreError`; the next use tries anew.
"""

import os
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from gatekeeper.stores.opening import Durability, Migrations, StoreError, connect, explained

T = TypeVar("T")


class Database:
    """The file at `path`, brought to the newest of `migrations`; see `opening.connect`."""

    def __init__(
        self,
        path: Path,
        migrations: Migrations,
        durability: Durability = "NORMAL",
        create: bool = True,
        patience: float | None = None,
    ) -> None:
        self.path = path
        self._migrations, self._durability, self._create, self._patience = migrations, durability, create, patience
        self._begin()
        begin = weakref.WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (again := begin()) and again())

    def _begin(self) -> None:
        """Start with nothing open, as in a new process. The parent's connection must not even be closed."""
        self._inherited = getattr(self, "_connection", None)
        self._connection: sqlite3.Connection | None = None
        self._turn = threading.Lock()
        self._waiting: deque[_Job] = deque()

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of a query."""
        with self._turn:
            try:
                with explained(self.path):
                    return self._open().execute(sql, parameters).fetchall()
            except StoreError:
                self._drop()
                raise

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction, and return what it returned once that is committed.

        What `work` raises undoes its own changes alone, unless it comes from SQLite.
        """
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            if not job.outcome.done():
                self._commit([self._waiting.popleft() for _ in range(len(self._waiting))])
        outcome: T = job.outcome.result()
        return outcome

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._turn:
            self._drop()

    def _commit(self, jobs: "list[_Job]") -> None:
        try:
            with explained(self.path):
                _transact(self._open(), jobs)
        except BaseException as error:
            self._drop()
            for job in jobs:
                job.outcome.set_exception(error)
        else:
            for job in jobs:
                job.tell()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path, self._migrations, self._durability, self._create, self._patience)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class _Job:
    """One caller's part of a shared transaction."""

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self.outcome: Future[Any] = Future()
        self._work = work
        self._value: object = None
        self._error: Exception | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        connection.execute("SAVEPOINT job")
        try:
            self._value = self._work(connection)
        except sqlite3.Error:
            raise  # the file is in trouble, and everybody with it
        except Exception as error:
            connection.execute("ROLLBACK TO job")
            self._error = error
        connection.execute("RELEASE job")

    def tell(self) -> None:
        if self._error is None:
            self.outcome.set_result(self._value)
        else:
            self.outcome.set_exception(self._error)


def _transact(connection: sqlite3.Connection, jobs: Sequence[_Job]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for job in jobs:
            job.run(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
