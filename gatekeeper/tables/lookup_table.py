"""lookup_table: one of Postfix's tables of keys and values: a text that postmap(1) takes, or patterns.

A logical line is a key, white space and a value; white space at the start continues the line before, and `#` begins a
comment line, also in between. A key in double quotes may hold white space, and is asked for with its quotes. Keys are
in lower case. Of two lines with one key the first counts. Parsing never fails: what postmap passes over is a `Problem`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Self

from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit, PatternTable
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_BLANKS = " \t\r\v\f"
_SPECIAL = frozenset('"\\\v\f')


@dataclass(frozen=True, slots=True)
class LookupTable:
    """`entries` has line and value of each key; with `patterns` those are asked instead, and `always` is the value of
    every key if it is not None.
    """

    source: str
    entries: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    patterns: PatternTable | None = None
    always: str | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """From the text that postmap makes a `hash:` file of; `text` is UTF-8 read with `surrogateescape`."""
        reader = Reader(source)
        entries: dict[str, tuple[int, str]] = {}
        for line in _logical(text, reader):
            if (row := _row(line, reader)) is None:
                continue
            key, value = row
            if key in entries:
                reader.warn(f"{key!r} stands in line {entries[key][0]} already, which counts", "delete one of the two")
            else:
                entries[key] = reader.line, intern(value)
        return cls(source, entries, problems=tuple(reader.problems))

    @classmethod
    def of(cls, patterns: PatternTable) -> Self:
        """A `pcre:` or `regexp:` table."""
        return cls(patterns.source, patterns=patterns, problems=patterns.problems)

    @property
    def keyed(self) -> bool:
        """Whether it has keys: only such a table is asked about parts of an address or name."""
        return self.patterns is None and self.always is None

    @property
    def texts(self) -> Iterator[tuple[int, str]]:
        """The line and value of each entry; that of a pattern with its `$1` as it stands."""
        if self.always is not None:
            yield 0, self.always
        elif self.patterns is not None:
            yield from self.patterns.texts
        else:
            yield from self.entries.values()

    def look_up(self, key: str, budget: Budget) -> Hit | None:
        """What it says to `key`; for patterns see `PatternTable.look_up`."""
        if self.always is not None:
            return Hit(self.source, 0, self.always)
        if self.patterns is not None:
            return self.patterns.look_up(key.encode("utf-8", "surrogateescape"), budget)
        found = self.entries.get(key.lower())
        return Hit(self.source, *found) if found else None


def _logical(text: str, reader: Reader) -> Iterator[str]:
    """Each logical line; `reader.line` is its first, and that of what is wrong with it."""
    first, held = 0, ""
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = raw.rstrip("\r")
        content = line.lstrip(_BLANKS)
        if not content or content[0] == "#":
            continue
        if line[0] in _BLANKS:
            held += line
            if not first:
                reader.line, held = number, ""
                reader.error("the first entry begins with white space", "begin it at the start of the line")
            continue
        if first:
            reader.line = first
            yield held
        first, held = number, line
    if first:
        reader.line = first
        yield held


def _row(line: str, reader: Reader) -> tuple[str, str] | None:
    """Key and value, or None, and told, if it has not both."""
    end = _key_end(line)
    key, value = line[:end].lower(), line[end:].strip(_BLANKS)
    if not _readable(line):
        reader.error(*_unreadable(line))
    elif end < 0:
        reader.error("the double quotes are not closed", 'close them, or write \\"')
    elif not value or key in ("", '""'):
        reader.error(f"no value for {key!r}", "write the key, white space, and the value")
    else:
        if key.endswith(":"):
            reader.warn(f"the colon belongs to the key {key!r}", "leave it out; only files of aliases have it")
        return key, value
    return None


def _key_end(line: str) -> int:
    """Where the key ends: at the first white space that is neither quoted nor escaped; -1 if quotes stay open."""
    if _SPECIAL.isdisjoint(line):
        return len(line.split(None, 1)[0])
    quoted = False
    letters = iter(enumerate(line))
    for at, letter in letters:
        if letter == "\\":
            next(letters, None)
        elif letter == '"':
            quoted = not quoted
        elif letter in _BLANKS and not quoted:
            return at
    return -1 if quoted else len(line)


def _readable(line: str) -> bool:
    return line.isprintable() or line.translate(_WHITE).isprintable()


_WHITE = {ord(blank): " " for blank in _BLANKS}


def _unreadable(line: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    if any("\udc80" <= letter <= "\udcff" for letter in line):
        return "the line is not valid UTF-8", "save the file as UTF-8"
    hidden = next(letter for letter in line.translate(_WHITE) if not letter.isprintable())
    return f"the line holds the invisible character U+{ord(hidden):04X}", "delete it"
