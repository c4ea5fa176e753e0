"""rule_set: all rule files of a configuration together: one set of patterns for each place, expressions in their order.

What only shows when the files are seen together is a `Problem` here: names that stand twice, names that nothing has,
expressions that need each other. A rule with such a mistake is left out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from gatekeeper.config.convert import nearest
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.tables.rules import Rule, RuleFile, expression_of
from gatekeeper.values import Problem


@dataclass(frozen=True, slots=True)
class Group:
    """The rules whose patterns look at the same place, and the set of these patterns, in the same order."""

    names: tuple[str, ...]
    patterns: PatternSet


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`groups` by place; `traits` with the names of the rules that ask for them; `expressions` so that each stands
    behind those that it needs. `scores` are what hits weigh, by name: a name that is not there is no finding.
    `ham_signs` are the names of those that speak for wanted mail.
    """

    groups: Mapping[str, Group] = field(default_factory=dict)
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expressions: tuple[Rule, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)
    ham_signs: frozenset[str] = frozenset()

    def told(self) -> "RuleSet":
        """The same with all rules that may weigh anything told of, whatever they weigh."""
        return replace(self, scores=dict.fromkeys(self.scores, 1.0))

    def weighing(self) -> "RuleSet":
        """The same without traits and expressions by which nothing weighs more or less. Patterns stay: they are asked
        together, and their database is of all.
        """
        needed = {name for name, score in self.scores.items() if score}
        for rule in reversed(self.expressions):
            needed |= {*rule.parts} if rule.name in needed else set()
        traits = {trait: names for trait, names in self.traits.items() if not needed.isdisjoint(names)}
        return replace(self, traits=traits, expressions=tuple(rule for rule in self.expressions if rule.name in needed))

    def __bool__(self) -> bool:
        return bool(self.groups or self.traits or self.expressions)


def assemble(
    files: Iterable[RuleFile], scores: Mapping[str, float], known: Collection[str]
) -> tuple[RuleSet, list[Problem]]:
    """The sound rules of all `files`. `scores` go before what a rule says itself; `known` are the names of findings."""
    rules, places, problems = _first(files, known)
    ordered, more = _ordered(rules, places, known)
    return _set(rules, ordered, scores), [*problems, *more]


_Place = tuple[str, int]


def _first(
    files: Iterable[RuleFile], known: Collection[str]
) -> tuple[dict[str, Rule], dict[str, _Place], list[Problem]]:
    rules: dict[str, Rule] = {}
    places: dict[str, _Place] = {}
    problems = []
    for file in files:
        for rule, line in zip(file.rules, file.lines, strict=True):
            if rule.name in rules:
                source, first = places[rule.name]
                message = f"{rule.name} stands in {source}:{first} already"
                problems.append(Problem(file.source, line, "error", message, "give it another name"))
            elif rule.name in known:
                message = f"{rule.name} is what a check finds"
                problems.append(Problem(file.source, line, "error", message, "give it another name"))
            else:
                rules[rule.name], places[rule.name] = rule, (file.source, line)
    return rules, places, problems


def _ordered(
    rules: dict[str, Rule], places: Mapping[str, _Place], known: Collection[str]
) -> tuple[tuple[Rule, ...], list[Problem]]:
    """The expressions, and what is wrong with them; those with mistakes are taken out of `rules`."""
    problems = []
    for rule in [rule for rule in rules.values() if rule.parts]:
        strange = [name for name in rule.parts if name not in rules and name not in known]
        for name in strange:
            message = f"{rule.name}: no rule and no finding is called {name!r}"
            problems.append(Problem(*places[rule.name], "error", message, nearest(name, [*rules, *known])))
        if strange:
            del rules[rule.name]
    while True:
        needed = {rule.name: [n for n in rule.parts if n in rules] for rule in rules.values() if rule.parts}
        try:
            names = [name for name in TopologicalSorter(needed).static_order() if name in needed]
        except CycleError as error:
            circle = error.args[1]
            message = f"{circle[0]} needs itself: {' → '.join(circle)}"
            problems.append(Problem(*places[circle[0]], "error", message, "take one of these names out"))
            del rules[circle[0]]
        else:
            return tuple(rules[name] for name in names), problems


def _set(rules: Mapping[str, Rule], ordered: tuple[Rule, ...], scores: Mapping[str, float]) -> RuleSet:
    by_place: dict[str, list[Rule]] = {}
    by_trait: dict[str, tuple[str, ...]] = {}
    for rule in rules.values():
        if rule.pattern:
            by_place.setdefault(rule.where, []).append(rule)
        elif rule.trait:
            by_trait[rule.trait] = (*by_trait.get(rule.trait, ()), rule.name)
    groups = {
        where: Group(tuple(rule.name for rule in group), PatternSet([expression_of(rule) for rule in group]))
        for where, group in by_place.items()
    }
    weights = dict(_weights(rules.values(), scores))
    described = {rule.name: rule.description for rule in rules.values()}
    ham_signs = frozenset(rule.name for rule in rules.values() if rule.ham)
    return RuleSet(groups, by_trait, ordered, weights, described, ham_signs)


def _weights(rules: Iterable[Rule], scores: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for rule in rules:
        if rule.scored:
            yield rule.name, scores.get(rule.name, rule.score or 0.0)
