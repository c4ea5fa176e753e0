"""contacts: to whom our users wrote, which letters those were, and who bears which name."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.message.text import domain_of
from gatekeeper.stores.history.memory import Read, text
from gatekeeper.values import Acquainted, Known

OFTEN = 3
"""Messages of a correspondent from which on nobody else should bear the name."""

_MOST_USERS = 1000  # who know one address, that are looked at
_MOST_NAMES = 5  # of one address
_MOST_BEARERS = 20  # of one name


@dataclass(frozen=True, slots=True)
class Letter:
    """Our user `ours` wrote to each of `theirs`; `id` is the digest of its Message-ID, "" if it has none."""

    ours: str
    theirs: tuple[str, ...]
    id: str
    at: float

    def write(self, connection: sqlite3.Connection) -> None:
        """Remember whom it went to, and by which id it will be answered."""
        contact = """INSERT INTO contacts (theirs, ours, written, last) VALUES (?, ?, 1, ?)
            ON CONFLICT (theirs, ours) DO UPDATE SET written = written + 1, last = max(last, excluded.last)"""
        ours = text(self.ours)
        connection.executemany(contact, [(text(theirs), ours, self.at) for theirs in self.theirs])
        if self.id:
            domains = " ".join(dict.fromkeys(_organisation(address) for address in self.theirs))
            letter = "INSERT OR REPLACE INTO letters (id, ours, domains, last) VALUES (?, ?, ?, ?)"
            connection.execute(letter, (text(self.id), ours, text(domains), self.at))


@dataclass(frozen=True, slots=True)
class Named:
    """Who is known calls themselves so. `inside`: one of our own users. `name` is a `name_key`."""

    name: str
    address: str
    inside: bool
    at: float

    def write(self, connection: sqlite3.Connection) -> None:
        """Remember it, unless the name has many bearers, or the bearer many names."""
        name, address = text(self.name), text(self.address)
        sql = """UPDATE names SET times = times + 1, inside = ?, last = max(last, ?) WHERE name = ? AND address = ?"""
        if connection.execute(sql, (self.inside, self.at, name, address)).rowcount:
            return
        sql = "SELECT count(*) FILTER (WHERE name = ?1), count(*) FILTER (WHERE address = ?2) FROM names"
        bearers, names = connection.execute(f"{sql} WHERE name = ?1 OR address = ?2", (name, address)).fetchone()
        if bearers < _MOST_BEARERS and names < _MOST_NAMES:
            sql = "INSERT INTO names (name, address, inside, times, last) VALUES (?, ?, ?, 1, ?)"
            connection.execute(sql, (name, address, self.inside, self.at))


def acquainted(read: Read, known: Known) -> Acquainted:
    """How well the author is known to the least acquainted of the recipients."""
    author = text(known.author)
    sql = "SELECT ours, written, last FROM contacts WHERE theirs = ? ORDER BY last DESC LIMIT ?"
    written = {ours: (times, last) for ours, times, last in read(sql, (author, _MOST_USERS))}
    writers = _writers(read, known)
    each = [_to_one(text(recipient), written, writers) for recipient in known.recipients]
    least = min(each, key=_closeness, default=Acquainted())
    if _closeness(least) > (0, 0) or not known.name:
        return least
    return Acquainted(bearers=_bearers(read, text(known.name), author))


def _to_one(recipient: str, written: Mapping[str, tuple[int, float]], writers: Iterable[str]) -> Acquainted:
    domain = _domain(recipient)
    around = [(times, last) for ours, (times, last) in written.items() if _domain(ours) == domain]
    own, last = written.get(recipient, (0, 0.0))
    return Acquainted(
        own,
        sum(times for times, _ in around),
        last or max((last for _, last in around), default=0.0),
        recipient in writers,
        any(_domain(writer) == domain for writer in writers),
    )


def _closeness(found: Acquainted) -> tuple[int, int]:
    """Of the recipients' own acquaintance, and of that of their colleagues."""
    return found.written + found.answered, found.by_colleagues + found.answered_colleague


def _writers(read: Read, known: Known) -> set[str]:
    """Those of our users whose letters to the author's domain this message answers."""
    if not known.answers:
        return set()
    sql = "SELECT ours, domains FROM letters WHERE id IN (SELECT value FROM json_each(?))"
    organisation = _organisation(text(known.author))
    rows: Sequence[tuple[str, str]] = read(sql, (json.dumps(known.answers),))
    return {ours for ours, domains in rows if organisation in domains.split(" ")}


def _bearers(read: Read, name: str, author: str) -> tuple[str, ...]:
    """Those who bear the name by right; nobody, if the author is one of them."""
    sql = "SELECT address FROM names WHERE name = ? AND (inside OR times >= ?) ORDER BY inside DESC, times DESC"
    found = tuple(address for (address,) in read(sql, (name, OFTEN)))
    return () if author in found else found


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _organisation(address: str) -> str:
    domain = _domain(address)
    return domain_of(domain) or domain
