r"""automaton: where matches end, for what no engine at hand tells: procmail counts matches by which ends first, and
finds $MATCH from the first place at which `\/` can stand to the last at which the match can end.

Each octet is looked at once and costs the same whatever the expression; the states are made as they are met, and thrown
away when there are too many. Time is the message's `Budget`; when it is used up, `ExhaustedError` is raised. A text is
given as it is searched: between two line ends that are not its own.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.tables.matcher import Budget, ExhaustedError
from gatekeeper.tables.procmail.pattern import END, START, SYMBOLS, Choice, Node, Octets, Repeat, Sequence

_MOST_STATES = 2_000
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class _Places:
    """The places of an expression at which it takes a symbol, as bits: where it can begin, where it can end, and
    whether it can be empty.
    """

    first: int
    last: int
    empty: bool


class _State:
    """A set of places that were reached together; from one that is `open` a match may also begin."""

    __slots__ = ("final", "next", "open", "places")

    def __init__(self, places: int, final: bool, begins: bool) -> None:
        self.places = places
        self.final = final
        self.open = begins
        self.next: list[_State | None] = [None] * SYMBOLS


class Automaton:
    """One expression. A new match may begin everywhere, unless it is `anchored`. Several threads may use it."""

    def __init__(self, node: Node, *, anchored: bool = False) -> None:
        self._anchored = anchored
        self._follow: list[int] = []
        self._taking = [0] * SYMBOLS
        self._places = self._built(node)
        self._states: dict[int, _State] = {}
        self._start = _State(0, self._places.empty, True)

    def first_end(self, text: bytes, begin: int, budget: Budget) -> int | None:
        """Where the match ends that ends first of those that begin at `begin` or later."""
        return next(self.ends(text, begin, budget), None)

    def ends(self, text: bytes, begin: int, budget: Budget) -> Iterator[int]:
        """Every place where a match ends, from `begin` on."""
        until = time.monotonic() + budget.left
        return self._ends(begin, _symbols(text, begin, budget, until), budget, until)

    def ends_backwards(self, text: bytes, budget: Budget) -> Iterator[int]:
        """The same in the text read backwards, as places from its end on."""
        until = time.monotonic() + budget.left
        return self._ends(0, _symbols_backwards(text, budget, until), budget, until)

    def _ends(self, begin: int, symbols: Iterable[tuple[int, int]], budget: Budget, until: float) -> Iterator[int]:
        state = self._start
        if state.final:
            yield begin
        for at, symbol in symbols:
            state = state.next[symbol] or self._step(state, symbol, budget, until)
            if state.final:
                yield at
            elif self._anchored and not state.places:
                return

    def _step(self, state: _State, symbol: int, budget: Budget, until: float) -> _State:
        """The state behind `symbol`, which nobody has asked for yet."""
        _in_time(budget, until)
        reached = self._places.first if state.open else 0
        places = state.places
        while places:
            lowest = places & -places
            reached |= self._follow[lowest.bit_length() - 1]
            places ^= lowest
        found = state.next[symbol] = self._state(reached & self._taking[symbol])
        return found

    def _state(self, places: int) -> _State:
        known = self._states.get(places)
        if known is None:
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
                self._start = _State(0, self._places.empty, True)
            final = bool(places & self._places.last) or (self._places.empty and not self._anchored)
            known = self._states[places] = _State(places, final, not self._anchored)
        return known

    def _built(self, node: Node) -> _Places:
        match node:
            case Octets(members):
                return self._place(members)
            case Sequence(parts):
                return self._sequence(parts)
            case Choice(branches):
                found = [self._built(branch) for branch in branches]
                first, last = (_union(getattr(one, what) for one in found) for what in ("first", "last"))
                return _Places(first, last, any(one.empty for one in found))
            case Repeat(part, sign):
                inside = self._built(part)
                if sign != "?":
                    self._link(inside.last, inside.first)
                return _Places(inside.first, inside.last, inside.empty or sign != "+")

    def _place(self, members: int) -> _Places:
        place = 1 << len(self._follow)
        self._follow.append(0)
        for symbol in range(SYMBOLS):
            if members >> symbol & 1:
                self._taking[symbol] |= place
        return _Places(place, place, False)

    def _sequence(self, parts: tuple[Node, ...]) -> _Places:
        so_far = _Places(0, 0, True)
        for part in parts:
            found = self._built(part)
            self._link(so_far.last, found.first)
            so_far = _Places(
                so_far.first | (found.first if so_far.empty else 0),
                found.last | (so_far.last if found.empty else 0),
                so_far.empty and found.empty,
            )
        return so_far

    def _link(self, places: int, behind: int) -> None:
        while places:
            lowest = places & -places
            self._follow[lowest.bit_length() - 1] |= behind
            places ^= lowest


def _union(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def _symbols(text: bytes, begin: int, budget: Budget, until: float) -> Iterator[tuple[int, int]]:
    """What is read from `begin` on, each with the place behind it; time is looked at now and then."""
    if begin == 0 and text:
        yield 1, START
    last = len(text) - 1
    for chunk in range(max(begin, 1), last, _CHUNK):
        _in_time(budget, until)
        yield from enumerate(text[chunk : min(chunk + _CHUNK, last)], chunk + 1)
    if begin <= last:
        yield last + 1, END


def _symbols_backwards(text: bytes, budget: Budget, until: float) -> Iterator[tuple[int, int]]:
    if text:
        yield 1, END
    size = len(text) - 2
    for chunk in range(0, size, _CHUNK):
        _in_time(budget, until)
        yield from enumerate(text[max(size - chunk - _CHUNK, 0) + 1 : size - chunk + 1][::-1], chunk + 2)
    if len(text) > 1:
        yield len(text), START


def _in_time(budget: Budget, until: float) -> None:
    if time.monotonic() > until:
        budget.left = 0.0
        raise ExhaustedError
