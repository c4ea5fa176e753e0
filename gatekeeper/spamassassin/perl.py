r"""perl: Perl's patterns as SpamAssassin has them, `/…/i` or `m{…}x`, for the matcher.

SpamAssassin compiles them with `/aa` and matches octets. So `\d`, `\s`, `\w` and `\b` are about ASCII, while an octet
above has the case it has in Latin-1; `$` also matches before a line end that ends the text. What neither engine can be
told (recursion, conditions, code, `\p`) is a `PatternError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import re2

from gatekeeper.tables.letters import literal
from gatekeeper.tables.matcher import Expression, Matcher, PatternError
from gatekeeper.tables.pcre import Reading

_CLOSING = {"{": "}", "(": ")", "<": ">", "[": "]"}
_FLAGS = frozenset("imsxnaudlpgco")
_MOST = 1000  # of a repetition in RE2
_LOOSE = 10  # of a repetition, for what RE2 finds too large otherwise
_LONGEST = 1_000_000
_OPTIONS = re2.compile(r"\(\?(\^?)([a-z]{0,12})(?:-([a-z]{1,12}))?([:)])")
_NAMED = re2.compile(r"\(\?(?:P?<|')([A-Za-z_]\w{0,60})[>']")
_BACK = re2.compile(r"\\(?:k(?:<(\w{1,60})>|\{(\w{1,60})\}|'(\w{1,60})')|g\{([A-Za-z_]\w{0,60})\}|g\{?(-\d{1,2})\}?)")
_BACK_NAMED = re2.compile(r"\(\?P=(\w{1,60})\)")
_WIDE = {"p": "\\p", "P": "\\P", "X": "\\X", "x": "\\x{", "N": "\\N{", "o": "\\o"}
_TIMES = re2.compile(r"\{(\d{0,5})(?:(,)(\d{0,5}))?\}|[*+?]")
_AT_MOST = re2.compile(r"\{,(\d{1,3})\}")
_RANGE = re2.compile(r"(\\x[0-9a-f]{2}|[A-Za-z0-9])(?:-(\\x[0-9a-f]{2}|[A-Za-z0-9]))?")
_CASED = (*range(0xC0, 0xD7), *range(0xD8, 0xDF))
_OTHER_CASE = {octet: octet + 0x20 for octet in _CASED} | {octet + 0x20: octet for octet in _CASED}


def perl(text: str) -> Expression:
    """The expression in `text`: with its delimiters and flags. `PatternError` if there is none, or none we can run."""
    pattern, flags = apart(text)
    return compiled(pattern, flags)


def named(text: str) -> Mapping[str, int]:
    """The numbers of the groups of `perl` that have names."""
    return _read(*apart(text), loose=False).names


def compiled(pattern: str, flags: str) -> Expression:
    """As `perl`, for what stands between the delimiters."""
    if len(pattern) > _LONGEST:
        raise PatternError(f"the pattern has more than {_LONGEST} letters", "write several rules")
    if "(?{" in pattern or "(??{" in pattern:
        raise PatternError("code in a pattern is not run", "write it without (?{")
    expression = _translated(pattern, flags, loose=False)
    try:
        Matcher(Expression(expression.re2))
    except PatternError:
        expression = _translated(pattern, flags, loose=True)
        Matcher(Expression(expression.re2))
    return expression


def _read(pattern: str, flags: str, *, loose: bool) -> "_Perl":
    reading = _Perl(pattern, "x" in flags, loose=loose, flags=[frozenset(flags)])
    reading.read()
    reading.end_scopes()
    return reading


def _translated(pattern: str, flags: str, *, loose: bool) -> Expression:
    reading = _read(pattern, flags, loose=loose)
    scope = "(?i:" if "i" in flags else "(?:"
    exact = f"{scope}{''.join(reading.exact)})" if reading.beyond else ""
    return Expression(f"{scope}{''.join(reading.weak)})", exact)


def apart(text: str) -> tuple[str, str]:
    """What stands between the delimiters, and the flags behind them (Mail::SpamAssassin::Util::compile_regexp)."""
    start = 0 if text.startswith("/") else 2 if text.startswith("qr") else 1 if text.startswith("m") else -1
    opening = text[start : start + 1] if start >= 0 else ""
    if not opening or opening == "\\" or opening == "_" or opening.isalnum():
        raise PatternError("the pattern has no delimiters", "write /…/")
    closing = _CLOSING.get(opening, opening)
    end = text.rfind(closing)
    flags = text[end + 1 :]
    if end <= start or set(flags) - _FLAGS:
        raise PatternError(f"the end of the pattern is not {closing}", "write its flags (i, m, s, x) behind that alone")
    pattern = text[start + 1 : end]
    if closing == opening and _bare(pattern, closing):
        raise PatternError(f"{closing} stands in the pattern without a backslash", f"write \\{closing}")
    return pattern, flags


def _bare(pattern: str, delimiter: str) -> bool:
    plain = pattern.replace("\\\\", "")
    return any(letter == delimiter and plain[at - 1 : at] != "\\" for at, letter in enumerate(plain))


@dataclass(slots=True)
class _Perl(Reading):
    """`flags` are those on in each open group, `scopes` what each `(?i)` in it has opened."""

    loose: bool = False
    flags: list[frozenset[str]] = field(default_factory=list)
    scopes: list[list[str]] = field(default_factory=lambda: [[]])
    names: dict[str, int] = field(default_factory=dict)

    def _plain(self, letter: str) -> None:
        if letter == "|":
            scopes = self.scopes[-1]
            self._put(")" * len(scopes) + "|" + "".join(scopes), 1)
        elif letter == "^":
            self._put("(?m:^)" if self._on("m") else "^", 1)
        elif letter == "$":
            self._dollar(1)
        elif letter == ".":
            self._put("(?s:.)" if self._on("s") else r"[^\n]", 1)
        elif letter == "{" and (most := self._ahead(_AT_MOST)):
            self._put(f"{{0,{most[1]}}}", len(most[0]))
        else:
            self._letter(letter, 1)

    def _letter(self, letter: str, length: int) -> None:
        other = _OTHER_CASE.get(ord(letter)) if self._on("i") else None
        self._put(literal(letter) if other is None else f"[{literal(letter)}{literal(chr(other))}]", length)

    def _on(self, flag: str) -> bool:
        return flag in self.flags[-1]

    def _dollar(self, length: int) -> None:
        if self._on("m") and length == 1:
            self._put("(?m:$)", length)
        else:
            self._both(r"(?=\n?\Z)", r"(?:\n?\z)", length)

    def _end(self) -> None:
        if self.pattern[self.at + 1] == "Z":
            self._dollar(2)
        else:
            self._both(r"\Z", r"\z", 2)

    def _repeat(self, times: str) -> None:
        found = self._ahead(_TIMES)
        if found is None or times[0] != "{":
            Reading._repeat(self, times)
            return
        least, most = int(found[1] or 0), int(found[3] or 0) if found[2] else int(found[1] or 0)
        limit = _LOOSE if self.loose else _MOST
        length = len(times) + self.pattern.startswith(("+", "?"), self.at + len(times))
        if max(least, most) <= limit:
            Reading._repeat(self, times)
        else:
            self._put(self.pattern[self.at : self.at + length], length, f"{{{min(least, limit)},}}")

    def _group(self) -> None:
        rest = self.pattern[self.at : self.at + 70]
        if not rest.startswith("(?") or rest.startswith(("(?<=", "(?<!")):
            Reading._group(self)
        elif found := _NAMED.match(rest):
            self.names[found[1]] = self._groups() + 1
            self._both(f"(?P<{found[1]}>", "(", len(found[0]))
            self._opened(looking=False)
        elif back := _BACK_NAMED.match(rest):
            self._put(f"(?P={back[1]})", len(back[0]), "(?s:.*)")
        elif options := _OPTIONS.match(rest):
            self._options(options)
        elif rest.startswith("(?|"):
            self._enter("(?|", 3, "(?:")
        else:
            Reading._group(self)

    def _options(self, options: "re2._Match") -> None:
        before = self.flags[-1]
        after = frozenset(options[2]) | ((before if not options[1] else frozenset()) - frozenset(options[3] or ""))
        turned = "(?i:" if "i" in after else "(?-i:"
        if options[4] == ":":
            self._enter(turned if ("i" in after) != ("i" in before) else "(?:", len(options[0]))
        elif ("i" in after) != ("i" in before):
            self._put(turned, len(options[0]))
            self.scopes[-1].append(turned)
        else:
            self.at += len(options[0])
        self.flags[-1] = after
        self.extended = "x" in after

    def _opened(self, *, looking: bool) -> None:
        Reading._opened(self, looking=looking)
        self.flags.append(self.flags[-1])
        self.scopes.append([])

    def _close(self) -> None:
        if self._open:
            self.end_scopes()
            self.scopes.pop()
            self.flags.pop()
            self.extended = self._on("x")
        Reading._close(self)

    def end_scopes(self) -> None:
        """Close what `(?i)` has opened in the innermost group."""
        self._put(")" * len(self.scopes[-1]), 0)
        self.scopes[-1].clear()

    def _escape(self) -> None:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in ("k", "g") and (back := self._ahead(_BACK)):
            self._put(self._reference(back), len(back[0]), "(?s:.*)")
        elif letter in _WIDE and self.pattern.startswith(_WIDE[letter], self.at):
            self._wide()
        else:
            Reading._escape(self)

    def _reference(self, back: "re2._Match") -> str:
        if not back[5]:
            return f"(?P={back[1] or back[2] or back[3] or back[4]})"
        number = self._groups() + 1 + int(back[5])
        if number < 1:
            raise PatternError(f"{back[0]!r} points to no group", "number groups from 1")
        return f"(?:\\{number})"

    def _groups(self) -> int:
        """How many groups are opened so far."""
        written = "".join(self.exact)
        return written.count("(") - written.count("(?") + written.count("(?P<")

    def _wide(self) -> None:
        inside, _, _ = self.pattern[self.at + 3 : self.at + 12].partition("}")
        if self.pattern[self.at + 1] != "x" or int(inside or "0", 16) > 0xFF:
            raise PatternError(
                f"{self.pattern[self.at : self.at + 8]!r} cannot be run", "write the octets that are meant"
            )
        Reading._escape(self)

    def _class(self) -> None:
        Reading._class(self)
        if self._on("i"):
            self.exact[-1] = _folded(self.exact[-1])
            if not self._looking:
                self.weak[-1] = _folded(self.weak[-1])

    def _member(self) -> str:
        found = Reading._member(self)
        if len(found) > 1 and not found.startswith("\\x") and self.pattern.startswith("-", self.at):
            self.at += 1
            return found + r"\x2d"
        return found


@lru_cache(maxsize=4096)
def _folded(members: str) -> str:
    """A class with the octets in it that are above ASCII in their other case as well."""
    more, there = set(), set()
    for found in _RANGE.finditer(members):
        first, last = _octet(found[1]), _octet(found[2] or found[1])
        there |= {*range(first, last + 1)}
        more |= {_OTHER_CASE[octet] for octet in range(max(first, 0xC0), last + 1) if octet in _OTHER_CASE}
    return members[:-1] + "".join(f"\\x{octet:02x}" for octet in sorted(more - there)) + "]"


def _octet(member: str) -> int:
    return int(member[2:], 16) if member.startswith("\\x") else ord(member)
