"""journal: one record for each message, kept to be searched, explained and replayed.

`record` only puts it into a queue; what has gathered there is written some ten times a second, in one transaction.
While the file cannot be written (locked, disk full) records wait; when `CAPACITY` of them wait, further ones are lost,
counted, and logged. So nothing here can delay or fail a message. All else fails with `StoreError`.
"""

import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from gatekeeper.stores import journal_boxes, journal_lists
from gatekeeper.stores.database import Database
from gatekeeper.stores.encoding import without_data
from gatekeeper.stores.journal_lists import Asked, Hop, Hour, Lines
from gatekeeper.stores.opening import octets
from gatekeeper.stores.rows import MIGRATIONS, insert, restored, rows
from gatekeeper.stores.search import Search
from gatekeeper.stores.writer import Writer
from gatekeeper.values import Action, Outcome, Record

CAPACITY = 10_000
_DAY = 86_400
_PRUNE = 1000  # records deleted in one transaction, so that writers need not wait long


class Journal:
    """The journal at `path`; several processes may write it. `on_loss` is told how many records were lost.

    `create=False`: fail if there is none yet.
    """

    def __init__(self, path: Path, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> None:
        self.path = path
        self._database = Database(path, MIGRATIONS, create=create)
        self._writer: Writer[Record] = Writer(self._write, CAPACITY, on_loss)

    @property
    def lost(self) -> int:
        """Records of this process that were lost."""
        return self._writer.lost

    def record(self, record: Record) -> None:
        """Keep `record`. Never blocks, never raises."""
        self._writer.put(replace(record, tape=without_data(record.tape)))

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was recorded in this process can be found; False if that takes too long."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits and let go of the file."""
        self._writer.close(timeout)
        self._database.close()

    def get(self, message_id: str) -> Record | None:
        """The record of one message."""
        return next(iter(self.find(message_id=message_id, limit=1)), None)

    def find(
        self,
        *,
        message_id: str | None = None,
        sender: str | None = None,
        recipient: str | None = None,
        reason: str | None = None,
        since: float | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """Records for which all of this holds, the newest first.

        Addresses and reasons match whole, in either case; `*` in them stands for anything. `since` is in seconds of
        the epoch.
        """
        search = Search()
        if message_id is not None:
            search.add("id = CAST(? AS TEXT)", octets(message_id))
        search.text("sender {}", sender)
        search.text("reason {}", reason)
        search.text("number IN (SELECT number FROM recipients WHERE address {})", recipient)
        if since is not None:
            search.add("time >= ?", since)
        found = self._database.read(
            f"""SELECT number, detail FROM records JOIN details USING (number)
                WHERE {search} ORDER BY number DESC LIMIT ?""",  # noqa: S608
            (*search.parameters, limit),
        )
        recipients = self._recipients([number for number, _ in found])
        return [restored(detail, recipients[number]) for number, detail in found]

    def page(self, asked: Asked, *, below: int = 0, above: int = 0, limit: int = 50) -> Lines:
        """Some of what matches, the newest first: behind the number `below`, or in front of `above`."""
        return journal_lists.page(self._database.read, asked, below, above, limit)

    def hours(self, since: float, recipients: Sequence[str] | None = None) -> list[Hour]:
        """How much came, by hour and verdict; within the scope of `recipients`, what came for them."""
        return journal_lists.hours(self._database.read, since, recipients)

    def senders(self, actions: Sequence[Action], since: float, limit: int = 8) -> list[tuple[str, int]]:
        """Of the newest messages with these verdicts, the most frequent senders, and how often each is there."""
        return journal_lists.senders(self._database.read, actions, since, limit)

    def hops(self, since: float) -> list[Hop]:
        """How the next hops take what they are given, by the newest messages."""
        return journal_lists.hops(self._database.read, since)

    def update_fate(self, message_id: str, recipient: str, outcome: Outcome) -> bool:
        """Write down what became of one recipient later; False if the journal does not know of it. Blocks."""
        self.flush()
        parameters = (outcome.fate, octets(outcome.hop), octets(outcome.reply), octets(message_id), octets(recipient))

        def update(connection: sqlite3.Connection) -> bool:
            sql = """UPDATE recipients SET fate = ?, hop = CAST(? AS TEXT), reply = CAST(? AS TEXT)
                WHERE number = (SELECT number FROM records WHERE id = CAST(? AS TEXT))
                AND address = CAST(? AS TEXT) COLLATE BINARY"""
            return connection.execute(sql, parameters).rowcount > 0

        return self._database.write(update)

    def prune(self, days: float) -> int:
        """Forget records older than this; how many there were."""
        before, pruned = time.time() - days * _DAY, 0
        while deleted := self._database.write(lambda connection: _delete(connection, before)):
            pruned += deleted
        return pruned

    def _write(self, batch: Sequence[Record]) -> None:
        table = [rows(record) for record in batch]
        self._database.write(lambda connection: insert(connection, table))

    def _recipients(self, numbers: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
        """What `restored` needs of the recipients of each of these records."""
        found: dict[int, list[Sequence[Any]]] = defaultdict(list)
        sql = """SELECT number, address, verdict, fate, hop, reply FROM recipients
            WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number, place"""
        for number, *recipient in self._database.read(sql, (json.dumps(numbers),)):
            found[number].append(recipient)
        return found


def _delete(connection: sqlite3.Connection, before: float) -> int:
    """Delete some of the records before this time; how many. They stand in the order of their time, nearly."""
    oldest = connection.execute("SELECT number, time FROM records ORDER BY number LIMIT ?", (_PRUNE,)).fetchall()
    numbers = [number for number, _ in takewhile(lambda row: row[1] < before, oldest)]
    connection.execute("DELETE FROM hours WHERE hour < ?", (int(before // journal_lists.HOUR),))
    for table in ("records", "details", "recipients") if numbers else ():
        connection.execute(f"DELETE FROM {table} WHERE number <= ?", (numbers[-1],))  # noqa: S608
    if numbers:
        journal_boxes.forget(connection, numbers[-1])
    return len(numbers)
