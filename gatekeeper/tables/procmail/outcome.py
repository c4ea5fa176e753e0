"""outcome: what becomes of a message by its recipes, and what they ask of programs on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.tables.procmail.filling import Steps
from gatekeeper.tables.procmail.recipe import Place


class Deed(StrEnum):
    """`KEPT` is where mail goes that no recipe is about; `ENDED`: procmail stops before it has delivered anything."""

    KEPT = "kept"
    FILED = "filed"
    FORWARDED = "forwarded"
    DISCARDED = "discarded"
    PIPED = "piped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`name` is the folder, the addresses or the program; `place` is the recipe's, if it was one."""

    deed: Deed
    name: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last `delivery` and what recipes with `c` did before; `code` is what procmail would exit with, if the recipes
    say so.
    """

    delivery: Delivery
    copies: tuple[Delivery, ...] = ()
    code: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A program to run: its words, whether it is to give a message back, and where it stands."""

    words: tuple[str, ...]
    filtering: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it printed."""

    code: int
    output: bytes = b""


Execute = Callable[[Call, bytes], Steps[Ran | None]]
"""Runs a program on some bytes; None if it could not be run."""
