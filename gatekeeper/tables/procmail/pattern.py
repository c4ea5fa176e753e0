r"""pattern: the regular expressions of procmail's own egrep (procmailrc(5)), as a tree, and for the matcher.

A text stands between two line ends that are not its own, and `^`, `$`, `\<` and `\>` each take a letter: a line end, or
what is no part of a word. `^^` is the very start, and at the end of an expression the very end. What procmail takes
with a shrug (a `(` that is not closed, a `)` that closes nothing) is a `PatternError`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gatekeeper.tables.matcher import Expression, PatternError

START, END = 256, 257
"""The line ends before and behind a text, which `^^` knows from all others."""

SYMBOLS = 258
_EDGES = 1 << START | 1 << END
_NEWLINE = 1 << ord("\n") | _EDGES
_EVERY = (1 << SYMBOLS) - 1
_WORD = sum(1 << ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_LONGEST = 10_000
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Octets:
    """Any one of these symbols: bit `n` is octet `n`, or one of the two edges."""

    members: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of them."""

    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`*`, `+` or `?` of it."""

    part: "Node"
    sign: str


Node = Octets | Sequence | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""`whole` is all of it; with `\/`, `left` is what stands before it, and `right` what is to be $MATCH."""

    whole: Node
    left: Node | None = None
    right: Node | None = None

    @property
    def expression(self) -> Expression:
        """Whether it is in a text is what this says of the text between two line ends."""
        return Expression(f"(?s:{_written(self.whole)})")


def read_pattern(text: str, case: bool) -> Pattern:
    """`text` is Latin-1; `case`: letters are told apart by it. `PatternError` for what is no expression."""
    if len(text) > _LONGEST:
        raise PatternError(f"the expression has more than {_LONGEST} letters", "write several recipes")
    reading = _Reading(text, case)
    return reading.read()


@dataclass(slots=True)
class _Reading:
    r"""One pass over an expression. `split` is how many parts the outermost sequence had when `\/` came."""

    text: str
    case: bool
    at: int = 0
    depth: int = 0
    split: int | None = None
    outer: list[Node] = field(default_factory=list)

    def read(self) -> Pattern:
        whole = self._choice(self.outer)
        if self.at < len(self.text):
            raise PatternError("a ) closes nothing", "write \\)")
        if self.split is None:
            return Pattern(whole)
        if isinstance(whole, Choice):
            raise PatternError("\\/ stands beside a | that is in no group", "write ( ) around what | parts")
        left, right = (Sequence(tuple(some)) for some in (self.outer[: self.split], self.outer[self.split :]))
        return Pattern(Sequence((left, right)), left, right)

    def _choice(self, parts: list[Node]) -> Node:
        branches: list[Node] = [self._sequence(parts)]
        while self.text.startswith("|", self.at):
            self.at += 1
            branches.append(self._sequence([]))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self, parts: list[Node]) -> Node:
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self.text.startswith("\\/", self.at):
                self._split(parts)
                continue
            part = self._simple()
            if self.text[self.at : self.at + 1] in ("*", "+", "?"):
                part = Repeat(part, self.text[self.at])
                self.at += 1
            parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _split(self, parts: list[Node]) -> None:
        if self.depth or parts is not self.outer:
            raise PatternError("\\/ stands in a group or behind a |", "write it outside of all groups")
        if self.split is not None:
            raise PatternError("\\/ stands there twice", "write it once")
        self.split = len(parts)
        self.at += 2

    def _simple(self) -> Node:
        letter = self.text[self.at]
        self.at += 1
        match letter:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case ".":
                return Octets(_EVERY & ~_NEWLINE)
            case "$":
                return Octets(_NEWLINE)
            case "^":
                return self._caret()
            case "\\" if self.at < len(self.text):
                letter = self.text[self.at]
                self.at += 1
                return Octets(_EVERY & ~_WORD) if letter in "<>" else self._letter(letter)
            case _:
                return self._letter(letter)

    def _group(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError(f"more than {_DEEPEST} groups stand in each other", "write fewer")
        inside = self._choice([])
        if not self.text.startswith(")", self.at):
            raise PatternError("a ( is not closed", "close it, or write \\(")
        self.at += 1
        self.depth -= 1
        return inside

    def _caret(self) -> Node:
        if not self.text.startswith("^", self.at):
            return Octets(_NEWLINE)
        self.at += 1
        return Octets(1 << END if self._is_last() else 1 << START)

    def _is_last(self) -> bool:
        """Nothing has to match behind what was read just now: the groups around it end too."""
        at, depth = self.at, self.depth
        while at < len(self.text):
            if self.text[at] == ")" and depth:
                depth -= 1
            elif self.text[at] == "|":
                at = _behind_branches(self.text, at)
                continue
            elif self.text[at] != "?":
                return False
            at += 1
        return True

    def _letter(self, letter: str) -> Octets:
        return Octets(_NEWLINE if letter == "\n" else self._member(ord(letter)))

    def _member(self, octet: int) -> int:
        letter = chr(octet)
        if self.case or not (letter.isascii() and letter.isalpha()):
            return 1 << octet
        return 1 << ord(letter.lower()) | 1 << ord(letter.upper())

    def _class(self) -> Octets:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        members, last = 0, 0
        first = True
        while first or not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise PatternError("a [ is not closed", "close it, or write \\[")
            octet = ord(self.text[self.at])
            self.at += 1
            if octet == ord("-") and not first and self.text[self.at : self.at + 1] not in ("]", ""):
                octet = ord(self.text[self.at])
                self.at += 1
                members |= sum(self._member(between) for between in _apart(range(last + 1, octet), self.case))
            members |= self._member(octet)
            last, first = octet, False
        self.at += 1
        if members >> ord("\n") & 1:
            members |= _EDGES
        return Octets(_EVERY & ~(members | _NEWLINE) if negated else members)


def _apart(octets: range, case: bool) -> Iterator[int]:
    """Those of which no two are the same letter."""
    for octet in octets:
        letter = chr(octet)
        if case or not (letter.isascii() and letter.isupper() and ord(letter.lower()) in octets):
            yield octet


def _behind_branches(text: str, at: int) -> int:
    """Where the group ends in which a `|` stands at `at`."""
    depth = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == "[":
            end = text.find("]", at + 2)
            at = len(text) if end < 0 else end
        elif letter == "(":
            depth += 1
        elif letter == ")":
            if not depth:
                return at
            depth -= 1
        at += 1
    return len(text)


def _written(node: Node) -> str:
    """For RE2, the edges being line ends like all others but for `^^`."""
    match node:
        case Octets(members):
            return _octets(members)
        case Sequence(parts):
            return "".join(map(_written, parts))
        case Choice(branches):
            return f"(?:{'|'.join(map(_written, branches))})"
        case Repeat(part, sign):
            return f"(?:{_written(part)}){sign}"


def _octets(members: int) -> str:
    if members == 1 << START:
        return r"\A\n"
    if members == 1 << END:
        return r"\n\z"
    ranges = "".join(_ranges(members))
    return f"[{ranges}]" if ranges else r"[^\x00-\xff]"


def _ranges(members: int) -> Iterator[str]:
    octet = 0
    while octet < START:
        if members >> octet & 1:
            first = octet
            while octet + 1 < START and members >> octet + 1 & 1:
                octet += 1
            yield f"\\x{first:02x}" if first == octet else f"\\x{first:02x}-\\x{octet:02x}"
        octet += 1
