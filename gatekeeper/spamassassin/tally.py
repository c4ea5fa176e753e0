"""tally: what has hit one message so far, counted as SpamAssassin counts.

A rule hits once, or, with `tflags multiple`, as often as it matches in all lines together, up to its `maxhits`. A rule
with `(?<NAME>…)` captures for those with `%{NAME}`, which come last. What could not be run to its end counts as no hit;
the budget says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import re2

from gatekeeper.spamassassin.perl import named, perl
from gatekeeper.spamassassin.squeezed import squeezed
from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError

_CAPTURING = re2.compile(r"\(\?P?[<'][A-Z]")
_TEMPLATE = re2.compile(r"%\{([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\}")
_MOST_CAPTURED = 20
_LONGEST_CAPTURED = 1000


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A rule as it is run: it hits `most` times at most, and not in the subject if it is `without_subject`.

    `unset` stands for a field that is not there. `template` is the pattern as it is written if it has `%{NAME}` in it;
    the expression then matches whatever that stands for. `capturing` is the same for one with `(?<NAME>…)`.
    """

    name: str
    expression: Expression
    most: int = 1
    negated: bool = False
    without_subject: bool = False
    unset: bytes = b""
    template: str = ""
    capturing: str = ""

    @property
    def once(self) -> bool:
        """Whether a first match is all there is to know."""
        return self.most == 1 and not self.template and not self.capturing

    @property
    def first(self) -> Expression:
        """What a text is asked for first: small, linear, and matching at least as much."""
        return Expression(squeezed(self.expression.re2))

    @property
    def proven(self) -> bool:
        """Whether the rule matches wherever that does."""
        return not self.expression.exact and self.first.re2 == self.expression.re2


def pattern_rule(name: str, text: str, most: int = 1) -> PatternRule:
    """The rule with the pattern `text`. `PatternError` for one that cannot be run."""
    if _TEMPLATE.search(text):
        return PatternRule(name, perl(_TEMPLATE.sub(r"(?s:.+)", text)), most, template=text)
    return PatternRule(name, perl(text), most, capturing=text if _CAPTURING.search(text) else "")


@dataclass(slots=True)
class Tally:
    """`hits` are what each rule is worth, by name."""

    budget: Budget
    hits: dict[str, float] = field(default_factory=dict)
    _tags: dict[str, list[bytes]] = field(default_factory=dict)
    _waiting: list[tuple[PatternRule, bytes]] = field(default_factory=list)

    def matches(self, rule: PatternRule, line: bytes) -> bool:
        """Whether `rule` matches `line`. Its engine is made ready when it is first needed."""
        try:
            first = Matcher(rule.first).search(line, self.budget)
            return first is not None and Matcher(rule.expression).search(line, self.budget) is not None
        except ExhaustedError:
            return False

    def matched(self, rule: PatternRule, line: bytes) -> None:
        """`rule` matches `line`."""
        if rule.template:
            self._waiting.append((rule, line))
        else:
            self._count(rule, rule.expression, line)
        if rule.capturing:
            self._capture(rule, line)

    def finish(self) -> None:
        """Those that wait for what others have captured."""
        for rule, line in self._waiting:
            names = _TEMPLATE.findall(rule.template)
            if all(self._tags.get(name) for name in names):
                told = {name: tuple(self._tags[name]) for name in names}
                expression = _filled_in(rule.template, tuple(told.items()))
                if expression:
                    self._count(rule, expression, line)

    def _count(self, rule: PatternRule, expression: Expression, line: bytes) -> None:
        already = self.hits.get(rule.name, 0)
        if already >= rule.most:
            return
        if rule.most == 1 and not rule.template:
            self.hits[rule.name] = 1
            return
        try:
            times = len(Matcher(expression).spans(line, self.budget, int(rule.most - already)))
        except ExhaustedError:
            return
        if times:
            self.hits[rule.name] = already + times

    def _capture(self, rule: PatternRule, line: bytes) -> None:
        try:
            groups = Matcher(rule.expression, captures=True).search(line, self.budget) or ()
        except ExhaustedError:
            return
        for name, number in _names(rule.capturing).items():
            value, known = groups[number - 1], self._tags.setdefault(name, [])
            if value and value not in known and len(known) < _MOST_CAPTURED:
                known.append(value[:_LONGEST_CAPTURED])


@lru_cache(maxsize=64)
def _filled_in(template: str, tags: tuple[tuple[str, tuple[bytes, ...]], ...]) -> Expression | None:
    for name, values in tags:
        alternatives = "|".join("".join(f"\\x{octet:02x}" for octet in value) for value in values)
        template = template.replace(f"%{{{name}}}", f"(?:{alternatives})")
    try:
        return perl(template)
    except PatternError:
        return None


@lru_cache(maxsize=64)
def _names(text: str) -> Mapping[str, int]:
    return named(text)
