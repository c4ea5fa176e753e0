"""matcher: an operator's pattern, run over bytes in time that no message can stretch.

RE2 runs whatever it can, in time linear in the text. What it cannot (look-around, back references, what never
backtracks) comes with a weakened form that RE2 can run and that matches at least as much; only where that one matches
does the package `regex` try the pattern itself, and all patterns of one message share one budget of seconds. When it
is used up `ExhaustedError` is raised: whoever asked then knows nothing, and must not take that for a no.
"""

import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import re2
import regex

_MEMORY = 1 << 21
"""Bytes for one compiled pattern and its automaton; beyond, it is refused, or runs slower, still linear."""


class PatternError(ValueError):
    """The pattern cannot be used; `remedy` says what can. Of several, it is that with the number `index`."""

    def __init__(self, message: str, remedy: str = "", index: int = 0) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.index = index


class ExhaustedError(Exception):
    """The budget of the message is used up, and whether the pattern matches is not known."""


@dataclass(slots=True)
class Budget:
    """Seconds that are left to one message for patterns that backtrack; `unfinished` once they did not last."""

    left: float = 0.5
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A pattern as RE2 takes it and, if that says too much, as `regex` does. Both are Latin-1: a letter is an octet.

    `longest`: of all matches at the leftmost place the longest counts, as POSIX has it.
    """

    re2: str
    exact: str = ""
    longest: bool = False


class Matcher:
    """A compiled `Expression`. Without `captures` only whether it matches is found out, which is quicker."""

    __slots__ = ("_exact", "_re2", "expression")

    def __init__(self, expression: Expression, *, captures: bool = False) -> None:
        """`PatternError` for what neither engine takes."""
        self.expression = expression
        self._re2 = _compiled(expression, captures=captures and not expression.exact)
        self._exact = _backtracking(expression) if expression.exact else None

    @property
    def groups(self) -> int:
        """How many there are, whether they are captured or not."""
        return int(_compiled(self.expression, captures=True).groups)

    @property
    def linear(self) -> bool:
        """Whether RE2 does all of it."""
        return self._exact is None

    @property
    def size(self) -> int:
        """Instructions of RE2's machine."""
        return int(self._re2.programsize)

    def search(self, text: bytes, budget: Budget) -> tuple[bytes, ...] | None:
        """The groups of the first match, empty where one took no part; None if there is no match.

        `ExhaustedError` when the budget does not last; it never does for a pattern that RE2 runs alone.
        """
        match = self._re2.search(text)
        if match is None or self._exact is None:
            return None if match is None else match.groups(b"")
        if budget.left <= 0:
            budget.unfinished = True
            raise ExhaustedError
        begun = time.monotonic()
        try:
            found = self._exact.search(text, timeout=budget.left)
        except TimeoutError:
            budget.left, budget.unfinished = 0.0, True
            raise ExhaustedError from None
        budget.left -= time.monotonic() - begun
        return None if found is None else found.groups(b"")

    def span(self, text: bytes) -> tuple[int, int] | None:
        """Where the first match begins and ends, as far as RE2 can tell: of a pattern that backtracks it is that of the
        weakened form. Only with `captures`.
        """
        match = self._re2.search(text)
        return None if match is None else match.span()

    def spans(self, text: bytes, budget: Budget, most: int = 1) -> list[tuple[int, int]]:
        """Where the first `most` matches begin and end, none in another. `ExhaustedError` as for `search`."""
        if self.search(text, budget) is None:
            return []
        if self._exact is None:
            matches = _compiled(self.expression, captures=True).finditer(text)
            return [match.span() for match in islice(matches, most)]
        begun = time.monotonic()
        try:
            return [match.span() for match in islice(self._exact.finditer(text, timeout=budget.left), most)]
        except TimeoutError:
            budget.left, budget.unfinished = 0.0, True
            raise ExhaustedError from None
        finally:
            budget.left = max(0.0, budget.left - (time.monotonic() - begun))


@lru_cache(maxsize=4096)
def _compiled(expression: Expression, *, captures: bool) -> "re2._Regexp":
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.longest_match = expression.longest
    options.never_capture = not captures
    options.max_mem = _MEMORY
    try:
        return re2.compile(expression.re2.encode("latin-1"), options)
    except re2.error as error:
        said = error.args[0] if error.args else b""
        text = said.decode("latin-1") if isinstance(said, bytes) else str(said)
        raise PatternError(f"the pattern is refused: {text}", "repeat at most 1000 times, and nothing twice") from None


@lru_cache(maxsize=4096)
def _backtracking(expression: Expression) -> "regex.Pattern[bytes]":
    try:
        return regex.compile(expression.exact.encode("latin-1"), regex.VERSION0)
    except regex.error as error:
        raise PatternError(f"the pattern is refused: {error}", "write it without look-around") from None
