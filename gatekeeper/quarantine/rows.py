"""rows: a hold as rows of the index's tables, and back. See `tables` for what they are. Text may hold any bytes."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from gatekeeper.quarantine.hold import CHANGED, OPEN, Held
from gatekeeper.quarantine.kinds import kind_of
from gatekeeper.stores import encoding
from gatekeeper.stores.opening import octets
from gatekeeper.values import Envelope, Fate, Outcome, Verdict

Read = Callable[[str, Sequence[object]], list[Any]]
"""What runs a query and returns all its rows."""

WAITING, WITH_CHANGES = "waiting", "changed"
STATES: Mapping[Fate, str] = MappingProxyType(
    {fate: WAITING if fate in OPEN else WITH_CHANGES if fate in CHANGED else fate.value for fate in Fate}
)
"""What `recipients.state` is for each fate."""

_MILLION = 1_000_000
_INSERT_HOLD = """INSERT INTO holds (number, id, held_at, sender, subject, size, sha256, repeat, stored)
    VALUES (?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)"""
_INSERT_RECIPIENT = """INSERT INTO recipients
    (number, place, address, sender, verdict, kind, reason, score, state, fate, hop, reply)
    VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT))"""
_WORDS = """sender, subject, (SELECT group_concat(address, ' ') FROM recipients WHERE number = holds.number)
    FROM holds WHERE number = ?"""


class Detail(msgspec.Struct, array_like=True):
    """What `details.detail` holds. New fields go to the end, with a default."""

    envelope: Envelope
    verdicts: list[Verdict]


class State(NamedTuple):
    """What is known of a hold beside what `Held` says: how a repeat of it looks, and whether its file is there."""

    repeat: bytes | None = None
    stored: bool = True


def number_of(held_at: float) -> int:
    """The number of what is held at this time, unless something else has it."""
    return int(held_at * _MILLION)


def free_number(connection: sqlite3.Connection, held_at: float) -> int:
    """The number for what is held at this time, which nothing else has."""
    number = number_of(held_at)
    while connection.execute("SELECT 1 FROM holds WHERE number = ?", (number,)).fetchone():
        number += 1
    return number


def insert(connection: sqlite3.Connection, number: int, held: Held, state: State) -> None:
    """All rows of a hold."""
    verdicts, places = encoding.distinct(held.verdicts)
    sender = octets(held.envelope.sender)
    hold = (number, held.id, held.held_at, sender, held.subject, held.size, held.sha256, state.repeat, state.stored)
    connection.execute(_INSERT_HOLD, hold)
    detail = encoding.encode(Detail(held.envelope, verdicts), verdicts)
    connection.execute("INSERT INTO details (number, detail) VALUES (?, CAST(? AS TEXT))", (number, detail))
    recipients = [
        (number, place, octets(address), sender, places[address], *_why(verdict), *_became(held.outcomes[address]))
        for place, (address, verdict) in enumerate(held.verdicts.items())
    ]
    connection.executemany(_INSERT_RECIPIENT, recipients)
    connection.execute(f"INSERT INTO words (rowid, sender, subject, recipients) SELECT number, {_WORDS}", (number,))


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Forget all rows of a hold. What can be searched has to be told what it forgets."""
    connection.execute(
        f"INSERT INTO words (words, rowid, sender, subject, recipients) SELECT 'delete', number, {_WORDS}",
        (number,),
    )
    for table in ("recipients", "details", "holds"):
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608


def selected(read: Read, numbers: Sequence[int]) -> list[Held]:
    """The holds of these numbers, the newest first."""
    which = (json.dumps(numbers),)
    recipients: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for number, *recipient in read(
        """SELECT number, address, verdict, fate, hop, reply FROM recipients
            WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number, place""",
        which,
    ):
        recipients[number].append(recipient)
    holds = read(
        """SELECT number, detail, held_at, size, sha256, subject FROM holds JOIN details USING (number)
            WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number DESC""",
        which,
    )
    return [restored(hold, recipients[number]) for number, *hold in holds]


def restored(hold: Sequence[Any], recipients: Iterable[Sequence[Any]]) -> Held:
    """A hold of (detail, held_at, size, sha256, subject) and its recipients of (address, verdict, fate, hop, reply)."""
    detail, held_at, size, sha256, subject = hold
    kept = encoding.decode(detail, Detail)
    verdicts: dict[str, Verdict] = {}
    outcomes: dict[str, Outcome] = {}
    for address, number, fate, hop, reply in recipients:
        verdicts[address] = kept.verdicts[number]
        outcomes[address] = Outcome(Fate(fate), hop, reply)
    return Held(kept.envelope, verdicts, outcomes, held_at, size, sha256, subject)


def _why(verdict: Verdict) -> tuple[object, ...]:
    score = 0.0 if isnan(verdict.score) else verdict.score  # SQLite takes a number that is none for NULL
    return kind_of(verdict), octets(verdict.reason), score


def _became(outcome: Outcome) -> tuple[object, ...]:
    return STATES[outcome.fate], outcome.fate, octets(outcome.hop), octets(outcome.reply)
