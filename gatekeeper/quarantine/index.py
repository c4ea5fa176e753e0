"""index: what is known about held messages, in SQLite. Each function here is part of one transaction.

While a hold is unconfirmed, `holds.repeat` says what a repeat of it would look like; a repeat takes its place, and
`stand_ins` remembers for whom: the client of the first may yet read our `250`, and then the second keeps the promise.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from gatekeeper.quarantine.hold import CHANGED, OPEN, Held, Hold
from gatekeeper.stores import encoding
from gatekeeper.stores.opening import octets
from gatekeeper.values import Envelope, Fate, Outcome, Verdict

MIGRATIONS = (
    (
        """CREATE TABLE holds (
            id TEXT PRIMARY KEY,
            held_at REAL NOT NULL,
            sender TEXT NOT NULL COLLATE NOCASE,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            repeat BLOB,
            stored INTEGER NOT NULL DEFAULT 1,
            detail TEXT NOT NULL
        ) STRICT""",
        "CREATE UNIQUE INDEX holds_by_repeat ON holds (repeat) WHERE repeat IS NOT NULL",
        "CREATE INDEX holds_by_time ON holds (held_at)",
        """CREATE TABLE recipients (
            id TEXT NOT NULL,
            place INTEGER NOT NULL,
            address TEXT NOT NULL COLLATE NOCASE,
            verdict INTEGER NOT NULL,
            reason TEXT NOT NULL COLLATE NOCASE,
            fate TEXT NOT NULL,
            hop TEXT NOT NULL DEFAULT '',
            reply TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (id, place)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX recipients_by_address ON recipients (address)",
        "CREATE TABLE stand_ins (id TEXT PRIMARY KEY, hold TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX stand_ins_by_hold ON stand_ins (hold)",
        "CREATE TABLE spent (token TEXT PRIMARY KEY, expires REAL NOT NULL) STRICT, WITHOUT ROWID",
    ),
)

_KEPT = tuple(fate.value for fate in OPEN)
_SETTLED = tuple(fate.value for fate in (*OPEN, *CHANGED))


class Detail(msgspec.Struct, array_like=True):
    """What `holds.detail` holds. New fields go to the end, with a default."""

    envelope: Envelope
    verdicts: list[Verdict]


def add(connection: sqlite3.Connection, hold: Hold, size: int, now: float) -> str | None:
    """Write down an unconfirmed hold; the id of the one whose place it takes, whose file nobody needs any more."""
    envelope, repeat = hold.envelope, _repeat(hold)
    replaced = connection.execute("DELETE FROM holds WHERE repeat = ? RETURNING id", (repeat,)).fetchone()
    if replaced is not None:
        _stand_in(connection, envelope.id, replaced[0])
    verdicts, numbers = encoding.distinct(hold.verdicts)
    detail = encoding.encode(Detail(envelope, verdicts), verdicts)
    connection.execute(
        """INSERT INTO holds (id, held_at, sender, size, sha256, repeat, detail)
            VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT))""",
        (envelope.id, now, octets(envelope.sender), size, hold.sha256, repeat, detail),
    )
    connection.executemany(
        """INSERT INTO recipients (id, place, address, verdict, reason, fate)
            VALUES (?, ?, CAST(? AS TEXT), ?, CAST(? AS TEXT), ?)""",
        [
            (envelope.id, place, octets(address), numbers[address], octets(verdict.reason), Fate.UNCONFIRMED)
            for place, (address, verdict) in enumerate(hold.verdicts.items())
        ],
    )
    return None if replaced is None else str(replaced[0])


def confirm(connection: sqlite3.Connection, hold_id: str) -> bool:
    """The client has our `250`; False if there is no such hold."""
    stand_in = connection.execute("SELECT hold FROM stand_ins WHERE id = ?", (hold_id,)).fetchone()
    hold = stand_in[0] if stand_in else hold_id
    connection.execute("UPDATE recipients SET fate = ? WHERE id = ? AND fate = ?", (Fate.HELD, hold, Fate.UNCONFIRMED))
    return _act(connection, hold)


