r"""automaton: a pattern as the matcher gives it to RE2, as a machine whose language can be reasoned about.

Letters are octets; the start and the end of the text are two letters more, which the anchors consume. So a text `t` is
the word START t END. What a machine of a fair size cannot say (`\b`, anchors of lines, an anchor that may stand twice
in a row) raises `UnsaidError`: whoever asked then knows nothing.
"""

import string
from dataclasses import dataclass, field

START, END = 256, 257
OCTETS = (1 << 256) - 1
_MOST = 3000  # states
_UNREPEATED = -1


def _mask(letters: str) -> int:
    return sum(1 << ord(letter) for letter in set(letters))


_DIGIT = _mask(string.digits)
_WORD = _mask(string.digits + string.ascii_letters + "_")
_BLANK = _mask("\t\n\f\r ")
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _BLANK, "D": OCTETS ^ _DIGIT, "W": OCTETS ^ _WORD, "S": OCTETS ^ _BLANK}
_GRAPH = string.digits + string.ascii_letters + string.punctuation
_NAMED = {
    "alnum": _mask(string.digits + string.ascii_letters),
    "alpha": _mask(string.ascii_letters),
    "ascii": (1 << 128) - 1,
    "blank": _mask("\t "),
    "cntrl": ((1 << 32) - 1) | 1 << 127,
    "digit": _DIGIT,
    "graph": _mask(_GRAPH),
    "lower": _mask(string.ascii_lowercase),
    "print": _mask(_GRAPH + " "),
    "punct": _mask(string.punctuation),
    "space": _mask("\t\n\v\f\r "),
    "upper": _mask(string.ascii_uppercase),
    "word": _WORD,
    "xdigit": _mask(string.hexdigits),
}
_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UPPER, _LOWER = _mask(string.ascii_uppercase), _mask(string.ascii_lowercase)


class UnsaidError(Exception):
    """The pattern says what a machine here cannot."""


