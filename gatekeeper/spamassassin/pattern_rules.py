"""pattern_rules: rules that are patterns, those about one kind of text asked together. `tally` says how they count."""

from collections.abc import Collection, Iterable, Sequence

from gatekeeper.spamassassin.tally import PatternRule, Tally
from gatekeeper.tables.matcher import Budget, Matcher
from gatekeeper.tables.pattern_set import PatternSet


class PatternRules:
    """Rules about one kind of text: lines, or the value of one header field. `patterns` are what is asked first; where
    that says more than a rule does, the rule itself is asked too.
    """

    __slots__ = ("_absent", "_negated", "_proven", "patterns", "rules")

    def __init__(self, rules: Sequence[PatternRule]) -> None:
        self.rules = tuple(rules)
        self.patterns = PatternSet([rule.first for rule in rules])
        self._proven = tuple(rule.proven for rule in rules)
        self._negated = tuple((index, rule) for index, rule in enumerate(rules) if rule.negated)
        self._absent = tuple(rule for rule in rules if _matches(rule, rule.unset) is not rule.negated)

    def matching(self, line: bytes, tally: Tally, done: Collection[str] = ()) -> list[int]:
        """The places of the rules that match, but for those that are done."""
        found = self.patterns.matching(line, tally.budget)
        rules, proven = self.rules, self._proven
        return [n for n in found if rules[n].name not in done and (proven[n] or tally.matches(rules[n], line))]

    def count(self, lines: Iterable[bytes], tally: Tally) -> None:
        """What hits `lines`; the first of them is the subject, for rules that leave that out."""
        done: set[str] = set()
        for number, line in enumerate(lines):
            if not tally.in_time():
                return
            for index in self.matching(line, tally, done):
                rule = self.rules[index]
                if number or not rule.without_subject:
                    tally.matched(rule, line)
                    if rule.once:
                        done.add(rule.name)

    def count_field(self, value: bytes | None, tally: Tally) -> None:
        """What hits a field; None if the message has none of that name."""
        if value is None:
            for rule in self._absent:
                tally.hits[rule.name] = 1
            return
        found = self.matching(value, tally)
        for index in found:
            if not self.rules[index].negated:
                tally.matched(self.rules[index], value)
        for index, rule in self._negated:
            if index not in found:
                tally.hits[rule.name] = 1


def _matches(rule: PatternRule, text: bytes) -> bool:
    budget = Budget()
    return Matcher(rule.first).search(text, budget) is not None and Tally(budget).matches(rule, text)