def withdraw(connection: sqlite3.Connection, hold_id: str) -> bool:
    """The client was told no; True if the hold is gone. It stays if it keeps a promise: to others, or a made one."""
    connection.execute("DELETE FROM stand_ins WHERE id = ?", (hold_id,))
    gone = connection.execute(
        """DELETE FROM holds WHERE id = ? AND repeat IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM stand_ins WHERE hold = holds.id)""",
        (hold_id,),
    )
    if not gone.rowcount:
        return False
    connection.execute("DELETE FROM recipients WHERE id = ?", (hold_id,))
    return True


def settle(connection: sqlite3.Connection, hold_id: str, recipient: str, outcome: Outcome) -> bool:
    """Write down what became of one recipient; False unless it was waiting for that, or got it changed."""
    changed = connection.execute(
        """UPDATE recipients SET fate = ?, hop = CAST(? AS TEXT), reply = CAST(? AS TEXT)
            WHERE id = ? AND address = CAST(? AS TEXT) COLLATE BINARY AND fate IN (?, ?, ?, ?)""",
        (outcome.fate, octets(outcome.hop), octets(outcome.reply), hold_id, octets(recipient), *_SETTLED),
    )
    return bool(changed.rowcount) and _act(connection, hold_id)


def expire(connection: sqlite3.Connection, before: float, most: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Give up some holds older than `before`: their ids, and each recipient that was still waiting, with its id."""
    old = connection.execute(
        "SELECT id FROM holds WHERE held_at < ? AND stored ORDER BY held_at LIMIT ?", (before, most)
    ).fetchall()
    expired = []
    for (hold_id,) in old:
        connection.execute("UPDATE holds SET stored = 0, repeat = NULL WHERE id = ?", (hold_id,))
        expired += connection.execute(
            "UPDATE recipients SET fate = ? WHERE id = ? AND fate IN (?, ?) RETURNING id, address",
            (Fate.EXPIRED, hold_id, *_KEPT),
        ).fetchall()
    return [hold_id for (hold_id,) in old], expired


def forget(connection: sqlite3.Connection, before: float, now: float) -> None:
    """Delete what is left of holds older than `before`, whose files are gone, and of tokens that have expired."""
    old = "SELECT id FROM holds WHERE held_at < ? AND NOT stored"
    connection.execute(f"DELETE FROM recipients WHERE id IN ({old})", (before,))  # noqa: S608
    connection.execute(f"DELETE FROM stand_ins WHERE hold IN ({old})", (before,))  # noqa: S608
    connection.execute("DELETE FROM holds WHERE held_at < ? AND NOT stored", (before,))
    connection.execute("DELETE FROM spent WHERE expires < ?", (now,))


def spend(connection: sqlite3.Connection, token: str, expires: float) -> bool:
    """Whether this token is used for the first time."""
    first = connection.execute("INSERT OR IGNORE INTO spent (token, expires) VALUES (?, ?)", (token, expires))
    return bool(first.rowcount)


def restored(hold: Sequence[Any], recipients: Iterable[Sequence[Any]]) -> Held:
    """The hold of its row (detail, held_at, size, sha256) and its recipients' (address, verdict, fate, hop, reply)."""
    detail, held_at, size, sha256 = hold
    kept = encoding.decode(detail, Detail)
    verdicts: dict[str, Verdict] = {}
    outcomes: dict[str, Outcome] = {}
    for address, number, fate, hop, reply in recipients:
        verdicts[address] = kept.verdicts[number]
        outcomes[address] = Outcome(Fate(fate), hop, reply)
    return Held(kept.envelope, verdicts, outcomes, held_at, size, sha256)


def _repeat(hold: Hold) -> bytes:
    """What a repeat has in common with the first: content, sender and recipients."""
    addresses = (hold.envelope.sender, *sorted(hold.verdicts))
    return hashlib.sha256(b"\0".join([hold.sha256.encode(), *map(octets, addresses)])).digest()


def _stand_in(connection: sqlite3.Connection, hold_id: str, replaced: str) -> None:
    connection.execute("DELETE FROM recipients WHERE id = ?", (replaced,))
    connection.execute("UPDATE stand_ins SET hold = ? WHERE hold = ?", (hold_id, replaced))
    connection.execute("INSERT INTO stand_ins (id, hold) VALUES (?, ?)", (replaced, hold_id))


def _act(connection: sqlite3.Connection, hold_id: str) -> bool:
    """From now on no repeat takes its place; False if there is no such hold."""
    return bool(connection.execute("UPDATE holds SET repeat = NULL WHERE id = ?", (hold_id,)).rowcount)
