"""compiling: from what SpamAssassin's files say to rules that can be run, and an account of those that cannot.

A rule runs if its score is not 0. Those that ask the network are counted apart, as are those that ask Bayes where that
is not wanted. Whatever else cannot be run is left out with its reason; nothing here raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gatekeeper.spamassassin.calls import Call, CallError, Eval, call
from gatekeeper.spamassassin.definitions import Definitions
from gatekeeper.spamassassin.metas import Metas, metas
from gatekeeper.spamassassin.part_rules import PartRule
from gatekeeper.spamassassin.replaced import Tags
from gatekeeper.spamassassin.rules import NO_FLAGS, Flags, Kind, Rule
from gatekeeper.spamassassin.tally import PatternRule, pattern_rule
from gatekeeper.tables.matcher import PatternError

WITHOUT_BAYES, WITH_BAYES = 0, 2
"""Which of the four scores of a rule count, as no block lists are asked."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that is not run, where it stands, and why."""

    name: str
    source: str
    line: int
    reason: str


@dataclass(slots=True)
class Compiled:
    """What can be run: patterns by what they look at, fields by their names, calls, metas; and what cannot.

    `networked` ask the network, `learnt` ask Bayes; neither is run, and neither counts as `skipped`. `active` is how
    many rules would be run but for these.
    """

    patterns: dict[Kind, list[PatternRule]] = field(default_factory=dict)
    fields: dict[str, list[PatternRule]] = field(default_factory=dict)
    parts: dict[str, list[PartRule]] = field(default_factory=dict)
    present: dict[str, list[str]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    metas: Metas = field(default_factory=lambda: Metas((), {}))
    skipped: list[Skipped] = field(default_factory=list)
    networked: list[str] = field(default_factory=list)
    learnt: list[str] = field(default_factory=list)
    active: int = 0


def compiled(
    found: Definitions, functions: Mapping[str, Eval], asking: frozenset[str] = frozenset(), column: int = WITHOUT_BAYES
) -> Compiled:
    """The rules of `found` by the scores of `column`. `functions` are those of `eval:` rules, `asking` the names of
    those that ask the network.
    """
    out = Compiled()
    weightless = frozenset(name for name in found.rules if not found.score(name, column))
    expressions: dict[str, str] = {}
    tags = Tags(found.replacing)
    for rule in found.rules.values():
        flags = found.flags.get(rule.name, NO_FLAGS)
        if rule.name in weightless and rule.kind is not Kind.META:
            continue
        if _networked(rule, flags, asking):
            out.networked.append(rule.name)
        elif rule.is_eval and "learn" in flags and column == WITHOUT_BAYES:
            out.learnt.append(rule.name)
        elif rule.kind is Kind.META:
            expressions[rule.name] = rule.text
            out.active += rule.name not in weightless
        elif rule.kind is not Kind.EMPTY:
            out.active += 1
            try:
                _add(out, rule, flags, functions, tags if rule.name in found.replaced else None)
            except (PatternError, CallError) as error:
                out.skipped.append(_skipped(rule, str(error)))
    out.metas = metas(expressions, weightless & expressions.keys(), found.rules.keys() | found.scores.keys())
    for name, reason in out.metas.refused.items():
        if name not in weightless:
            out.skipped.append(_skipped(found.rules[name], reason))
    return out


def _networked(rule: Rule, flags: Flags, asking: frozenset[str]) -> bool:
    if rule.asks:
        return True
    return rule.is_eval and ("net" in flags or rule.text.partition("(")[0] in asking)


def _skipped(rule: Rule, reason: str) -> Skipped:
    return Skipped(rule.name, rule.source, rule.line, reason)


def _add(out: Compiled, rule: Rule, flags: Flags, functions: Mapping[str, Eval], tags: Tags | None) -> None:
    """Put one rule where it belongs."""
    if rule.is_eval:
        out.calls.append(replace(call(rule.name, rule.text, rule.kind, functions), most=flags.most))
        return
    if rule.exists:
        out.present.setdefault(rule.where, []).append(rule.name)
        return
    made = replace(
        pattern_rule(rule.name, rule.text, flags.most, tags),
        negated=rule.negated,
        without_subject="nosubject" in flags,
        unset=rule.unset.encode("latin-1"),
    )
    if rule.kind is Kind.HEADER:
        out.fields.setdefault(rule.where, []).append(made)
    elif rule.kind is Kind.MIMEHEADER:
        out.parts.setdefault(rule.where, []).append(PartRule.flagged(made, flags))
    else:
        out.patterns.setdefault(rule.kind, []).append(made)
