"""part_rules: `mimeheader` rules, about the header of each part, as Mail::SpamAssassin::Plugin::MIMEHeader counts.

The first part that matches decides, and with `tflags multiple` the matches in it count. `tflags range=2-3` names parts
by number, `concat` has all values matched as one text. A rule with `!~` hits every message, as it does in 4.0.1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import re2

from gatekeeper.spamassassin.pattern_rules import PatternRules
from gatekeeper.spamassassin.rules import Flags
from gatekeeper.spamassassin.tally import PatternRule, Tally
from gatekeeper.tables.pattern_set import PatternSet

_RANGE = re2.compile(r"^(\d{1,4})?(-)?(\d{1,4})?$")
_MOST = 1000  # parts, and hits


@dataclass(frozen=True, slots=True)
class PartRule:
    """`first` and `last` are the parts that count, from 1."""

    rule: PatternRule
    first: int = 0
    last: int = _MOST
    joined: bool = False

    @classmethod
    def flagged(cls, rule: PatternRule, flags: Flags) -> "PartRule":
        """With what `tflags` says about it."""
        found = _RANGE.match(flags.value("range"))
        first, last = 0, _MOST
        if found and (found[1] or found[3]):
            first = int(found[1] or 0)
            last = int(found[3]) if found[3] else _MOST if found[2] else first
        return cls(rule, first, last, "concat" in flags)


class PartRules:
    """Those about the same field."""

    __slots__ = ("_asked", "rules")

    def __init__(self, rules: Sequence[PartRule]) -> None:
        self.rules = tuple(rules)
        self._asked = PatternRules([rule.rule for rule in rules])

    @property
    def patterns(self) -> PatternSet:
        """All of them."""
        return self._asked.patterns

    def count(self, values: Iterable[bytes | None], tally: Tally) -> None:
        """What hits the `values` of all parts, None for each part without the field."""
        values = tuple(values)[:_MOST]
        done = {rule.rule.name for rule in self.rules if rule.rule.negated}
        tally.hits.update(dict.fromkeys(done, 1))
        for number, value in enumerate(values, 1):
            for index in self._asked.matching(value or b"", tally, done):
                rule = self.rules[index]
                counts = rule.first <= number <= rule.last and not rule.joined
                if counts and (value is not None or not rule.rule.unset):
                    done.add(rule.rule.name)
                    tally.matched(rule.rule, value or b"")
        for rule in self.rules:
            if (rule.joined or rule.rule.unset) and rule.rule.name not in done:
                self._alone(rule, values, tally)

    def _alone(self, rule: PartRule, values: Sequence[bytes | None], tally: Tally) -> None:
        """A rule that sees something else than the values."""
        own = [rule.rule.unset if value is None else value for value in values]
        own = own[max(rule.first - 1, 0) : rule.last]
        if rule.joined:
            own = [b"".join(value if value.endswith(b"\n") else value + b"\n" for value in own)]
        index = self.rules.index(rule)
        for value in own:
            if index in self._asked.matching(value, tally):
                tally.matched(rule.rule, value)
                return
