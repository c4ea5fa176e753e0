"""one_pass: Hyperscan, told of every pattern as much as it takes, in one pass over a text and in time linear in it.

Making a database takes seconds; it can be kept as bytes. One that was made elsewhere, for other patterns or was damaged
is a `DatabaseError`; a text never fails.
"""

from collections.abc import Iterator, Sequence

import msgspec

from gatekeeper.tables.hyperscan import ENGINE, Database, EngineError
from gatekeeper.tables.hyperscan_form import Form, hyperscan_form

MAKE = f"2 {ENGINE}"
"""How and for what a database is made; one made otherwise is of no use. The number rises with `hyperscan_form`."""


class DatabaseError(ValueError):
    """These bytes are no database for these patterns on this machine."""


class _Made(msgspec.Struct, frozen=True, array_like=True):
    """A database as it is kept, `alone` the places of the patterns that Hyperscan does not take at all."""

    name: str
    alone: list[int]
    hyperscan: bytes


class OnePass:
    """The patterns of one database. Any number of threads may scan at the same time."""

    __slots__ = ("_alone", "_database")

    def __init__(self, made: bytes, name: str) -> None:
        """`DatabaseError` unless `make` made it by that name."""
        try:
            kept = msgspec.msgpack.decode(made, type=_Made)
            if kept.name != name:
                raise DatabaseError("it is of other patterns, or for another engine")
            self._database = Database.load(kept.hyperscan) if kept.hyperscan else None
        except (msgspec.DecodeError, EngineError) as error:
            raise DatabaseError(f"it is damaged: {error}") from None
        self._alone = [2 * place + 1 for place in kept.alone]

    def scan(self, text: bytes) -> list[int]:
        """Twice the place of each pattern that matches, and one more if that is not certain. In no order."""
        found = self._alone.copy()
        if self._database:
            self._database.scan(text, found)
        return found


def make(patterns: Sequence[tuple[str, bool]], name: str) -> bytes:
    """The database of `patterns`, as bytes: each as RE2 takes it, and whether a match of it is one for certain.
    `EngineError` where there is no Hyperscan.
    """
    numbers: list[int] = []
    texts: list[bytes] = []
    alone: list[int] = []
    for place, (pattern, certain) in enumerate(patterns):
        form = next(_taken(pattern), None)
        if form is None:
            alone.append(place)
            continue
        numbers.append(2 * place + (not (form.exact and certain)))
        texts.append(form.text)
    database = bytes(Database.of(texts, numbers)) if texts else b""
    return msgspec.msgpack.encode(_Made(name, alone, database))


def _taken(pattern: str) -> Iterator[Form]:
    """The forms of it that Hyperscan takes, the one that says most first."""
    for form in (hyperscan_form(pattern), hyperscan_form(pattern, anchors=False)):
        try:
            Database.of([form.text], [0])
        except EngineError:
            continue
        yield form
