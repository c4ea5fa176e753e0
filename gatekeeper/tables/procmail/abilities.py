"""abilities: what recipes ask for that a gateway does not do: errors, so that nobody takes it for done.

A gateway has one message to hand on, hold or drop. It keeps no copies, and what filters change is seen by later recipes
alone; which of that is so is told with the line.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from gatekeeper.tables.procmail.recipe import (
    Assignment,
    Block,
    Folder,
    Forward,
    Included,
    Pipe,
    Place,
    Recipe,
    Statement,
)
from gatekeeper.values import Problem

_ASIDE = {
    "TRAP": "the program in TRAP is not run",
    "DELIVERED": "DELIVERED does not make mail that cannot be delivered vanish",
}


def unable(statements: Iterable[Statement]) -> Iterator[Problem]:
    """What will not be done of it, or not as procmail would."""
    for statement in statements:
        match statement:
            case Included(_, body):
                yield from unable(body)
            case Assignment(place, name) if name in _ASIDE:
                yield Problem(place.source, place.line, "warning", _ASIDE[name], "leave it out")
            case Recipe(place, flags, _, action):
                for severity, said, remedy in _of_recipe(flags, action):
                    yield Problem(place.source, place.line, severity, said, remedy)
                if isinstance(action, Block):
                    yield from unable(action.body)


def _of_recipe(flags: frozenset[str], action: object) -> Iterator[tuple[Literal["error", "warning"], str, str]]:
    """Severity, what is wrong, what helps."""
    match action:
        case Folder(names) if "c" in flags and names != ("/dev/null",):
            yield "error", "no copies are kept in folders", "leave out the c, or the recipe to procmail"
        case Block() if "c" in flags:
            yield "error", "a message does not go through a block and past it", "leave out the c"
        case Pipe(line) if "f" in flags and line.split()[:1] and line.split()[0].rpartition("/")[2] == "formail":
            said = "what formail changes is seen by the recipes that follow, and not by who gets the message"
            yield "warning", said, "leave it to procmail if it is meant for people"


def forwards(statements: Iterable[Statement]) -> Iterator[tuple[Place, str]]:
    """Every address that a message may be sent on to, with its place."""
    for statement in statements:
        match statement:
            case Included(_, body) | Recipe(_, _, _, Block(body)):
                yield from forwards(body)
            case Recipe(place, _, _, Forward(_, known)):
                yield from ((place, address) for address in known)
