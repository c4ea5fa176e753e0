"""one_pass: Hyperscan, told of every pattern as much as it takes, in one pass over a text and in time linear in it.

In a database of many it takes no long repetitions. A pattern with such has a second database to itself, which is asked
where the first has found it: RE2 would build its automaton anew each time, and takes ten times as long. Making them
takes seconds; they can be kept as bytes. What was made elsewhere, for other patterns or was damaged is a
`DatabaseError`; a text never fails.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import msgspec

from gatekeeper.tables.hyperscan import ENGINE, Database, EngineError
from gatekeeper.tables.hyperscan_form import MOST_ALONE, Form, hyperscan_form

MAKE = f"3 {ENGINE}"
"""How and for what a database is made; one made otherwise is of no use. The number rises with `hyperscan_form`."""


class DatabaseError(ValueError):
    """These bytes are no database for these patterns on this machine."""


class _Single(msgspec.Struct, frozen=True, array_like=True):
    """The database of the pattern at `place`, packed; it says exactly what the pattern does if it is `certain`."""

    place: int
    certain: bool
    packed: bytes


class _Made(msgspec.Struct, frozen=True, array_like=True):
    """A database as it is kept, `alone` the places of the patterns that Hyperscan does not take at all."""

    name: str
    alone: list[int]
    hyperscan: bytes
    singles: list[_Single]


class _Again:
    """A pattern that is asked again; most never are."""

    def __init__(self, single: _Single) -> None:
        self._packed = single.packed
        self._certain = single.certain

    @cached_property
    def _database(self) -> Database | None:
        """None where it is damaged, or there is no memory for it."""
        try:
            return Database.load(zlib.decompress(self._packed))
        except (EngineError, zlib.error):
            return None

    @property
    def certain(self) -> bool:
        return self._certain and self._database is not None

    def matches(self, text: bytes) -> bool:
        """Whether it does, or may."""
        if self._database is None:
            return True
        found: list[int] = []
        self._database.scan(text, found)
        return bool(found)


class OnePass:
    """The patterns of one database. Any number of threads may scan at the same time."""

    __slots__ = ("_again", "_alone", "_database")

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
        self._again = {2 * single.place + 1: _Again(single) for single in kept.singles}

    def scan(self, text: bytes) -> list[int]:
        """Twice the place of each pattern that matches, and one more if that is not certain. In no order."""
        found = self._alone.copy()
        if self._database:
            self._database.scan(text, found)
        return found if self._again.keys().isdisjoint(found) else list(self._asked_again(found, text))

    def _asked_again(self, found: Iterable[int], text: bytes) -> Iterator[int]:
        for number in found:
            again = self._again.get(number)
            if again is None:
                yield number
            elif again.matches(text):
                yield number - again.certain


def make(patterns: Sequence[tuple[str, bool]], name: str) -> bytes:
    """The database of `patterns`, as bytes: each as RE2 takes it, and whether a match of it is one for certain.
    `EngineError` where there is no Hyperscan.
    """
    numbers: list[int] = []
    texts: list[bytes] = []
    alone: list[int] = []
    singles: list[_Single] = []
    for place, (pattern, certain) in enumerate(patterns):
        form = next(_taken(pattern), None)
        if form is None:
            alone.append(place)
            continue
        numbers.append(2 * place + (not (form.exact and certain)))
        texts.append(form.text)
        if not form.exact and (single := _single(pattern)):
            singles.append(_Single(place, certain, single))
    database = bytes(Database.of(texts, numbers)) if texts else b""
    return msgspec.msgpack.encode(_Made(name, alone, database, singles))


def _single(pattern: str) -> bytes:
    """The packed database of a pattern that Hyperscan takes exactly if it is alone; empty if it does not."""
    form = hyperscan_form(pattern, repeats=MOST_ALONE)
    try:
        return zlib.compress(bytes(Database.of([form.text], [0]))) if form.exact else b""
    except EngineError:
        return b""


def _taken(pattern: str) -> Iterator[Form]:
    """The forms of it that Hyperscan takes, the one that says most first."""
    for form in (hyperscan_form(pattern), hyperscan_form(pattern, anchors=False)):
        try:
            Database.of([form.text], [0])
        except EngineError:
            continue
        yield form
