r"""pattern: an operator's regular expression, run by RE2: in time linear in the text, in bounded memory.

What RE2 does not have (look-around, back references, possessive repetition: `github.com/google/re2/wiki/Syntax`) is a
`PatternError` that says where, and what to write instead; it is never tried under an engine that backtracks. One back
reference is taken, because MailScanner's own file has it: `(G)\1$`, the same thing twice at the end.
"""

import re2

_MEMORY = 1 << 20
"""Bytes for one compiled pattern and its automaton; beyond, it is refused, or runs slower, still linear."""

_LONGEST = 1000
"""Letters of a pattern."""

_REMEDIES = (
    (("(?=", "(?!", "(?<=", "(?<!"), "RE2 looks neither ahead nor behind: write two rules, the exception first"),
    (("\\1", "\\2", "\\3", "\\4", "\\k", "(?P="), "RE2 has no back references: spell the cases out"),
    (("++", "*+", "?+"), "RE2 never backtracks: leave the second + out"),
    (("\\Z", "\\G"), "write \\z for the end"),
    (("(?#",), "move the comment to a line of its own"),
    (("(?>", "(?|"), "RE2 never backtracks: write (?:"),
)
_TWICE = ")\\1$"


class PatternError(ValueError):
    """The pattern cannot be used; `remedy` says what can."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class Pattern:
    """A compiled pattern. Case never counts, `.` matches everything, and text is read as UTF-8: a letter is one `.`."""

    __slots__ = ("_compiled", "_twice", "text")

    def __init__(self, text: str) -> None:
        """`PatternError` for what RE2 refuses."""
        inner = text[1 : -len(_TWICE)]
        self.text = text
        self._twice = text.startswith("(") and text.endswith(_TWICE) and "(" not in inner.replace("\\(", "")
        self._compiled = _compiled(inner if self._twice else text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in `text`."""
        if self._twice:
            return self._ends_twice(text.lower())
        return self._compiled.search(_octets(text)) is not None

    def replaced(self, text: str, replacement: str) -> str:
        """`text` with the first match replaced; `$1` to `$9` there are groups, as in Perl."""
        octets = _octets(text)
        match = None if self._twice else self._compiled.search(octets)
        if match is None:
            return text
        head, *tail = replacement.split("$")
        parts = [_octets(head)]
        for piece in tail:
            number = int(piece[0]) if piece[:1] and piece[0] in "123456789" else 0
            known = 0 < number <= match.re.groups
            parts.append((match.group(number) or b"") + _octets(piece[1:]) if known else _octets("$" + piece))
        return (octets[: match.start()] + b"".join(parts) + octets[match.end() :]).decode("utf-8", "replace")

    def _ends_twice(self, text: str) -> bool:
        for size in range(1, len(text) // 2 + 1):
            end = text[-size:]
            if text.endswith(end + end) and self._compiled.fullmatch(_octets(end)):
                return True
        return False


def glob(text: str) -> Pattern:
    """The pattern of a glob over a whole text: `*` for anything, `?` for one letter, all else for itself."""
    wild = {"*": ".*", "?": "."}
    return Pattern(rf"\A{''.join(wild.get(letter) or re2.escape(letter) for letter in text)}\z")


def _compiled(text: str) -> "re2._Regexp":
    if len(text) > _LONGEST:
        raise PatternError(f"the pattern has more than {_LONGEST} letters", "write several rules")
    options = re2.Options()
    options.case_sensitive = False
    options.dot_nl = True
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(_octets(text), options)
    except re2.error as error:
        said = error.args[0] if error.args else b""
        raise _refusal(text, said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None


def _refusal(text: str, said: str) -> PatternError:
    """What RE2 said, with the place and a remedy."""
    fragment = said.partition(": ")[2]
    place = text.find(fragment) + 1 if fragment else 0
    at = f" at letter {place}" if place else ""
    remedy = next((remedy for signs, remedy in _REMEDIES if any(fragment.startswith(s) for s in signs)), "")
    return PatternError(f"RE2 does not take {text!r}: {said}{at}", remedy or "see github.com/google/re2/wiki/Syntax")


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")
