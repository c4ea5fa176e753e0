"""index: what is known about held messages, in SQLite. Each function here is part of one transaction.

While a hold is unconfirmed, `holds.repeat` says what a repeat of it would look like; a repeat takes its place, and
`stand_ins` remembers for whom: the client of the first may yet read our `250`, and then the second keeps the promise.
"""

import hashlib
import sqlite3
from collections.abc import Iterable
from itertools import chain

from gatekeeper.quarantine import rows
from gatekeeper.quarantine.hold import CHANGED, OPEN, UNTOLD, Held, Hold
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.room import DAY, Retention
from gatekeeper.quarantine.subject import subject
from gatekeeper.stores.opening import octets
from gatekeeper.values import Fate, Outcome

_KEPT = tuple(fate.value for fate in OPEN)
_SETTLED = tuple(fate.value for fate in (*OPEN, *CHANGED))
_NUMBER = "number = (SELECT number FROM holds WHERE id = ?)"
_UNCONFIRMED = Outcome(Fate.UNCONFIRMED, reply=UNTOLD)


def add(connection: sqlite3.Connection, hold: Hold, size: int, now: float) -> str | None:
    """Write down an unconfirmed hold; the id of the one whose place it takes, whose file nobody needs any more."""
    envelope, repeat = hold.envelope, _repeat(hold)
    replaced = connection.execute("SELECT number, id FROM holds WHERE repeat = ?", (repeat,)).fetchone()
    if replaced is not None:
        rows.delete(connection, replaced[0])
        _stand_in(connection, envelope.id, replaced[1])
    outcomes = dict.fromkeys(hold.verdicts, _UNCONFIRMED)
    held = Held(envelope, dict(hold.verdicts), outcomes, now, size, hold.sha256, subject(hold.segments))
    rows.insert(connection, rows.free_number(connection, now), held, rows.State(repeat))
    return None if replaced is None else str(replaced[1])


def confirm(connection: sqlite3.Connection, hold_id: str) -> bool:
    """The client has our `250`; False if there is no such hold."""
    hold = _standing_in(connection, hold_id)
    connection.execute(
        f"UPDATE recipients SET fate = ?, reply = '' WHERE {_NUMBER} AND fate = ? AND hop = ''",  # noqa: S608
        (Fate.HELD, hold, Fate.UNCONFIRMED),
    )
    return _act(connection, hold)


def doubt(connection: sqlite3.Connection, hold_id: str, why: str) -> bool:
    """Write down why it is unconfirmed; False if it is not, or another stands in for it, with its own reason."""
    doubted = connection.execute(
        f"UPDATE recipients SET reply = CAST(? AS TEXT) WHERE {_NUMBER} AND fate = ? AND hop = ''",  # noqa: S608
        (octets(why), hold_id, Fate.UNCONFIRMED),
    )
    return bool(doubted.rowcount)


def withdraw(connection: sqlite3.Connection, hold_id: str) -> bool:
    """The client was told no; True if the hold is gone. It stays if it keeps a promise: to others, or a made one."""
    connection.execute("DELETE FROM stand_ins WHERE id = ?", (hold_id,))
    found = connection.execute(
        """SELECT number FROM holds WHERE id = ? AND repeat IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM stand_ins WHERE hold = holds.id)""",
        (hold_id,),
    ).fetchone()
    if found is None:
        return False
    rows.delete(connection, found[0])
    return True


def settle(connection: sqlite3.Connection, hold_id: str, recipient: str, outcome: Outcome) -> bool:
    """Write down what became of one recipient; False unless it was waiting for that, or got it changed."""
    became = (rows.STATES[outcome.fate], outcome.fate, octets(outcome.hop), octets(outcome.reply))
    changed = connection.execute(
        f"""UPDATE recipients SET state = ?, fate = ?, hop = CAST(? AS TEXT), reply = CAST(? AS TEXT)
            WHERE {_NUMBER} AND address = CAST(? AS TEXT) COLLATE BINARY AND fate IN (?, ?, ?, ?)""",  # noqa: S608
        (*became, hold_id, octets(recipient), *_SETTLED),
    )
    return bool(changed.rowcount) and _act(connection, hold_id)


