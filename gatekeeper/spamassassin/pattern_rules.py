"""pattern_rules: rules that are patterns, those about one kind of text asked together. `tally` says how they count."""

from collections.abc import Iterable, Sequence

from gatekeeper.spamassassin.tally import PatternRule, Tally
from gatekeeper.tables.matcher import Budget, ExhaustedError, Matcher
from gatekeeper.tables.pattern_set import PatternSet


class PatternRules:
    """Rules about one kind of text: lines, or the value of one header field."""

    __slots__ = ("_absent", "_negated", "patterns", "rules")

    def __init__(self, rules: Sequence[PatternRule]) -> None:
        self.rules = tuple(rules)
        self.patterns = PatternSet([rule.expression for rule in rules])
        self._negated = tuple((index, rule) for index, rule in enumerate(rules) if rule.negated)
        self._absent = tuple(rule for rule in rules if _matches(rule, rule.unset) is not rule.negated)

    def count(self, lines: Iterable[bytes], tally: Tally) -> None:
        """What hits `lines`; the first of them is the subject, for rules that leave that out."""
        for number, line in enumerate(lines):
            for index in self.patterns.matching(line, tally.budget):
                rule = self.rules[index]
                if number or not rule.without_subject:
                    tally.matched(rule, line)

    def count_field(self, value: bytes | None, tally: Tally) -> None:
        """What hits a field; None if the message has none of that name."""
        if value is None:
            for rule in self._absent:
                tally.hits[rule.name] = 1
            return
        found = self.patterns.matching(value, tally.budget)
        for index in found:
            if not self.rules[index].negated:
                tally.matched(self.rules[index], value)
        for index, rule in self._negated:
            if index not in found:
                tally.hits[rule.name] = 1


def _matches(rule: PatternRule, text: bytes) -> bool:
    try:
        return Matcher(rule.expression).search(text, Budget()) is not None
    except ExhaustedError:
        return False
