"""metas: the `meta` rules, in an order in which each comes behind those it depends on.

A rule that does not hit is worth 0, one that is not there too. As in SpamAssassin, a meta rule that depends on one
whose score is 0 is not run, nor is one that depends on itself in the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import re2

from gatekeeper.spamassassin.arithmetic import ArithmeticSyntaxError, Expression, is_name, parse, tokens

_MATCHING = re2.compile(r"(^|[^_\w])rules_matching\(\s*([_a-zA-Z*?][_a-zA-Z0-9*?]{0,127})\s*\)")
_LETTERS = re2.compile(r"[*?]|[^*?]+")


@dataclass(frozen=True, slots=True)
class Meta:
    """One that can be run; `needs` are the names in its expression, `idle` is its worth where none of them hits."""

    name: str
    expression: Expression
    needs: frozenset[str]
    idle: float


@dataclass(frozen=True, slots=True)
class Metas:
    """Those that are run, in their order, and why others are not, by name."""

    order: tuple[Meta, ...]
    refused: Mapping[str, str]

    def add(self, hits: dict[str, float]) -> None:
        """Add those that hit, with what they are worth."""
        worth = lambda name: hits.get(name, 0)
        for meta in self.order:
            if found := meta.idle if meta.needs.isdisjoint(hits) else meta.expression(worth):
                hits[meta.name] = found if found > 0 else 1


def metas(texts: Mapping[str, str], weightless: frozenset[str], scored: Iterable[str]) -> Metas:
    """The rules of `texts`, expressions by name. `weightless` are those of them that score 0 and are not run; `scored`
    are the names that `rules_matching` knows.
    """
    names = sorted(scored)
    refused: dict[str, str] = {}
    left: dict[str, Meta] = {}
    for name, text in texts.items():
        try:
            left[name] = _meta(name, text, names)
        except ArithmeticSyntaxError as error:
            refused[name] = f"the expression is not understood: {error}"
    order = _ordered(left)
    refused |= dict.fromkeys(left.keys() - {meta.name for meta in order}, "it depends on itself in the end")
    stopped = set(weightless) | refused.keys()
    running = []
    for meta in order:
        if meta.name in stopped:
            continue
        if waits := sorted(meta.needs & stopped):
            stopped.add(meta.name)
            refused[meta.name] = f"it waits for {waits[0]}, which is not run either"
        else:
            running.append(meta)
    return Metas(tuple(running), refused)


def _meta(name: str, text: str, names: list[str]) -> Meta:
    text = _MATCHING.sub(lambda found: f"{found[1]} ({_matching(found[2], name, names)}) ", text)
    if not text.replace("(", "").replace(")", "").strip():
        return Meta(name, lambda _: 0, frozenset(), 0)
    needs = frozenset(token for token in tokens(text) if is_name(token)) - {"local_tests_only"}
    parsed = parse(text)
    expression = _locally(parsed) if "local_tests_only" in text else parsed
    return Meta(name, expression, needs, expression(lambda _: 0))


def _locally(expression: Expression) -> Expression:
    return lambda worth: expression(lambda name: 1 if name == "local_tests_only" else worth(name))


def _matching(glob: str, own: str, names: list[str]) -> str:
    wild = {"*": ".*", "?": "."}
    form = re2.compile("".join(wild.get(piece) or re2.escape(piece) for piece in _LETTERS.findall(glob)))
    return "+".join(name for name in names if name != own and form.fullmatch(name)) or "0"


def _ordered(found: Mapping[str, Meta]) -> list[Meta]:
    """Those of `found` that depend on none that depends on them, each behind those it needs."""
    waiting = {name: len(meta.needs & found.keys()) for name, meta in found.items()}
    needed_by: dict[str, list[str]] = {}
    for name, meta in found.items():
        for need in meta.needs & found.keys():
            needed_by.setdefault(need, []).append(name)
    ready = [name for name, count in waiting.items() if not count]
    for name in ready:
        for other in needed_by.get(name, ()):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return [found[name] for name in ready]
