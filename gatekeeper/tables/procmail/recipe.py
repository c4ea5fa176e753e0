"""recipe: what an rcfile of procmail consists of, once it is read: assignments, recipes, and files that it includes."""

from dataclasses import dataclass

from gatekeeper.tables.procmail.condition import Condition
from gatekeeper.tables.procmail.words import Pieces


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for whoever is told of it."""

    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source} line {self.line}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value`; without a value the variable is removed."""

    place: Place
    name: str
    value: Pieces | None


@dataclass(frozen=True, slots=True)
class Included:
    """Another file. With `switch` it takes the place of what follows; without a body the file has its end here."""

    place: Place
    body: "tuple[Statement, ...]"
    switch: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """A file or directory, or several."""

    names: Pieces


@dataclass(frozen=True, slots=True)
class Forward:
    """`!`: on to other addresses. `known` are those that stand there for every message."""

    addresses: Pieces
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipe:
    """`|`: to a program; with a `variable`, that gets what it prints."""

    line: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """`{ … }`"""

    body: "tuple[Statement, ...]"


Action = Folder | Forward | Pipe | Block


@dataclass(frozen=True, slots=True)
class Recipe:
    """`flags` are letters: H B D A a E e h b f c w W i r, and `:` for a lock file."""

    place: Place
    flags: frozenset[str]
    conditions: tuple[Condition, ...]
    action: Action


Statement = Assignment | Included | Recipe
