"""spamassassin: the rules of SpamAssassin that `[tables] spamassassin` names, run here. Off until it names some.

Each rule that hits is a finding by its own name with its own score; those whose names begin with `__` are only parts of
others. It asks the network nothing. Work is bounded: the first `size` bytes of a message are looked at, and patterns
that backtrack, and all lines together, have some time for each message. Where any of it does not last, rules may be
missing, which is a finding.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.message import Mail, Message, parse
from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.redirectors import redirectors
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.spamassassin.rules import Kind
from gatekeeper.spamassassin.shown import shown
from gatekeeper.spamassassin.tally import SECONDS
from gatekeeper.spamassassin.texts import SaTexts, Surroundings, surroundings_of, texts_of
from gatekeeper.tables import Networks, Tables
from gatekeeper.tables.matcher import Budget
from gatekeeper.values import Action, Answers, Finding, Judged, Question, Stage, Words

UNFINISHED, PARTLY = "spamassassin-unfinished", "spamassassin-partly"
_EXHAUSTED = {"hold": Action.QUARANTINE, "defer": Action.DEFER, "tag": Action.TAG}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.spamassassin]"""

    enabled: bool = True
    bayes: bool = False  # run the rules that ask Bayes, by what our classifier says; then other scores count
    size: Annotated[int, Meta(ge=1000)] = 512_000  # how much of a larger message is looked at, from its beginning
    seconds: Annotated[float, Meta(gt=0)] = 0.5  # for patterns with look-around or back references, for one message
    exhausted: Literal["hold", "defer", "tag"] = "tag"  # what becomes of a message that takes longer


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The content stage, when what was authenticated is known."""
    rules = tables.spamassassin
    if not isinstance(rules, RuleSet):
        return {}
    around = _around(rules, tables.trusted)

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        probability = (yield from _spamicity(mail.message)) if settings.bayes else None
        raw = mail.message.raw
        message = mail.message if len(raw) <= settings.size else parse(bytes(raw[: settings.size]))
        texts = texts_of(message, mail.envelope, around)
        budget = Budget(settings.seconds)
        case = Case(texts, rules.definitions.options, results=mail.results, probability=probability, budget=budget)
        cases = {kind: replace(case, kind=kind) for kind in Kind}
        hits = rules.hits(texts, lambda call: call.function(cases[Kind(call.kind)], *call.arguments), budget)
        findings = list(_findings(rules, hits, texts))
        if budget.unfinished:
            findings.append(
                Finding(UNFINISHED, evidence=_why(budget, settings), certain=_EXHAUSTED[settings.exhausted])
            )
        if message is not mail.message:
            findings.append(Finding(PARTLY, evidence=f"{settings.size} of {len(raw)} bytes"))
        return findings

    return {Stage.CONTENT: check}


def _why(budget: Budget, settings: Settings) -> str:
    if budget.left <= 0:
        return f"longer than {settings.seconds:g} s for patterns that backtrack"
    return f"longer than {SECONDS:g} s for its lines"


def _around(rules: RuleSet, trusted: Networks) -> Surroundings:
    """What surrounds a message: networks that no rule file names are those that the gateway trusts."""
    options = rules.definitions.options
    around = surroundings_of(options, redirectors(options))
    if around.trusted is None and around.internal is None and trusted:
        return replace(around, trusted=NetSet.of(trusted), internal=NetSet.of(trusted))
    return around


def _spamicity(message: Message) -> Generator[frozenset[Question], Answers, float | None]:
    question = Words(digest_of(message).hex(), features_of(message))
    answers = yield frozenset({question})
    answer = answers[question]
    return answer.score if isinstance(answer, Judged) else None


def _findings(rules: RuleSet, hits: Mapping[str, float], texts: SaTexts) -> Iterator[Finding]:
    for name in hits:
        if not name.startswith("__"):
            yield Finding(name, rules.score(name), shown(rules, name, hits, texts), secret=True)
