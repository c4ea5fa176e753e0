"""why: the fewest findings that suffice for a verdict, and the fewest that would have had to be otherwise for the mail
to pass.

What speaks for a message (a score below zero, an allow entry) is left standing in both. Findings suffice if they alone
lead to the same action. The mail would have passed if it had been handed on; where it was, but tagged, if it had been
accepted as it is. Both are exact, because of findings that only add up the heaviest go first. It cannot fail.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gatekeeper.pipeline.policy import Policy
from gatekeeper.values import Action, Finding


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One finding that would have had to be otherwise: not there, or, with `under`, weighing less than that."""

    finding: Finding
    under: float | None = None

    def __str__(self) -> str:
        missing = f"{self.finding.name} had not been found"
        return missing if self.under is None else f"{self.finding.name} had been under {self.under:g}"


@dataclass(frozen=True, slots=True)
class Why:
    """`action` is what the findings lead to; both tuples are empty if that is to accept."""

    action: Action
    sufficient: tuple[Finding, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()


def why(policy: Policy, recipient: str, findings: Sequence[Finding], from_relay: bool = False) -> Why:
    """Of the verdict to which `policy` comes for `recipient`."""

    def action_of(some: Iterable[Finding]) -> Action:
        return policy.judge(recipient, list(some), from_relay).action

    action = action_of(findings)
    if action is Action.ACCEPT:
        return Why(action)
    friends = [finding for finding in findings if speaks_for(finding)]
    others = sorted((f for f in findings if not speaks_for(f)), key=lambda finding: -finding.score)
    allows = [finding for finding in friends if finding.certain is Action.ACCEPT]

    def passes(some: Iterable[Finding]) -> bool:
        found = action_of(some)
        return found is Action.ACCEPT or (action is not Action.TAG and found.hands_on)

    def leads(some: Sequence[Finding]) -> bool:
        return action_of([*friends, *some]) is action

    def changes() -> tuple[Otherwise, ...]:
        gone = [f for f in others if not passes([*allows, replace(f, score=0.0)])]
        added = [f for f in others if f not in gone]
        first = next(n for n in range(len(added) + 1) if passes([*friends, *added[n:]]))
        thresholds, _ = policy.class_of(recipient)
        limit = thresholds.tag if action is Action.TAG else thresholds.quarantine
        rest = sum(finding.score for finding in [*friends, *added[first:]])
        last = (Otherwise(added[first - 1], round(limit - rest, 3)),) if first else ()
        return (*map(Otherwise, gone), *map(Otherwise, added[: max(0, first - 1)]), *last)

    return Why(action, _fewest(others, leads), changes())


def speaks_for(finding: Finding) -> bool:
    """Whether it makes the message more welcome, and nothing else."""
    return finding.certain is Action.ACCEPT or (finding.certain is None and finding.score < 0)


def _fewest(others: Sequence[Finding], leads: Callable[[Sequence[Finding]], bool]) -> tuple[Finding, ...]:
    """Of `others`, the heaviest first, as few as lead there: one that settles it, or the heaviest."""
    alone = ((finding,) for finding in others if leads((finding,)))
    if leads(()) or not others:
        return ()
    return next(alone, None) or next(tuple(others[:n]) for n in range(2, len(others) + 1) if leads(others[:n]))
