"""tally: what has hit one message so far, counted as SpamAssassin counts.

A rule hits once, or, with `tflags multiple`, as often as it matches in all lines together, up to its `maxhits`. A rule
with `(?<NAME>…)` captures for those with `%{NAME}`, which come last. What could not be run to its end counts as no hit;
the budget says so. That goes for the lines too that are left after `SECONDS`: a sender may write hundreds of thousands,
and without Hyperscan each is asked of every pattern.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import re2

from gatekeeper.spamassassin.perl import apart, compiled, named, perl
from gatekeeper.spamassassin.replaced import Tags
from gatekeeper.spamassassin.squeezed import beginning
from gatekeeper.tables.matcher import Budget, ExhaustedError, Expression, Matcher, PatternError

SECONDS = 5.0
"""How long the lines of one message are looked at, in time of the processor."""

_CAPTURING = re2.compile(r"\(\?P?[<'][A-Z]")
_TEMPLATE = re2.compile(r"%\{([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\}")
_MOST_CAPTURED = 20
_LONGEST_CAPTURED = 1000


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A rule as it is run: it hits `most` times at most, and not in the subject if it is `without_subject`.

    `first` is what a text is asked for first: small, linear, and matching at least as much as the rule; where that is
    not all, `expression` says whether the rule itself matches. `late` is a pattern with its tags written out, and its
    flags, of which that is made when it is first needed. `unset` stands for a field that is not there. `template` is
    the pattern as it is written if it has `%{NAME}` in it, and matches whatever that stands for; `capturing` is the
    same for one with `(?<NAME>…)`.
    """

    name: str
    first: Expression
    exact: Expression | None = None
    late: tuple[str, str] | None = None
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
    def proven(self) -> bool:
        """Whether the rule matches wherever `first` does."""
        return self.exact is None and self.late is None

    @property
    def expression(self) -> Expression:
        """What the rule itself matches. `PatternError` for a late one that no engine takes."""
        return self.exact or (_late(*self.late) if self.late else self.first)


def pattern_rule(name: str, text: str, most: int = 1, tags: Tags | None = None) -> PatternRule:
    """The rule with the pattern `text`, in which `tags` are to be written out. `PatternError` for one that cannot be
    run.
    """
    pattern, flags = apart(text)
    if tags:
        first = compiled(tags.small(pattern), flags)
        return PatternRule(name, Expression(beginning(first.re2)), late=(tags.whole(pattern), flags), most=most)
    template = text if _TEMPLATE.search(pattern) else ""
    found = compiled(_TEMPLATE.sub(r"(?s:.+)", pattern) if template else pattern, flags)
    capturing = text if _CAPTURING.search(pattern) else ""
    first = Expression(found.re2)
    return PatternRule(name, first, found if found.exact else None, None, most, template=template, capturing=capturing)


@lru_cache(maxsize=1024)
def _late(pattern: str, flags: str) -> Expression:
    return compiled(pattern, flags)


@dataclass(slots=True)
class Tally:
    """`hits` are what each rule is worth, by name."""

    budget: Budget
    hits: dict[str, float] = field(default_factory=dict)
    _tags: dict[str, list[bytes]] = field(default_factory=dict)
    _waiting: list[tuple[PatternRule, bytes]] = field(default_factory=list)
    _until: float = field(default_factory=lambda: time.thread_time() + SECONDS)

    def in_time(self) -> bool:
        """Whether there is time for one more line."""
        if time.thread_time() < self._until:
            return True
        self.budget.unfinished = True
        return False

    def matches(self, rule: PatternRule, line: bytes) -> bool:
        """Whether `rule` matches `line`, in which its `first` does."""
        try:
            return rule.proven or Matcher(rule.expression).search(line, self.budget) is not None
        except (ExhaustedError, PatternError):
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
