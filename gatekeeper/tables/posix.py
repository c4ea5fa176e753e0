r"""posix: regular expressions of POSIX (regex(7)), extended and basic, as glibc reads them, for the matcher.

A backslash says less than in Perl: in a class it stands for itself, and `\d`, which matches nothing at all where case
does not count, is a `PatternError`. `\w \s \b \B \< \>` and back references are GNU's. `+?` is a repetition of a
repetition, not a lazy one.
"""

from dataclasses import dataclass, field

import re2

from gatekeeper.tables.letters import NAMES, SPACE, literal, member
from gatekeeper.tables.matcher import Expression, PatternError

_GNU = {"w": r"\w", "W": r"\W", "s": f"[{SPACE}]", "S": f"[^{SPACE}]", "b": r"\b", "B": r"\B", "`": r"\A", "'": r"\z"}
_EDGES = {"<": r"\b(?=\w)", ">": r"\b(?<=\w)"}
_TURNED = "(){}|+?"
_TIMES = re2.compile(r"([0-9]{0,5})(,?)([0-9]{0,5})(\\?\})")


def posix(pattern: str, flags: str) -> Expression:
    """`pattern` with the flags `i m x` that are on: `x` is the extended syntax, `m` lets lines begin and end.
    `PatternError` for what cannot be run.
    """
    reading = _Reading(pattern, extended="x" in flags, lines="m" in flags)
    reading.read()
    scope = f"(?{'i' * ('i' in flags)}{'m' if 'm' in flags else 's'}:"
    weak = f"{scope}{''.join(reading.weak)})"
    exact = f"(?p){scope}{''.join(reading.exact)})".replace(r"\z", r"\Z") if reading.beyond else ""
    return Expression(weak, exact, longest=True)


@dataclass(slots=True)
class _Reading:
    """One pass over a pattern; see `pcre`. `_atom` is where what was read last begins, None if nothing can be
    repeated; `_repeated` that it is a repetition already.
    """

    pattern: str
    extended: bool
    lines: bool
    at: int = 0
    weak: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    beyond: bool = False
    _open: list[int] = field(default_factory=list)
    _atom: int | None = None
    _repeated: bool = False

    def read(self) -> None:
        while self.at < len(self.pattern):
            letter, special = self._next()
            if not letter:
                continue
            if letter == "[" and not special:
                self._class()
            elif special:
                self._special(letter)
            else:
                self._put(literal(letter))
        if self._open:
            raise PatternError("a ( is not closed", "close it")

    def _next(self) -> tuple[str, bool]:
        """The next letter, and whether it has a meaning beyond itself; empty if it was escaped and is done with."""
        letter = self.pattern[self.at]
        self.at += 1
        if letter != "\\":
            turned = letter in _TURNED
            return letter, (turned and self.extended) or (letter in "^$*." and self._means(letter))
        if self.at >= len(self.pattern):
            raise PatternError("the pattern ends with a backslash", "write \\\\")
        escaped = self.pattern[self.at]
        self.at += 1
        if escaped in _TURNED and not self.extended:
            return escaped, True
        if escaped in _GNU or escaped in _EDGES or escaped in "123456789":
            return f"\\{escaped}", True
        if escaped.isascii() and escaped.isalnum():
            raise PatternError(f"\\{escaped} has no meaning here", "write [0-9], [[:space:]] or the letter")
        self._put(literal(escaped))
        return "", True

    def _means(self, letter: str) -> bool:
        """Whether `^`, `$`, `*` or `.` is more than itself here; that is not certain in the basic syntax alone."""
        if letter == "." or self.extended:
            return True
        starts = not self.exact or self.exact[-1] in ("(", "|")
        if letter == "$":
            return self.at == len(self.pattern) or self.pattern.startswith(("\\)", "\\|"), self.at)
        return starts if letter == "^" else not (starts or self.exact[-1] == "^")

    def _put(self, text: str, weak: str | None = None) -> None:
        self._atom, self._repeated = len(self.exact), False
        self.exact.append(text)
        self.weak.append(text if weak is None else weak)
        self.beyond |= weak is not None

    def _special(self, letter: str) -> None:
        if letter in ("*", "+", "?"):
            self._repeat(letter)
        elif letter == "{":
            self._times()
        elif letter == "(":
            self._put("(")
            self._open.append(len(self.exact) - 1)
            self._atom = None
        elif letter == ")":
            self._close()
        elif letter in ("|", "^", "$"):
            self._put(letter)
            self._atom = None
        elif letter == ".":
            self._put(".")
        elif letter == "}":
            self._put(literal(letter))
        elif letter[1:] in _GNU:
            self._put(_GNU[letter[1:]])
        elif letter[1:] in _EDGES:
            self._put(_EDGES[letter[1:]], r"\b")
        else:
            self._put(f"(?:{letter})", "(?s:.*)")

    def _close(self) -> None:
        if not self._open:
            if not self.extended:
                raise PatternError("a \\) closes nothing", "leave it out")
            self._put(literal(")"))
            return
        start = self._open.pop()
        self._put(")")
        self._atom = start

    def _repeat(self, times: str) -> None:
        if self._atom is None:
            raise PatternError(f"{times!r} repeats nothing", f"write \\{times}" if self.extended else "write it as []")
        start = self._atom
        for text in (self.exact, self.weak):
            if self._repeated:
                text[start] = f"(?:{text[start]}"
                text.append(")")
            text.append(times)
        self._atom, self._repeated = start, True

    def _times(self) -> None:
        found = _TIMES.match(self.pattern, self.at)
        if not found or (found[4] == "}") != self.extended or not (found[1] or found[3]):
            raise PatternError("a { is not followed by how often", "write {2}, {2,} or {2,5}, or \\{ for itself")
        self.at = found.end()
        self._repeat(f"{{{found[1] or '0'}{found[2]}{found[3]}}}")

    def _class(self) -> None:
        parts = ["["]
        if self.pattern.startswith("^", self.at):
            parts.append(r"^\n" if self.lines else "^")
            self.at += 1
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise PatternError("a [ is not closed", "close it, or write \\[")
            parts.append(self._member())
            first = False
        self.at += 1
        self._put("".join(parts) + "]")

    def _member(self) -> str:
        opening = self.pattern[self.at : self.at + 2]
        if opening in ("[:", "[.", "[="):
            end = self.pattern.find(f"{opening[1]}]", self.at + 2)
            name = self.pattern[self.at + 2 : end] if end > 0 else ""
            self.at = end + 2
            if opening == "[:" and name in NAMES - {"ascii", "word"}:
                return f"[:{name}:]"
            if opening != "[:" and len(name) == 1:
                return member(name)
            raise PatternError(f"{opening}{name}{opening[1]}] is no class", "write [:alpha:] or its like")
        self.at += 1
        letter = opening[0]
        return letter if letter == "-" else member(letter)
