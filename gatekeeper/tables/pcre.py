r"""pcre: patterns of Perl's kind as PCRE2 reads them (pcre2pattern(3)), for the matcher.

Where RE2 and PCRE2 write the same and mean another thing (`\s`, `\v`, `\h`, `\R`), what PCRE2 means is written out.
Look-around, back references, atomic groups and possessive repetition are dropped or widened in the form that RE2 runs
first. What neither engine can be told (recursion, conditions, verbs, `\p`, `\X`) is a `PatternError`.
"""

import string
from dataclasses import dataclass, field

import re2

from gatekeeper.tables.letters import NAMES, SPACE, literal, member
from gatekeeper.tables.matcher import Expression, PatternError

_ALIKE = frozenset("AbBdDwW")
_LETTERS = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HORIZONTAL, _VERTICAL = r"\t \xa0", r"\n\x0b\f\r\x85"
_CLASSES = {
    "s": f"[{SPACE}]",
    "S": f"[^{SPACE}]",
    "h": f"[{_HORIZONTAL}]",
    "H": f"[^{_HORIZONTAL}]",
    "v": f"[{_VERTICAL}]",
    "V": f"[^{_VERTICAL}]",
    "N": r"[^\n]",
    "R": rf"(?:\r\n|[{_VERTICAL}])",
    "C": "(?s:.)",
    "G": r"\A",
    "K": "",
}
_IN_CLASS = {
    "s": SPACE,
    "S": r"\x00-\x08\x0e-\x1f\x21-\xff",
    "h": _HORIZONTAL,
    "v": _VERTICAL,
    "d": r"\d",
    "D": r"\D",
    "w": r"\w",
    "W": r"\W",
}
_LOOKING = ("(?=", "(?!", "(?<=", "(?<!")
_NAMED = re2.compile(r"\(\?(?:P?<(\w{1,32})>|'(\w{1,32})')")
_OPTIONS = re2.compile(r"\(\?([imsU]{0,4}-?[imsU]{0,4})([:)])")
_TIMES = re2.compile(r"[*+?]|\{[0-9]{1,5}(?:,[0-9]{0,5})?\}")
_HEX = re2.compile(r"\\x(?:\{([0-9A-Fa-f]{1,2})\}|([0-9A-Fa-f]{0,2}))")
_REFERRING = frozenset("0123456789g")  # to an octet by its number, or to a group
_HEX_DIGITS = frozenset(string.hexdigits)
_FORM = 80  # letters of the longest of these
_OCTAL = re2.compile(r"\\(0[0-7]{0,2}|[1-3][0-7]{2})")
_BACK = re2.compile(r"\\(?:g\{?)?([1-9][0-9]?)\}?")


def pcre(pattern: str, flags: str) -> Expression:
    """`pattern` with the flags `i m s x A E U` that are on, in any order. Texts do not end in a line end, so `E` says
    nothing more. `PatternError` for what cannot be run.
    """
    reading = Reading(pattern, extended="x" in flags)
    reading.read()
    on = "".join(flag for flag in "imsU" if flag in flags)
    start = r"\A" if "A" in flags else ""
    scope = f"(?{on}:" if on else "(?:"
    if reading.beyond and "U" in flags + "".join(reading.options):
        raise PatternError("U does not go with look-around and back references", "write ? after each repetition")
    if reading.beyond and reading.inline:
        raise PatternError("(?i) does not go with look-around and back references", "write (?i:…) around all of it")
    exact = f"{start}{scope}{''.join(reading.exact)})" if reading.beyond else ""
    return Expression(f"{start}{scope}{''.join(reading.weak)})", exact)


