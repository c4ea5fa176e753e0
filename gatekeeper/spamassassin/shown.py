"""shown: where a rule has hit, for people: what its pattern matched, or the rules that a `meta` rule is made of."""

from collections.abc import Iterator, Mapping
from itertools import islice

from gatekeeper.spamassassin.rule_set import RuleSet, Texts, lines_of
from gatekeeper.spamassassin.rules import Kind, Rule
from gatekeeper.tables.matcher import Budget, ExhaustedError, Matcher, PatternError

_LONGEST = 60
_MOST = 5
_MOST_LINES = 1000  # that are looked at once more


def shown(rules: RuleSet, name: str, hits: Mapping[str, float], texts: Texts) -> str:
    """`body: next of kin`, `Subject: act now`, `__A, __B`; never a line end. For one rule that has hit."""
    rule = rules.definitions.rules[name]
    if rule.kind is Kind.META:
        needs = rules.needs(name)
        return ", ".join(sorted(need for need in needs if need in hits)[:_MOST])
    if rule.is_eval:
        return rule.text[:_LONGEST]
    place = rule.where or str(rule.kind)
    found = "" if rule.negated or rule.exists else next(_matches(rules, rule, texts), "")
    return f"{place}: {found}" if found else place


def _matches(rules: RuleSet, rule: Rule, texts: Texts) -> Iterator[str]:
    matcher, budget = _matcher(rules, rule.name), Budget(0.05)
    for line in islice(_lines(rule, texts), _MOST_LINES) if matcher else ():
        try:
            spans = matcher.spans(line, budget) if matcher else []
        except ExhaustedError:
            continue
        for start, end in spans:
            yield _printable(line[start:end])


def _matcher(rules: RuleSet, name: str) -> Matcher | None:
    try:
        expression = rules.expression(name)
        return Matcher(expression) if expression else None
    except PatternError:
        return None


def _lines(rule: Rule, texts: Texts) -> Iterator[bytes]:
    match rule.kind:
        case Kind.HEADER:
            yield texts.header(rule.where) or rule.unset.encode("latin-1")
        case Kind.MIMEHEADER:
            yield from (value for value in texts.mimeheaders(rule.where) if value is not None)
        case _:
            yield from lines_of(texts, rule.kind)


def _printable(octets: bytes) -> str:
    text = " ".join(octets.decode("utf-8", "replace").split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
