"""history: one SQLite file, shared by all workers: questions are answered from it, and what happened is noted in it.

Reading waits for nobody: it has a connection of its own, and SQLite's readers do not wait for its writer. What is noted
is written behind the replies, some ten times a second, in one transaction; what cannot be written in time is lost,
counted and logged. All else fails with `StoreError`.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from gatekeeper.stores.database import Database
from gatekeeper.stores.history import contacts, rates, senders, sightings
from gatekeeper.stores.history.memory import MIGRATIONS, Bounds, delete, oldest
from gatekeeper.stores.history.port import Change
from gatekeeper.stores.history.subject import Told, forgotten, told
from gatekeeper.stores.writer import Writer
from gatekeeper.values import Answer, Known, Label, Rate, Reputation, Seen

CAPACITY = 20_000  # changes that wait to be written
PATIENCE = 0.2  # seconds that a question waits, where the file is locked against the rules
_TIDY = 10  # rows are counted again whenever a tenth of what is allowed was noted


class History:
    """The store at `path`. `on_loss` is told how many changes were lost. `create=False`: fail if there is none yet."""

    def __init__(
        self,
        path: Path,
        bounds: Bounds = Bounds(),  # noqa: B008 — it is frozen
        on_loss: Callable[[int], object] = lambda _: None,
        create: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self._bounds, self._clock = bounds, clock
        self._reading = Database(path, MIGRATIONS, create=create, patience=PATIENCE)
        self._database = Database(path, MIGRATIONS, create=create)
        self._writer: Writer[Change] = Writer(self._write, CAPACITY, on_loss)
        self._noted = 0

    def ask(self, question: Known | Reputation | Seen | Rate) -> Answer:
        """The answer at this moment. Changes nothing."""
        read, now = self._reading.read, self._clock()
        match question:
            case Known():
                return contacts.acquainted(read, question)
            case Reputation(key):
                return senders.reputed(read, key, now, self._bounds.half_life)
            case Seen():
                return sightings.sighted(read, question, now)
            case Rate():
                return rates.level(question, rates.empty_at(read, question.key), now)

    def note(self, changes: Iterable[Change]) -> None:
        """Have these written soon. Never blocks, never raises."""
        for change in changes:
            self._writer.put(change)

    def about(self, subject: str) -> Told:
        """All that is known of an address, a domain or a network (`192.0.2.0/24`)."""
        return told(self._reading.read, subject, self._clock(), self._bounds.half_life)

    def reviewed(self, message_id: str) -> Label | None:
        """What somebody has said that this message is; None if nobody has."""
        return senders.said(self._reading.read, message_id)

    def forget(self, subject: str) -> int:
        """Forget all of that; how many rows."""
        return self._database.write(lambda connection: forgotten(connection, subject))

    def prune(self) -> int:
        """Forget what is too old or too much; how many rows."""
        now, pruned = self._clock(), 0
        for table in self._bounds.seconds():
            before = oldest(self._database.read, table, self._bounds, now)
            while deleted := self._database.write(partial(delete, table=table, before=before)):
                pruned += deleted
        return pruned

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was noted in this process can be found; False if that takes too long."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits and let go of the file."""
        self._writer.close(timeout)
        self._reading.close()
        self._database.close()

    def _write(self, batch: Sequence[Change]) -> None:
        if self._noted > self._bounds.rows // _TIDY:
            self.prune()
            self._noted = 0
        self._database.write(lambda connection: self._all(connection, batch))
        self._noted += len(batch)

    def _all(self, connection: sqlite3.Connection, batch: Sequence[Change]) -> None:
        for change in batch:
            if isinstance(change, senders.Judgement | senders.Review):
                change.write(connection, self._bounds.half_life)
            else:
                change.write(connection)