@dataclass(slots=True)
class Reading:
    """One pass over a pattern. `weak` is for RE2, `exact` for what backtracks; `beyond`: RE2's says too much.

    Another dialect overrides what it reads in another way.
    """

    pattern: str
    extended: bool
    at: int = 0
    weak: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    beyond: bool = False
    options: list[str] = field(default_factory=list)
    inline: bool = False
    _open: list[bool] = field(default_factory=list)
    _looking: int = 0

    def read(self) -> None:
        while self.at < len(self.pattern):
            letter = self.pattern[self.at]
            if letter == "\\":
                self._escape()
            elif letter == "[":
                self._class()
            elif letter == "(":
                self._group()
            elif letter == ")":
                self._close()
            elif letter in "*+?{" and (times := self._ahead(_TIMES)):
                self._repeat(times[0])
            elif self.extended and letter in " \t\n\v\f\r":
                self.at += 1
            elif self.extended and letter == "#":
                end = self.pattern.find("\n", self.at)
                self.at = len(self.pattern) if end < 0 else end
            else:
                self._plain(letter)
        if self._open:
            raise PatternError("a ( is not closed", "close it, or write \\(")

    def _ahead(self, form: "re2._Regexp") -> "re2._Match | None":
        """`form` here. What it looks at is cut out, because RE2 would make octets of the whole pattern each time."""
        return form.match(self.pattern[self.at : self.at + _FORM])

    def _plain(self, letter: str) -> None:
        if letter in "^$.|":
            self._put(letter, 1)
        else:
            self._letter(letter, 1)

    def _letter(self, letter: str, length: int) -> None:
        """One octet that stands for itself, however it is written."""
        self._put(literal(letter), length)

    def _put(self, text: str, length: int, weak: str | None = None) -> None:
        """`text` for the next `length` letters; `weak` if RE2 is to be told less."""
        self.exact.append(text)
        if not self._looking:
            self.weak.append(text if weak is None else weak)
        self.beyond |= weak is not None
        self.at += length

    def _repeat(self, times: str) -> None:
        behind = self.pattern[self.at + len(times) : self.at + len(times) + 1]
        if behind == "+":
            self._put(f"{times}+", len(times) + 1, times)
        elif behind == "?":
            self._put(f"{times}?", len(times) + 1)
        else:
            self._put(times, len(times))

    def _group(self) -> None:
        rest = self.pattern[self.at : self.at + 40]
        if not rest.startswith(("(?", "(*")):
            self._enter("(", 1)
            return
        looking = next((sign for sign in reversed(_LOOKING) if rest.startswith(sign)), "")
        if rest.startswith("(?#"):
            end = self.pattern.find(")", self.at)
            self.at = len(self.pattern) if end < 0 else end + 1
        elif looking:
            self._enter(looking, len(looking), "(?:", looking=True)
        elif named := _NAMED.match(rest):
            self._enter(f"(?P<{named[1] or named[2]}>", len(named[0]))
        elif options := _OPTIONS.match(rest):
            self._options(options)
        elif rest.startswith("(?>"):
            self._enter("(?>", 3, "(?:")
        else:
            raise PatternError(f"{rest[:4]!r} cannot be run", "write it without recursion, conditions and verbs")

    def _options(self, options: "re2._Match") -> None:
        self.options.append(options[1])
        self.inline |= options[2] == ")"
        if options[2] == ":":
            self._enter(options[0], len(options[0]))
        elif options[1] in ("", "-"):
            self.at += len(options[0])
        else:
            self._put(options[0], len(options[0]))

    def _enter(self, text: str, length: int, weak: str | None = None, *, looking: bool = False) -> None:
        self._put(text, length, weak)
        self._opened(looking=looking)

    def _opened(self, *, looking: bool) -> None:
        self._looking += looking
        self._open.append(looking)

    def _close(self) -> None:
        if not self._open:
            raise PatternError("a ) closes nothing", "leave it out, or write \\)")
        self._looking -= self._open.pop()
        self._put(")", 1)

    def _escape(self) -> None:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter == "Q":
            self._quoted()
        elif letter == "E":
            self.at += 2
        elif letter in ("z", "Z"):
            self._end()
        elif letter and letter in _ALIKE:
            self._put(f"\\{letter}", 2)
        elif letter in _CLASSES:
            self._put(_CLASSES[letter], 2)
        elif letter in _REFERRING and self._ahead(_OCTAL) is None and (back := self._ahead(_BACK)):
            self._put(f"(?:\\{back[1]})", len(back[0]), "(?s:.*)")
        else:
            self._letter(*self._one())

    def _end(self) -> None:
        self._both(r"\Z", r"\z", 2)

    def _both(self, exact: str, weak: str, length: int) -> None:
        """What the two engines write in another way and take for the same."""
        self.exact.append(exact)
        if not self._looking:
            self.weak.append(weak)
        self.at += length

    def _quoted(self) -> None:
        end = self.pattern.find("\\E", self.at)
        end = len(self.pattern) if end < 0 else end
        for letter in self.pattern[self.at + 2 : end]:
            self._put(literal(letter), 0)
        self.at = end + 2

    def _one(self) -> tuple[str, int]:
        """The octet that an escape stands for, and how many letters that takes."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _REFERRING and (octal := self._ahead(_OCTAL)):
            return chr(int(octal[1], 8) & 0xFF), len(octal[0])
        digits = self.pattern[self.at + 2 : self.at + 4]
        if letter == "x" and len(digits) == 2 and _HEX_DIGITS.issuperset(digits):
            return chr(int(digits, 16)), 4
        if letter == "x" and (found := self._ahead(_HEX)):
            return chr(int(found[1] or found[2] or "0", 16)), len(found[0])
        control = self.pattern[self.at + 2 : self.at + 3]
        if letter == "c" and " " <= control <= "~":
            return chr(ord(control.upper()) ^ 64), 3
        if letter in _LETTERS:
            return _LETTERS[letter], 2
        if not letter or (letter.isascii() and letter.isalnum()):
            raise PatternError(f"'\\{letter}' cannot be run", "write the letters that are meant")
        return letter, 2

    def _class(self) -> None:
        start, self.at = self.at, self.at + 1
        parts = ["["]
        if self.pattern.startswith("^", self.at):
            parts.append("^")
            self.at += 1
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise PatternError(f"the [ at letter {start + 1} is not closed", "close it, or write \\[")
            parts.append(self._member())
            first = False
        parts.append("]")
        self._put("".join(parts), 1)

    def _member(self) -> str:
        letter, following = self.pattern[self.at], self.pattern[self.at + 1 : self.at + 2]
        if letter == "[" and following in (":", ".", "="):
            return self._named_class()
        if letter == "\\":
            if following in _IN_CLASS:
                self.at += 2
                return _IN_CLASS[following]
            if following == "b":
                self.at += 2
                return r"\x08"
            found, length = self._one()
            self.at += length
            return member(found)
        self.at += 1
        return letter if letter == "-" else member(letter)

    def _named_class(self) -> str:
        end = self.pattern.find(":]", self.at)
        name = self.pattern[self.at + 2 : end] if end > 0 else ""
        if name.removeprefix("^") in NAMES and self.pattern[self.at + 1] == ":":
            self.at = end + 2
            return f"[:{name}:]" if name.removeprefix("^") != "space" else _IN_CLASS["S" if name[0] == "^" else "s"]
        self.at += 1
        return r"\x5b"
