"""rule_set: which of SpamAssassin's rules hit a message, and how often.

All patterns about one kind of text are asked at once. Patterns that backtrack share a budget of seconds for the
message; when it is used up, `Budget.unfinished` says that not everything was found out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from gatekeeper.spamassassin.calls import Call
from gatekeeper.spamassassin.compiling import WITHOUT_BAYES, Compiled
from gatekeeper.spamassassin.definitions import Definitions
from gatekeeper.spamassassin.part_rules import PartRules
from gatekeeper.spamassassin.pattern_rules import PatternRules
from gatekeeper.spamassassin.rules import Kind
from gatekeeper.spamassassin.tally import PatternRule, Tally
from gatekeeper.tables.matcher import Budget, Expression
from gatekeeper.tables.pattern_set import PatternSet


class Texts(Protocol):
    """What rules look at in one message."""

    def header(self, name: str) -> bytes | None:
        """The field with its modifiers as a rule names it; None if the message has none."""

    def mimeheaders(self, name: str) -> Sequence[bytes | None]:
        """That field of each part, None for a part that has none."""

    @property
    def body(self) -> Sequence[bytes]: ...
    @property
    def rawbody(self) -> Sequence[bytes]: ...
    @property
    def full(self) -> bytes: ...
    @property
    def uris(self) -> Sequence[bytes]: ...


class RuleSet:
    """The rules that can be run, with what was said about them."""

    def __init__(self, definitions: Definitions, rules: Compiled, column: int = WITHOUT_BAYES) -> None:
        self.definitions = definitions
        self.compiled = rules
        self.column = column
        self._lines = {kind: PatternRules(found) for kind, found in rules.patterns.items()}
        self._fields = {where: PatternRules(found) for where, found in rules.fields.items()}
        self._parts = {where: PartRules(found) for where, found in rules.parts.items()}

        asked: list[PatternRule] = [
            rule for found in (rules.patterns, rules.fields) for named in found.values() for rule in named
        ]
        asked += [part.rule for parts in rules.parts.values() for part in parts]
        self._asked = {rule.name: rule for rule in asked}
        self._needs = {meta.name: meta.needs for meta in rules.metas.order}

    def pattern_sets(self) -> tuple[PatternSet, ...]:
        """All sets of patterns, to be compiled aside."""
        lines = (*self._lines.values(), *self._fields.values())
        return (*(rules.patterns for rules in lines), *(rules.patterns for rules in self._parts.values()))

    def hits(self, texts: Texts, ask: Callable[[Call], float], budget: Budget) -> Mapping[str, float]:
        """What each rule that hits is worth, 1 or how often it hit, by name; those that are parts of others with them.
        `ask` makes the call of an `eval:` rule. Those about the header come first: some leave less of the body.
        """
        tally = Tally(budget)
        early = [call for call in self.compiled.calls if call.kind == Kind.HEADER]
        _ask(early, ask, tally)
        for where, fields in self._fields.items():
            fields.count_field(texts.header(where), tally)
        for where, names in self.compiled.present.items():
            if texts.header(where) is not None:
                tally.hits.update(dict.fromkeys(names, 1))
        for kind, lines in self._lines.items():
            lines.count(lines_of(texts, kind), tally)
        for where, parts in self._parts.items():
            parts.count(texts.mimeheaders(where), tally)
        _ask([call for call in self.compiled.calls if call.kind != Kind.HEADER], ask, tally)
        tally.finish()
        self.compiled.metas.add(tally.hits)
        return tally.hits

    def expression(self, name: str) -> Expression | None:
        """The pattern of a rule; None if it has none. `PatternError` as for `PatternRule.expression`."""
        rule = self._asked.get(name)
        return rule.expression if rule else None

    def needs(self, name: str) -> frozenset[str]:
        """What a `meta` rule depends on."""
        return self._needs.get(name, frozenset())

    def score(self, name: str) -> float:
        """What a rule weighs."""
        return self.definitions.score(name, self.column)


def _ask(calls: Iterable[Call], ask: Callable[[Call], float], tally: Tally) -> None:
    for call in calls:
        if found := ask(call):
            tally.hits[call.name] = found if found > 0 else 1


def lines_of(texts: Texts, kind: Kind) -> Sequence[bytes]:
    """What rules of a kind look at, one by one."""
    match kind:
        case Kind.BODY:
            return texts.body
        case Kind.RAWBODY:
            return texts.rawbody
        case Kind.URI:
            return texts.uris
        case _:
            return (texts.full,)
