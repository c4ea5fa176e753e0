"""rows: a `Record` as rows of the journal, and back.

`details` (JSON) holds all of a record but its outcomes, which change later. `records` and `recipients` are narrow, to
be searched by reading through them: a million rows take 0.1 s (benchmarks/journal.py). An index on sender and recipient
would double the cost of every message, because its pages are touched at random; here everything is only appended to,
also what finds the mail for an address (`journal_boxes`).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from gatekeeper.stores import encoding, journal_boxes
from gatekeeper.stores.opening import octets
from gatekeeper.values import Action, Envelope, Fate, Outcome, Record, Verdict

MIGRATIONS = (
    (
        """CREATE TABLE records (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            time REAL NOT NULL,
            sender TEXT NOT NULL COLLATE NOCASE,
            client TEXT NOT NULL,
            action TEXT NOT NULL,
            reason TEXT NOT NULL COLLATE NOCASE,
            size INTEGER NOT NULL,
            queue_id TEXT NOT NULL
        ) STRICT""",
        "CREATE TABLE details (number INTEGER PRIMARY KEY, detail TEXT NOT NULL) STRICT",
        """CREATE TABLE recipients (
            number INTEGER NOT NULL,
            place INTEGER NOT NULL,
            address TEXT NOT NULL COLLATE NOCASE,
            verdict INTEGER,
            action TEXT NOT NULL,
            reason TEXT NOT NULL COLLATE NOCASE,
            fate TEXT,
            hop TEXT NOT NULL,
            reply TEXT NOT NULL,
            PRIMARY KEY (number, place)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE hours (
            hour INTEGER NOT NULL,
            action TEXT NOT NULL,
            reason TEXT NOT NULL,
            messages INTEGER NOT NULL,
            PRIMARY KEY (hour, action, reason)
        ) STRICT, WITHOUT ROWID""",
        """INSERT INTO hours SELECT CAST(time / 3600 AS INTEGER), action, reason COLLATE BINARY, count(*) FROM records
            GROUP BY 1, 2, 3""",
    ),
    journal_boxes.SCHEMA,
)

_VALUE, _TEXT = "?", "CAST(? AS TEXT)"
_RECORDS = (
    "INSERT OR REPLACE INTO records (number, id, time, sender, client, action, reason, size, queue_id) VALUES ",
    (_VALUE, _TEXT, _VALUE, _TEXT, _TEXT, _VALUE, _TEXT, _VALUE, _TEXT),
)
_DETAILS = ("INSERT INTO details (number, detail) VALUES ", (_VALUE, _TEXT))
_RECIPIENTS = (
    "INSERT INTO recipients (number, place, address, verdict, action, reason, fate, hop, reply) VALUES ",
    (_VALUE, _VALUE, _TEXT, _VALUE, _VALUE, _TEXT, _VALUE, _TEXT, _TEXT),
)
_HOUR = """INSERT INTO hours (hour, action, reason, messages) VALUES (?, ?, CAST(? AS TEXT), ?)
    ON CONFLICT DO UPDATE SET messages = messages + excluded.messages"""
_CHUNKS = (64, 8, 1)
_SEVERITY = {action: place for place, action in enumerate(Action)}


class Detail(msgspec.Struct, array_like=True):
    """What `details.detail` holds. New fields go to the end, with a default."""

    envelope: Envelope
    verdicts: list[Verdict]
    tape: list[tuple[encoding.Row, encoding.Row]]
    size: int
    sha256: str
    config: str
    notes: tuple[str, ...]
    seconds: float


class Rows(msgspec.Struct):
    """One record as columns, without its number, and without the place of each recipient."""

    record: tuple[Any, ...]
    detail: bytes
    recipients: list[tuple[Any, ...]]


def rows(record: Record) -> Rows:
    """`record` as rows."""
    verdicts, numbers = encoding.distinct(record.verdicts)
    envelope = record.envelope
    worst = max(verdicts, key=lambda verdict: _SEVERITY[verdict.action], default=None)
    detail = Detail(
        envelope,
        verdicts,
        encoding.tape_rows(record.tape),
        record.size,
        record.sha256,
        record.config,
        record.notes,
        record.seconds,
    )
    columns = (
        octets(envelope.id),
        envelope.received_at,
        octets(envelope.sender),
        octets((envelope.client or envelope.peer).address),
        worst.action if worst else "",
        octets(worst.reason) if worst else b"",
        record.size,
        octets(envelope.queue_id),
    )
    recipients = [_recipient(address, numbers.get(address), record) for address in _addresses(record)]
    return Rows(columns, encoding.encode(detail, verdicts), recipients)


def insert(connection: sqlite3.Connection, batch: Sequence[Rows]) -> None:
    """Write `batch`, in few statements: each gives up the interpreter's lock and has to wait to get it back.

    In a transaction that has the right to write, so that nobody else takes the same numbers. A record that is there
    already (its commit was said to have failed, and had not) takes the place of the old one.
    """
    first = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM details").fetchone()[0]
    numbered = list(enumerate(batch, first))
    tables = (
        (_RECORDS, [(number, *rows.record) for number, rows in numbered]),
        (_DETAILS, [(number, rows.detail) for number, rows in numbered]),
        (_RECIPIENTS, [(number, place, *r) for number, rows in numbered for place, r in enumerate(rows.recipients)]),
    )
    for into, table in tables:
        for sql, parameters in _statements(into, table):
            connection.execute(sql, parameters)
    journal_boxes.sort(connection, first, first + len(batch) - 1)
    verdicts = ((row.record[1], row.record[4], row.record[5]) for row in batch)
    by_hour = Counter((int(time // 3600), action, reason) for time, action, reason in verdicts)
    connection.executemany(_HOUR, [(*hour, messages) for hour, messages in by_hour.items()])


def restored(detail: str, recipients: Iterable[Sequence[Any]]) -> Record:
    """The record of `details.detail` and its recipients, in order: address, verdict, fate, hop, reply."""
    kept = encoding.decode(detail, Detail)
    verdicts: dict[str, Verdict] = {}
    outcomes: dict[str, Outcome] = {}
    for address, verdict, fate, hop, reply in recipients:
        if verdict is not None:
            verdicts[address] = kept.verdicts[verdict]
        if fate is not None:
            outcomes[address] = Outcome(Fate(fate), hop, reply)
    tape = encoding.tape(kept.tape)
    return Record(
        kept.envelope, verdicts, outcomes, tape, kept.size, kept.sha256, kept.config, kept.notes, kept.seconds
    )


def _addresses(record: Record) -> Iterable[str]:
    if record.verdicts.keys() == record.outcomes.keys():
        return record.outcomes
    return dict.fromkeys((*record.verdicts, *record.outcomes))


def _recipient(address: str, number: int | None, record: Record) -> tuple[Any, ...]:
    verdict, outcome = record.verdicts.get(address), record.outcomes.get(address)
    return (
        octets(address),
        number,
        verdict.action if verdict else "",
        octets(verdict.reason) if verdict else b"",
        outcome.fate if outcome else None,
        octets(outcome.hop) if outcome else b"",
        octets(outcome.reply) if outcome else b"",
    )


def _statements(into: tuple[str, tuple[str, ...]], table: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    """Inserts of several rows at once, of few different lengths, so that SQLite parses each of them once."""
    insert, columns = into
    start = 0
    for length in _CHUNKS:
        while len(table) - start >= length:
            values = ",".join([f"({','.join(columns)})"] * length)
            yield insert + values, [value for row in table[start : start + length] for value in row]
            start += length
