"""judging: what the rules say of a message, as findings, within the bounds of work that the operator sets.

Where a bound is reached, rules may be missing, which is a finding. Nothing raises.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

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
from gatekeeper.tables import ForeignRules, Networks
from gatekeeper.tables.matcher import Budget
from gatekeeper.values import Action, Answers, Finding, Judged, Question, Words

UNFINISHED, PARTLY = "spamassassin-unfinished", "spamassassin-partly"


@dataclass(frozen=True, slots=True)
class Judging:
    """A check. Of a message the first `size` bytes are looked at, and its patterns that backtrack have `seconds`;
    `exhausted` is what becomes of one that takes longer. With `bayes` our classifier is asked what the rules ask Bayes.
    """

    rules: RuleSet
    around: Surroundings
    bayes: bool
    size: int
    seconds: float
    exhausted: Action

    def __call__(self, mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        """A finding for each rule that hits."""
        if mail.message is None:
            return []
        probability = (yield from _spamicity(mail.message)) if self.bayes else None
        raw = mail.message.raw
        message = mail.message if len(raw) <= self.size else parse(bytes(raw[: self.size]))
        texts, rules = texts_of(message, mail.envelope, self.around), self.rules
        budget = Budget(self.seconds)
        case = Case(texts, rules.definitions.options, results=mail.results, probability=probability, budget=budget)
        cases = {kind: replace(case, kind=kind) for kind in Kind}
        hits = rules.hits(texts, lambda call: call.function(cases[Kind(call.kind)], *call.arguments), budget)
        findings = list(_findings(rules, hits, texts))
        if budget.unfinished:
            findings.append(Finding(UNFINISHED, evidence=self._why(budget), certain=self.exhausted))
        if message is not mail.message:
            findings.append(Finding(PARTLY, evidence=f"{self.size} of {len(raw)} bytes"))
        return findings

    def _why(self, budget: Budget) -> str:
        if budget.left <= 0:
            return f"longer than {self.seconds:g} s for patterns that backtrack"
        return f"longer than {SECONDS:g} s for its lines"


def judging(
    rules: ForeignRules, trusted: Networks, bayes: bool, size: int, seconds: float, exhausted: Action
) -> Judging:
    """The check that these rules are."""
    assert isinstance(rules, RuleSet)  # there are no others
    return Judging(rules, _around(rules, trusted), bayes, size, seconds, exhausted)


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
