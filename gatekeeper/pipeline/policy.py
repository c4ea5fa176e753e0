"""policy: findings in, one verdict for each recipient out.

The order of authority, strongest first:

1. a finding of danger (a worm, a banned attachment) that settles the verdict;
2. an allow entry (`certain=ACCEPT`), or a recipient that is exempt (postmaster): the rest counts for nothing;
3. any other finding that settles it, the gentlest to the sender last: discard, reject, quarantine, defer;
4. a check that broke: what `policy.on_check_failure` says, because nobody knows what it would have found;
5. the sum of scores against the thresholds of the recipient's domain, and a finding that tags at least.

A rejection towards a trusted hop would make that hop bounce to a sender that is mostly forged, so there
`policy.on_reject_from_relay` takes its place; but what is dangerous is held rather than handed on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.values import Action, Finding, Orders, Verdict

ALLOWED = "allowed"
CLEAN = "clean"
SPAM = "spam-score"

_STRENGTH = (Action.DISCARD, Action.REJECT, Action.QUARANTINE, Action.DEFER)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores from which mail is tagged, held, refused; a message below `tag` passes."""

    tag: float = 5.0
    quarantine: float = 8.0
    reject: float = 15.0

    def action(self, score: float) -> Action:
        """What a score alone leads to."""
        if score >= self.reject:
            return Action.REJECT
        if score >= self.quarantine:
            return Action.QUARANTINE
        return Action.TAG if score >= self.tag else Action.ACCEPT

    def of(self, action: Action) -> float | None:
        """The score from which `action` is taken; None if no score leads to it."""
        return {Action.TAG: self.tag, Action.QUARANTINE: self.quarantine, Action.REJECT: self.reject}.get(action)


@dataclass(frozen=True, slots=True)
class Policy:
    """`domains` overrides `default` by recipient domain in lower case; `exempt` are local parts in lower case.
    `autolearn`: mark what may be learnt without a teacher (see `agreement`).
    """

    default: Thresholds = field(default_factory=Thresholds)
    domains: dict[str, Thresholds] = field(default_factory=dict)
    exempt: frozenset[str] = frozenset({"postmaster", "abuse"})
    on_reject_from_relay: Action = Action.QUARANTINE
    on_check_failure: Action = Action.DEFER
    autolearn: bool = False

    def class_of(self, recipient: str) -> tuple[Thresholds, bool]:
        """What the verdict for this recipient depends on beside the findings: its thresholds, and is it exempt."""
        local, at, domain = recipient.rpartition("@")
        if not at:
            local, domain = domain, ""
        return self.domains.get(domain.lower(), self.default), local.lower() in self.exempt

    def judge(self, recipient: str, findings: Sequence[Finding], from_relay: bool = False) -> Verdict:
        """The verdict for one recipient."""
        thresholds, exempt = self.class_of(recipient)
        verdict = self._judge(findings, thresholds, exempt)
        if from_relay and verdict.action is Action.REJECT:
            danger = any(f.danger and f.certain is Action.REJECT for f in findings)
            gentler = Action.QUARANTINE if danger and self.on_reject_from_relay.hands_on else self.on_reject_from_relay
            verdict = replace(verdict, action=gentler, reply=None)
        return changing(verdict, spared=exempt or verdict.reason == ALLOWED)

    def _judge(self, findings: Sequence[Finding], thresholds: Thresholds, exempt: bool) -> Verdict:
        score = round(sum(f.score for f in findings), 3)
        settled = settling(findings, exempt)
        if settled is not None:
            action = settled.certain or Action.ACCEPT
            reason, reply = (ALLOWED, None) if action is Action.ACCEPT else (settled.name, settled.reply)
            return Verdict(action, reason, score, thresholds.tag, tuple(findings), reply)
        if exempt:
            return Verdict(Action.ACCEPT, ALLOWED, score, thresholds.tag, tuple(findings))
        if any(f.name == CHECK_FAILED for f in findings):
            return Verdict(self.on_check_failure, CHECK_FAILED, score, thresholds.tag, tuple(findings))
        action = thresholds.action(score)
        if action is Action.ACCEPT and (tagging := next((f for f in findings if f.certain is Action.TAG), None)):
            return Verdict(Action.TAG, tagging.name, score, thresholds.tag, tuple(findings))
        reason = CLEAN if action is Action.ACCEPT else heaviest(findings)
        reached = thresholds.of(action)
        return Verdict(action, reason, score, thresholds.tag, tuple(findings), reached=reached)


def ordered(verdict: Verdict) -> tuple[Orders, ...]:
    """What operators' tables order for a recipient to whom the message goes on, unless nothing counts for them."""
    if not verdict.action.hands_on or verdict.reason == ALLOWED:
        return ()
    return tuple(f.orders for f in verdict.findings if f.orders is not None)


def changing(verdict: Verdict, spared: bool) -> Verdict:
    """With the changes that its findings ask for, if the message goes on; who is `spared` is so but for danger."""
    if not verdict.action.hands_on:
        return verdict
    found = {f.change: f.name for f in verdict.findings if f.change is not None and (f.danger or not spared)}
    if not found:
        return verdict
    reason = next(iter(found.values())) if verdict.reason == CLEAN else verdict.reason
    return replace(verdict, reason=reason, changes=tuple(found))


def settling(findings: Iterable[Finding], exempt: bool = False) -> Finding | None:
    """The finding that decides whatever the score, or None. An exempt recipient is settled by danger alone."""
    certain = [f for f in findings if f.certain not in (None, Action.TAG)]
    danger = [f for f in certain if f.danger]
    if danger:
        return _strongest(danger)
    if exempt or not certain:
        return None
    allow = next((f for f in certain if f.certain is Action.ACCEPT), None)
    return allow or _strongest(certain)


def _strongest(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda f: _STRENGTH.index(f.certain) if f.certain in _STRENGTH else len(_STRENGTH))


def heaviest(findings: Sequence[Finding]) -> str:
    """The name of the finding that weighs most: the reason for a verdict that a sum of scores brought about."""
    return max(findings, key=lambda f: f.score).name if findings else SPAM
