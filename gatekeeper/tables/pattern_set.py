"""pattern_set: which of many patterns match a text.

It never fails on a text. Patterns that backtrack share the message's budget; what could not be run to its end counts as
no match, and `Budget.unfinished` says so: whoever asked must not take that for a no.
"""

import hashlib
import importlib.metadata
from collections.abc import Sequence

from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError

_ENGINE = f"re2 {importlib.metadata.version('google-re2')}"


class PatternSet:
    """Patterns that are asked together. `digest` names these patterns and the engine that runs them."""

    __slots__ = ("_matchers", "digest", "expressions")

    def __init__(self, expressions: Sequence[Expression]) -> None:
        """`PatternError` for the first that no engine takes, with its place in `expressions` as `index`."""
        self.expressions = tuple(expressions)
        self._matchers = tuple(_matcher(index, expression) for index, expression in enumerate(self.expressions))
        self.digest = hashlib.sha256(repr((_ENGINE, self.expressions)).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self.expressions)

    def matching(self, text: bytes, budget: Budget) -> list[int]:
        """The places of those that match, in their order."""
        return [index for index, matcher in enumerate(self._matchers) if _matches(matcher, text, budget)]


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
