r"""counting: how often an expression is in a text, and what $MATCH is, both as procmail has it (procmailsc(5)).

Matches do not overlap, and of all that could be next it is the one that ends first. Time is the message's `Budget`;
when it is used up, `ExhaustedError` is raised.
"""

import time
from collections.abc import Iterator
from functools import lru_cache

from gatekeeper.tables.matcher import Budget, Matcher
from gatekeeper.tables.procmail.automaton import Automaton
from gatekeeper.tables.procmail.pattern import Choice, Node, Pattern, Repeat, Sequence

_NEWLINE = ord("\n")


def is_in(pattern: Pattern, framed: bytes, budget: Budget) -> bool:
    """Whether the expression matches anywhere. `framed` is the text between two line ends."""
    return _matcher(pattern).search(framed, budget) is not None


def ends_of(pattern: Pattern, framed: bytes, budget: Budget) -> Iterator[tuple[int, int]]:
    """For each match where the search for it began and where it ends, as places in the text itself. One that ends no
    further than its search began is the last.
    """
    if not is_in(pattern, framed, budget):
        return
    automaton, text, at = _automaton(pattern.whole), framed, 0
    size = len(framed) - 2
    while at <= size:
        begin = at if at == 0 or framed[at] == _NEWLINE else at + 1
        if at == size and begin > at:  # procmail reads one line end more here
            text, begin = framed + b"\n", at + 1
        began = time.monotonic()
        end = automaton.first_end(text, begin, budget)
        budget.left = max(0.0, budget.left - (time.monotonic() - began))
        if end is None:
            return
        yield at, end - 1
        if end - 1 <= at:
            return
        at = end - 1


def extracted(pattern: Pattern, framed: bytes, budget: Budget) -> bytes | None:
    r"""What stands behind `\/` in the longest match there is of it, from the first place where it can begin; None if
    there is no match.
    """
    if pattern.left is None or pattern.right is None or not is_in(pattern, framed, budget):
        return None
    began = time.monotonic()
    span = _span(pattern.left, pattern.right, framed, budget)
    budget.left = max(0.0, budget.left - (time.monotonic() - began))
    if span is None:
        return None
    first, end = max(span[0] - 1, 0), span[1]
    return framed[1:-1][first : max(first, end - 1)]


def _span(left: Node, right: Node, framed: bytes, budget: Budget) -> tuple[int, int] | None:
    """Where the longest match of `right` begins and ends, from the first place where it can, behind one of `left`."""
    begins = _begins(right, framed, budget)
    begin = next((at for at in _automaton(left).ends(framed, 0, budget) if begins[at]), None)
    if begin is None:
        return None
    return begin, max(_automaton(right, True).ends(framed, begin, budget), default=begin)


def _begins(node: Node, framed: bytes, budget: Budget) -> bytearray:
    """Every place where a match of `node` begins is 1: where the reversed one ends in the reversed text."""
    turned = _automaton(_turned(node))
    size = len(framed)
    places = bytearray(size + 1)
    for at in turned.ends_backwards(framed, budget):
        places[size - at] = 1
    return places


def _turned(node: Node) -> Node:
    match node:
        case Sequence(parts):
            return Sequence(tuple(map(_turned, reversed(parts))))
        case Choice(branches):
            return Choice(tuple(map(_turned, branches)))
        case Repeat(part, sign):
            return Repeat(_turned(part), sign)
        case _:
            return node


@lru_cache(maxsize=512)
def _matcher(pattern: Pattern) -> Matcher:
    return Matcher(pattern.expression)


@lru_cache(maxsize=512)
def _automaton(node: Node, anchored: bool = False) -> Automaton:
    return Automaton(node, anchored=anchored)
