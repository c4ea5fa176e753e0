"""covering: does one pattern match wherever another does, so that a rule behind it is never reached?

Decided for all texts there can be, not by trying some: both patterns are run side by side over every word of the
alphabet, as classes of letters that neither tells apart. What is too large, or cannot be said by an automaton, counts
as not covered; so what is found is certain, and something may be missed.
"""

from collections.abc import Iterable, Iterator, Sequence

from gatekeeper.tables.automaton import END, OCTETS, START, Automaton, UnsaidError, automaton
from gatekeeper.tables.matcher import Expression

_MOST = 20_000  # pairs of states that are looked at


def machine(expression: Expression) -> Automaton | None:
    """What can be compared, if it can be. Of a pattern that backtracks it is the weakened form, which says more."""
    try:
        return automaton(expression.re2)
    except (UnsaidError, ValueError, KeyError, StopIteration, RecursionError):
        return None


def covers(wide: Automaton, narrow: Automaton) -> bool:
    """Whether every text that `narrow` matches is matched by `wide`."""
    letters = _kinds((wide, narrow))
    begin = wide.after(wide.closed({wide.first}), START)
    seen = {(state, begin) for state in narrow.after(narrow.closed({narrow.first}), START)}
    stack = list(seen)
    while stack:
        state, reached = stack.pop()
        if wide.last in reached:
            continue
        if wide.last not in wide.after(reached, END) and narrow.last in narrow.after(frozenset({state}), END):
            return False
        for pair in _next(narrow, state, wide, reached, letters):
            if pair not in seen:
                if len(seen) >= _MOST:
                    return False
                seen.add(pair)
                stack.append(pair)
    return True


def _next(
    narrow: Automaton, state: int, wide: Automaton, reached: frozenset[int], letters: Iterable[int]
) -> Iterator[tuple[int, frozenset[int]]]:
    for letter in letters:
        targets = narrow.after(frozenset({state}), letter)
        if targets:
            now = wide.after(reached, letter)
            yield from ((target, now) for target in targets)


def _kinds(machines: Sequence[Automaton]) -> list[int]:
    """One octet of each kind that the machines do not tell apart."""
    parts = [OCTETS]
    for mask in {letters for machine in machines for steps in machine.steps for letters, _ in steps}:
        parts = [part for whole in parts for part in (whole & mask, whole & ~mask) if part]
    return [part.bit_length() - 1 for part in parts]


def witness(narrow: Automaton) -> bytes | None:
    """A shortest text that it matches: who does not match that one covers nothing. None if there is none."""
    letters = _kinds((narrow,))
    begin = narrow.after(narrow.closed({narrow.first}), START)
    words = {begin: b""}
    queue = [begin]
    for states in queue:
        if narrow.last in states or narrow.last in narrow.after(states, END):
            return words[states]
        if len(words) > _MOST:
            return None
        for letter in letters:
            after = narrow.after(states, letter)
            if after not in words:
                words[after] = words[states] + bytes((letter,))
                queue.append(after)
    return None
