"""explanation: why a message got its score: each finding with what it means, and where in the text it was found.

Texts are looked at again for this, so it is for one message at a time. It cannot fail; what has no place has no
excerpt.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatekeeper.message import Message
from gatekeeper.tables.matcher import Matcher
from gatekeeper.tables.rule_set import RuleSet
from gatekeeper.traits import Letter, text_at
from gatekeeper.values import Envelope, Finding, Verdict

_AROUND = 30  # octets shown on either side of what was found
_LONGEST = 80  # octets shown of it


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a pattern found, and what stands around it. `offset` counts octets from the start of the text called `where`
    (`deploy/rules.md`).
    """

    where: str
    offset: int
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding. `because`: the rules and findings that an expression is built on, as far as they hold."""

    finding: Finding
    meaning: str
    excerpt: Excerpt | None = None
    because: tuple[str, ...] = ()


def explained(
    verdict: Verdict, message: Message, envelope: Envelope, rules: RuleSet, described: Mapping[str, str]
) -> list[Explained]:
    """The findings of `verdict`, what weighs most first."""
    letter = Letter(message, envelope)
    excerpts = dict(_excerpts(rules, letter))
    parts = {rule.name: rule.parts for rule in rules.expressions}
    held = {finding.name for finding in verdict.findings} | excerpts.keys()
    ordered = sorted(verdict.findings, key=lambda finding: (-abs(finding.score), finding.name))
    return [
        Explained(
            finding,
            described.get(finding.name, ""),
            excerpts.get(finding.name),
            tuple(name for name in parts.get(finding.name, ()) if name in held),
        )
        for finding in ordered
    ]


def _excerpts(rules: RuleSet, letter: Letter) -> Iterator[tuple[str, Excerpt]]:
    """Where each pattern is found first, by the name of its rule."""
    for where, group in rules.groups.items():
        text = text_at(letter, where)
        for name, expression in zip(group.names, group.patterns.expressions, strict=True):
            if span := Matcher(expression, captures=True).span(text):
                yield name, _excerpt(where, text, *span)


def _excerpt(where: str, text: bytes, start: int, end: int) -> Excerpt:
    before, found, after = text[max(0, start - _AROUND) : start], text[start:end], text[end : end + _AROUND]
    shown = found if len(found) <= _LONGEST else found[: _LONGEST - 3] + b"..."
    return Excerpt(where, start, *(piece.decode("utf-8", "replace") for piece in (before, shown, after)))