def reopen(connection: sqlite3.Connection, hold_id: str, recipient: str, outcome: Outcome) -> None:
    """They wait again, as before somebody deleted it for them."""
    became = (rows.STATES[outcome.fate], outcome.fate, octets(outcome.hop), octets(outcome.reply))
    connection.execute(
        f"""UPDATE recipients SET state = ?, fate = ?, hop = CAST(? AS TEXT), reply = CAST(? AS TEXT)
            WHERE {_NUMBER} AND address = CAST(? AS TEXT) COLLATE BINARY AND fate = ?""",  # noqa: S608
        (*became, hold_id, octets(recipient), Fate.DELETED),
    )


def old(retention: Retention, now: float, most: int) -> tuple[str, tuple[object, ...]]:
    """The query for number and id of some whose time is over, and its parameters."""
    kinds = [(kind, _before(now, retention.of(kind))) for kind in Kind]
    large = (retention.large, _before(now, retention.large_days)) if retention.large else (0, 0)
    sql = f"""SELECT number, id FROM holds WHERE stored AND number < ?
        AND (size >= ? AND number < ?
            OR number < (SELECT min(CASE kind {"WHEN ? THEN ? " * len(kinds)} END)
                FROM recipients WHERE number = holds.number))
        ORDER BY number LIMIT ?"""  # noqa: S608
    return sql, (_before(now, retention.shortest), *large, *chain.from_iterable(kinds), most)


def expire(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[tuple[str, str]]:
    """Give up these holds; each recipient that was still waiting, with its id."""
    expired: list[tuple[str, str]] = []
    for number in numbers:
        connection.execute("UPDATE holds SET stored = 0, repeat = NULL WHERE number = ?", (number,))
        expired += connection.execute(
            """UPDATE recipients SET fate = ?, state = ? WHERE number = ? AND fate IN (?, ?)
                RETURNING (SELECT id FROM holds WHERE holds.number = recipients.number), address""",
            (Fate.EXPIRED, rows.STATES[Fate.EXPIRED], number, *_KEPT),
        ).fetchall()
    return expired


def forget(connection: sqlite3.Connection, before: float, most: int) -> int:
    """Delete what is left of some holds older than `before`, whose files are gone; how many there were."""
    old = connection.execute(
        "SELECT number, id FROM holds WHERE NOT stored AND number < ? ORDER BY number LIMIT ?",
        (rows.number_of(before), most),
    ).fetchall()
    for number, hold_id in old:
        rows.delete(connection, number)
        connection.execute("DELETE FROM stand_ins WHERE hold = ?", (hold_id,))
    return len(old)


def spend(connection: sqlite3.Connection, token: str, expires: float) -> bool:
    """Whether this token is used for the first time."""
    first = connection.execute("INSERT OR IGNORE INTO spent (token, expires) VALUES (?, ?)", (token, expires))
    return bool(first.rowcount)


def forget_tokens(connection: sqlite3.Connection, now: float) -> None:
    """Delete those that have expired."""
    connection.execute("DELETE FROM spent WHERE expires < ?", (now,))


def _before(now: float, days: float) -> int:
    return rows.number_of(now - days * DAY)


def _repeat(hold: Hold) -> bytes:
    """What a repeat has in common with the first: content, sender and recipients."""
    addresses = (hold.envelope.sender, *sorted(hold.verdicts))
    return hashlib.sha256(b"\0".join([hold.sha256.encode(), *map(octets, addresses)])).digest()


def _stand_in(connection: sqlite3.Connection, hold_id: str, replaced: str) -> None:
    connection.execute("UPDATE stand_ins SET hold = ? WHERE hold = ?", (hold_id, replaced))
    connection.execute("INSERT INTO stand_ins (id, hold) VALUES (?, ?)", (replaced, hold_id))


def _standing_in(connection: sqlite3.Connection, hold_id: str) -> str:
    """The hold that took the place of this one, or it itself."""
    found = connection.execute("SELECT hold FROM stand_ins WHERE id = ?", (hold_id,)).fetchone()
    return str(found[0]) if found else hold_id


def _act(connection: sqlite3.Connection, hold_id: str) -> bool:
    """From now on no repeat takes its place; False if there is no such hold."""
    return bool(connection.execute("UPDATE holds SET repeat = NULL WHERE id = ?", (hold_id,)).rowcount)