@dataclass(slots=True)
class Automaton:
    """States are numbers. `steps` of a state are letters (as a set of bits) and where they lead; `free` are the states
    that it leads to without a letter. A text matches if some run from `first` reaches `last`.
    """

    steps: list[list[tuple[int, int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def new(self) -> int:
        if len(self.steps) >= _MOST:
            raise UnsaidError
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def closed(self, states: set[int]) -> frozenset[int]:
        """With all that is reached without a letter."""
        found, stack = set(states), list(states)
        while stack:
            for state in self.free[stack.pop()]:
                if state not in found:
                    found.add(state)
                    stack.append(state)
        return frozenset(found)

    def after(self, states: frozenset[int], letter: int) -> frozenset[int]:
        """Where `letter` leads from any of `states`."""
        bit = 1 << letter
        return self.closed({target for state in states for letters, target in self.steps[state] if letters & bit})


def automaton(pattern: str) -> Automaton:
    """The machine that finds `pattern` anywhere in a text."""
    machine = Automaton()
    reading = _Reading(pattern, machine)
    everything = OCTETS | 1 << START | 1 << END
    machine.first, machine.last = machine.new(), machine.new()
    begin, end = reading.alternatives()
    if reading.at < len(pattern):
        raise UnsaidError
    machine.steps[machine.first].append((everything, machine.first))
    machine.free[machine.first].append(begin)
    machine.free[end].append(machine.last)
    machine.steps[machine.last].append((everything, machine.last))
    return machine


@dataclass(slots=True)
class _Reading:
    """One pass over a pattern; each method reads one thing and gives the states at which it begins and ends."""

    pattern: str
    machine: Automaton
    at: int = 0
    fold: bool = False
    dot: bool = False
    _anchors: list[int] = field(default_factory=list)

    def alternatives(self) -> tuple[int, int]:
        begin, end = self.machine.new(), self.machine.new()
        before = tuple(self._anchors)
        while True:
            self._anchors[:] = before
            first, last = self._sequence()
            self.machine.free[begin].append(first)
            self.machine.free[last].append(end)
            if self._peek() != "|":
                return begin, end
            self.at += 1

    def _sequence(self) -> tuple[int, int]:
        begin = end = self.machine.new()
        while self._peek() not in ("", "|", ")"):
            start, held = self.at, tuple(self._anchors)
            first, last = self._atom()
            least, most = self._times()
            if (least, most) != (1, 1):
                if tuple(self._anchors) != held:
                    raise UnsaidError  # an anchor that is repeated
                first, last = self._repeated(start, first, last, least, most)
            self.machine.free[end].append(first)
            end = last
        return begin, end

    def _repeated(self, start: int, first: int, last: int, least: int, most: int) -> tuple[int, int]:
        """What stands at `start`, and was read from `first` to `last`, at least and at most so often."""
        behind, free = self.at, self.machine.free
        begin, end = self.machine.new(), self.machine.new()
        if most == _UNREPEATED and least <= 1:
            free[begin].append(first)
            free[last] += (first, end)
            if not least:
                free[begin].append(end)
            return begin, end
        free[begin].append(end if most == 0 else first)
        if least == 0:
            free[begin].append(end)
        for count in range(1, least if most == _UNREPEATED else most):
            if count >= least:
                free[last].append(end)
            self.at = start
            again, new_last = self._atom()
            free[last].append(again)
            first, last = again, new_last
        if most == _UNREPEATED:
            free[last].append(first)
        free[last].append(end)
        self.at = behind
        return begin, end

    def _times(self) -> tuple[int, int]:
        """How often, as it stands behind an atom; -1: without end. Whether it is greedy does not matter here."""
        sign = self._peek()
        times = {"*": (0, _UNREPEATED), "+": (1, _UNREPEATED), "?": (0, 1)}.get(sign)
        if times:
            self.at += 1
        elif sign == "{" and (counted := self._counted()):
            times = counted
        else:
            return 1, 1
        if self._peek() == "?":
            self.at += 1
        if self._peek() in ("*", "+", "{"):
            raise UnsaidError
        return times

    def _counted(self) -> tuple[int, int] | None:
        end = self.pattern.find("}", self.at)
        least, comma, most = self.pattern[self.at + 1 : max(end, 0)].partition(",")
        if not least.isdecimal() or (most and not most.isdecimal()):
            return None
        self.at = end + 1
        return int(least), (int(most) if most else _UNREPEATED) if comma else int(least)

    def _atom(self) -> tuple[int, int]:
        letter = self.pattern[self.at]
        self.at += 1
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._step(self._class())
        if letter == ".":
            return self._step(OCTETS if self.dot else OCTETS ^ (1 << 10))
        if letter in "^$":
            return self._anchor(START if letter == "^" else END)
        if letter == "\\":
            return self._escape()
        return self._step(self._folded(1 << ord(letter)))

    def _group(self) -> tuple[int, int]:
        held = self.fold, self.dot
        if self.pattern.startswith("?P<", self.at):
            self.at = self.pattern.index(">", self.at) + 1
        elif self._peek() == "?":
            end = next(at for at in range(self.at, len(self.pattern)) if self.pattern[at] in ":)")
            self._flags(self.pattern[self.at + 1 : end])
            self.at = end + 1
            if self.pattern[end] == ")":  # it holds to the end of the group that it stands in
                state = self.machine.new()
                return state, state
        found = self.alternatives()
        if self._peek() != ")":
            raise UnsaidError
        self.at += 1
        self.fold, self.dot = held
        return found

    def _flags(self, written: str) -> None:
        on, _, off = written.partition("-")
        if "m" in on:
            raise UnsaidError
        self.fold = (self.fold or "i" in on) and "i" not in off
        self.dot = (self.dot or "s" in on) and "s" not in off

    def _escape(self) -> tuple[int, int]:
        letter = self._peek()
        if letter in "Az":
            self.at += 1
            return self._anchor(START if letter == "A" else END)
        if letter in "bB":
            raise UnsaidError
        return self._step(self._folded(self._letters()))

    def _letters(self) -> int:
        """What the escape stands for whose backslash was read."""
        letter = self._peek()
        self.at += 1
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter == "x" and self._peek() != "{":
            self.at += 2
            return 1 << int(self.pattern[self.at - 2 : self.at], 16)
        if letter in _ESCAPES:
            return 1 << ord(_ESCAPES[letter])
        if not letter or letter.isalnum():
            raise UnsaidError
        return 1 << ord(letter)

    def _class(self) -> int:
        negated = self._peek() == "^"
        self.at += negated
        letters, first = 0, True
        while first or self._peek() != "]":
            first = False
            found = self._member()
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self._member()
                if found.bit_count() != 1 or last.bit_count() != 1:
                    raise UnsaidError
                found = (last << 1) - 1 & ~(found - 1)
            letters |= found
        self.at += 1
        letters = self._folded(letters)
        return OCTETS ^ letters if negated else letters

    def _member(self) -> int:
        if self.pattern.startswith("[:", self.at):
            end = self.pattern.index(":]", self.at)
            name = self.pattern[self.at + 2 : end]
            self.at = end + 2
            letters = _NAMED[name.removeprefix("^")]
            return OCTETS ^ letters if name.startswith("^") else letters
        letter = self._peek()
        self.at += 1
        if letter == "":
            raise UnsaidError
        return self._letters() if letter == "\\" else 1 << ord(letter)

    def _folded(self, letters: int) -> int:
        if self.fold:
            letters |= (letters & _UPPER) << 32 | (letters & _LOWER) >> 32
        return letters

    def _step(self, letters: int) -> tuple[int, int]:
        begin, end = self.machine.new(), self.machine.new()
        self.machine.steps[begin].append((letters, end))
        return begin, end

    def _anchor(self, letter: int) -> tuple[int, int]:
        if letter in self._anchors:
            raise UnsaidError
        self._anchors.append(letter)
        return self._step(1 << letter)

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]
