"""pattern_set: which of many patterns match a text.

A set works from the start, pattern by pattern; once it has loaded the database that `compiled` makes, one pass over the
text finds them all, and only what Hyperscan was told less of is asked again. Either way the answer is the same: what
each pattern would say alone. It never fails on a text. Patterns that backtrack share the message's budget; what could
not be run to its end counts as no match, and `Budget.unfinished` says so: whoever asked must not take that for a no.
"""

import hashlib
from collections.abc import Sequence

from gatekeeper.tables import one_pass
from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError
from gatekeeper.tables.one_pass import OnePass


class PatternSet:
    """Patterns that are asked together. `digest` names these patterns and the engine that a database is made for."""

    __slots__ = ("_matchers", "_one_pass", "digest", "expressions")

    def __init__(self, expressions: Sequence[Expression]) -> None:
        """`PatternError` for the first that no engine takes, with its place in `expressions` as `index`."""
        self.expressions = tuple(expressions)
        self._matchers = tuple(_matcher(index, expression) for index, expression in enumerate(self.expressions))
        self._one_pass: OnePass | None = None
        self.digest = hashlib.sha256(repr((one_pass.MAKE, self.expressions)).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self.expressions)

    @property
    def loaded(self) -> bool:
        """Whether one pass does it."""
        return self._one_pass is not None

    def compiled(self) -> bytes:
        """The database of these patterns, which takes seconds to make, for `load`, here or in another process.
        `EngineError` where there is no Hyperscan.
        """
        return one_pass.make([(each.re2, not each.exact) for each in self.expressions], self.digest)

    def load(self, database: bytes) -> None:
        """Use this from now on, in all threads. `DatabaseError` if `compiled` of this set did not make it here."""
        self._one_pass = OnePass(database, self.digest)

    def matching(self, text: bytes, budget: Budget) -> list[int]:
        """The places of those that match, in their order."""
        loaded = self._one_pass
        if loaded is None:
            return [place for place, matcher in enumerate(self._matchers) if _matches(matcher, text, budget)]
        found = loaded.scan(text)
        found.sort()
        return [n >> 1 for n in found if not n & 1 or _matches(self._matchers[n >> 1], text, budget)]


def _matcher(index: int, expression: Expression) -> Matcher:
    try:
        return Matcher(expression)
    except PatternError as error:
        error.index = index
        raise


def _matches(matcher: Matcher, text: bytes, budget: Budget) -> bool:
    try:
        return matcher.search(text, budget) is not None
    except ExhaustedError:
        return False
