"""rules: our own rules and the operator's: patterns over texts, traits, and expressions over all that was found.

Patterns of one place are looked for together, in one pass. What they find stands at the body stage; expressions are
asked at the content stage, when attachments have been looked at, and know the findings of all earlier stages by name.
It asks nothing, cannot fail.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from weakref import WeakKeyDictionary

import msgspec

from gatekeeper.message import Mail, Message
from gatekeeper.tables import Tables
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.rule_set import RuleSet
from gatekeeper.traits import Letter, present, text_at
from gatekeeper.values import Finding, Stage


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.rules]"""

    enabled: bool = True


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """Two stages; between them is kept what was hit, also by rules that are no findings themselves."""
    rules = tables.rules.weighing()
    hit: WeakKeyDictionary[Message, Mapping[str, str]] = WeakKeyDictionary()

    def read(mail: Mail) -> list[Finding]:
        if mail.message is None:
            return []
        found = hit[mail.message] = dict(simple_hits(rules, Letter(mail.message, mail.envelope)))
        return list(_findings(rules, found.items()))

    def weigh(mail: Mail) -> list[Finding]:
        if mail.message is None:
            return []
        found = {*hit.get(mail.message, ()), *(finding.name for finding in mail.findings)}
        return list(_findings(rules, ((name, "") for name in expressed(rules, found))))

    if not rules:
        return {}
    return {Stage.BODY: read, Stage.CONTENT: weigh} if rules.expressions else {Stage.BODY: read}


def simple_hits(rules: RuleSet, letter: Letter) -> Iterator[tuple[str, str]]:
    """The patterns and traits that are found, with where or what shows it."""
    budget = Budget()
    for where, group in rules.groups.items():
        text = text_at(letter, where)
        for index in group.patterns.matching(text, budget) if text else ():
            yield group.names[index], where
    for trait, shown in present(rules.traits, letter):
        yield from ((name, shown) for name in rules.traits[trait])


def expressed(rules: RuleSet, found: set[str]) -> Iterator[str]:
    """The expressions that hold; each is added to what was `found`, so that the next may build on it."""
    for rule in rules.expressions:
        if rule.holds(found):
            found.add(rule.name)
            yield rule.name


_finding = lru_cache(maxsize=2048)(Finding)
"""Mostly the same ones: of a pattern only where it was found is told."""


def _findings(rules: RuleSet, hits: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """What weighs nothing is not told."""
    for name, shown in hits:
        if score := rules.scores.get(name):
            yield _finding(name, score, shown)
