"""subject: all that is known of one address, domain or network, for people to read and to have forgotten."""

import sqlite3
from dataclasses import dataclass

from gatekeeper.stores.history.memory import Read, text
from gatekeeper.stores.history.senders import reputed
from gatekeeper.values import Reputed

_MOST = 200  # rows of each kind that are told


@dataclass(frozen=True, slots=True)
class Contact:
    """One of our users has written so often; `last` in seconds of the epoch."""

    theirs: str
    ours: str
    written: int
    last: float


@dataclass(frozen=True, slots=True)
class Name:
    """By which an address is known."""

    name: str
    address: str
    inside: bool
    times: int


@dataclass(frozen=True, slots=True)
class Sender:
    """What is left of a reputation."""

    key: str
    counts: Reputed


@dataclass(frozen=True, slots=True)
class Told:
    """Of each kind the newest; `tried` is how many attempts are remembered."""

    contacts: tuple[Contact, ...] = ()
    names: tuple[Name, ...] = ()
    senders: tuple[Sender, ...] = ()
    tried: int = 0

    def __bool__(self) -> bool:
        return bool(self.contacts or self.names or self.senders or self.tried)


def told(read: Read, subject: str, now: float, half_life: float) -> Told:
    """Everything, as it is now."""
    whole = text(subject)
    pattern = _pattern(whole)
    newest = "ORDER BY last DESC LIMIT ?"
    contacts = read(
        f"SELECT theirs, ours, written, last FROM contacts WHERE {_IS_CONTACT} {newest}",  # noqa: S608
        (whole, pattern, whole, pattern, _MOST),
    )
    names = read(
        f"SELECT name, address, inside, times FROM names WHERE {_IS_NAME} {newest}",  # noqa: S608
        (whole, pattern, _MOST),
    )
    keys = read(f"SELECT key FROM senders WHERE {_IS_SENDER} {newest}", (*_keys(whole), _MOST))  # noqa: S608
    ((tried,),) = read(f"SELECT count(*) FROM sightings WHERE {_IS_SIGHTING}", _sightings(whole))  # noqa: S608
    return Told(
        tuple(Contact(*row) for row in contacts),
        tuple(Name(name, address, bool(inside), times) for name, address, inside, times in names),
        tuple(Sender(key, reputed(read, key, now, half_life)) for (key,) in keys),
        tried,
    )


def forgotten(connection: sqlite3.Connection, subject: str) -> int:
    """Delete all of that, and the letters that went there; how many rows."""
    whole = text(subject)
    pattern = _pattern(whole)
    statements = (
        (f"DELETE FROM contacts WHERE {_IS_CONTACT}", (whole, pattern, whole, pattern)),  # noqa: S608
        ("DELETE FROM letters WHERE ours = ? OR ours LIKE ? ESCAPE '\\'", (whole, pattern)),
        (f"DELETE FROM names WHERE {_IS_NAME}", (whole, pattern)),  # noqa: S608
        ("DELETE FROM reviews WHERE key IN (?, ?)", _keys(whole)),
        (f"DELETE FROM senders WHERE {_IS_SENDER}", _keys(whole)),  # noqa: S608
        (f"DELETE FROM sightings WHERE {_IS_SIGHTING}", _sightings(whole)),  # noqa: S608
    )
    return sum(connection.execute(sql, parameters).rowcount for sql, parameters in statements)


_IS_CONTACT = "theirs = ? OR theirs LIKE ? ESCAPE '\\' OR ours = ? OR ours LIKE ? ESCAPE '\\'"
_IS_NAME = "address = ? OR address LIKE ? ESCAPE '\\'"
_IS_SENDER = "key IN (?, ?)"
_IS_SIGHTING = "key LIKE ? ESCAPE '\\' OR key LIKE ? ESCAPE '\\' OR key LIKE ? ESCAPE '\\'"


def _pattern(subject: str) -> str:
    """Every address of a domain; of an address, nothing more."""
    return "" if "@" in subject else f"%@{_literally(subject)}"


def _keys(subject: str) -> tuple[str, str]:
    return f"domain:{subject}", f"network:{subject}"


def _sightings(subject: str) -> tuple[str, str, str]:
    plain = _literally(subject)
    return f"domain:{plain} %", f"network:{plain} %", f"% {plain} %"


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
