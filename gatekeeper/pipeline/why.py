"""why: the fewest findings that suffice for a verdict, and what would have had to be otherwise for the mail to pass.

What speaks for a message (a score below zero, an allow entry) is left standing in both, also the score below zero of a
finding that settles the verdict besides. Findings suffice if they alone lead to the same action, and to the same if no
relay had brought it. The mail would have passed if it had been handed on; where it was, but tagged, if it had been
accepted as it is. What would have had to be otherwise are findings, or that nobody vouched for the sender
(`pipeline.vouching`): as few of both together as can be. All is exact, because of findings that only add up the
heaviest go first, and more of them never make less. It cannot fail.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from types import MappingProxyType

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.pipeline.vouching import vouchers, with_vouched
from gatekeeper.values import Action, Finding, Verdict

_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One finding that would have had to be otherwise: not there, or, with `under`, weighing less than that."""

    finding: Finding
    under: float | None = None

    def __str__(self) -> str:
        missing = f"{self.finding.name} had not been found"
        return missing if self.under is None else f"{self.finding.name} had been under {self.under:g}"


@dataclass(frozen=True, slots=True)
class Vouched:
    """All of `by` (`pipeline.vouching`) would have had to vouch for the sender, and what follows be otherwise too."""

    by: tuple[str, ...]
    otherwise: tuple[Otherwise, ...] = ()

    @property
    def steps(self) -> int:
        """How far away that is."""
        return len(self.by) + len(self.otherwise)


@dataclass(frozen=True, slots=True)
class Why:
    """`action` is what the findings lead to. If that is to accept, `sufficient` is what it took for that, if anything,
    `instead` what would have been done without, or with a recipient who is not exempt, and all else is empty.

    `otherwise` are the fewest findings; empty also where the settings alone lead there. `vouched` are the other ways,
    any of which is enough, if they are as near. `despite` is what spoke for the message.
    """

    action: Action
    sufficient: tuple[Finding, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    vouched: tuple[Vouched, ...] = ()
    despite: tuple[Finding, ...] = ()
    instead: Action | None = None


def why(
    policy: Policy,
    recipient: str,
    findings: Sequence[Finding],
    from_relay: bool = False,
    scores: Mapping[str, float] = _NOTHING,
) -> Why:
    """Of the verdict to which `policy` comes for `recipient`. `scores`: what the operator says a finding weighs."""

    def action_of(some: Iterable[Finding]) -> Action:
        return policy.judge(recipient, list(some), from_relay).action

    action = action_of(findings)
    if action is Action.ACCEPT:
        return _welcome(replace(policy, exempt=frozenset()), recipient, findings, from_relay)
    strict = policy.judge(recipient, findings).action
    friends, others = parted(findings)
    thresholds, _ = policy.class_of(recipient)
    limit = thresholds.tag if action is Action.TAG else thresholds.quarantine

    def passes(some: Iterable[Finding]) -> bool:
        found = action_of(some)
        return found is Action.ACCEPT or (action is not Action.TAG and found.hands_on)

    def leads(some: Sequence[Finding]) -> bool:
        left = [*friends, *some, *_standing(f for f in others if f not in some)]
        return action_of(left) is action and policy.judge(recipient, left).action is strict

    otherwise = _changes(friends, others, passes, limit) or ()
    ways = (
        Vouched(by, changed)
        for by in vouchers(findings)
        if (changed := _changes(*parted(with_vouched(findings, by, scores)), passes, limit)) is not None
    )
    return Why(action, _fewest(others, leads), otherwise, _nearest(ways, len(otherwise)), tuple(friends))


def _welcome(policy: Policy, recipient: str, findings: Sequence[Finding], from_relay: bool) -> Why:
    """An allow entry, or as few of the scores below zero as it took, the heaviest first. `policy` exempts nobody."""

    def action_of(some: Iterable[Finding]) -> Action:
        return policy.judge(recipient, list(some), from_relay).action

    friends, others = parted(findings)
    needed = [finding for finding in friends if finding.certain is Action.ACCEPT][:1]
    if not needed:
        friends.sort(key=lambda finding: finding.score)
        enough = (friends[:n] for n in range(len(friends) + 1) if action_of([*others, *friends[:n]]) is Action.ACCEPT)
        needed = next(enough, [])
    without = action_of(others if needed else findings)
    return Why(Action.ACCEPT, tuple(needed), instead=None if without is Action.ACCEPT else without)


def of_verdict(verdict: Verdict) -> Why:
    """As far as a verdict alone tells, that tags mail or refuses it for its score."""
    if verdict.action is Action.TAG:
        thresholds = Thresholds(verdict.required, inf, inf)
        return why(
            Policy(thresholds, on_reject_from_relay=Action.TAG, on_check_failure=Action.TAG), "", verdict.findings, True
        )
    limit = inf if verdict.reached is None else verdict.reached
    return why(Policy(Thresholds(limit, limit, limit)), "", verdict.findings)


def speaks_for(finding: Finding) -> bool:
    """Whether it makes the message more welcome, and nothing else."""
    return finding.certain is Action.ACCEPT or (finding.certain is None and finding.score < 0)


def parted(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What speaks for a message, and the rest, the heaviest first."""
    friends: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        (friends if speaks_for(finding) else others).append(finding)
    return friends, sorted(others, key=lambda finding: -finding.score)


def _fewest(others: Sequence[Finding], leads: Callable[[Sequence[Finding]], bool]) -> tuple[Finding, ...]:
    """Of `others`, the heaviest first, as few as lead there: one that settles it, or the heaviest."""
    if leads(()) or not others:
        return ()
    heaviest = next((finding for finding in others if not _settles(finding)), None)
    alone = ((f,) for f in others if (f is heaviest or _settles(f)) and leads((f,)))
    return next(alone, None) or tuple(others[: bisect_left(range(len(others)), True, key=lambda n: leads(others[:n]))])


def _changes(
    friends: Sequence[Finding], others: Sequence[Finding], passes: Callable[[Iterable[Finding]], bool], limit: float
) -> tuple[Otherwise, ...] | None:
    """Of `others`, the heaviest first, as few as would have had to be otherwise; None if nothing would have helped."""
    allows = [finding for finding in friends if finding.certain is Action.ACCEPT]
    gone = [f for f in others if _settles(f) and not passes([*allows, replace(f, score=0.0)])]
    left = [f for f in others if f not in gone] if gone else others
    added = [f for f in left if f.score > 0]
    standing = [*friends, *_standing(gone), *left[len(added) :]]
    if not passes(standing):
        return None
    first = bisect_left(range(len(added)), True, key=lambda n: passes([*standing, *added[n:]]))
    rest = sum(finding.score for finding in [*standing, *added[first:]])
    last = (Otherwise(added[first - 1], round(limit - rest, 3)),) if first else ()
    return (*map(Otherwise, gone), *map(Otherwise, added[: max(0, first - 1)]), *last)


def _settles(finding: Finding) -> bool:
    """Whether it may do more than add to the sum."""
    return finding.certain is not None or finding.name == CHECK_FAILED


def _standing(left_out: Iterable[Finding]) -> list[Finding]:
    """What speaks for a message even in findings that are left out."""
    return [replace(finding, name="", certain=None, danger=False) for finding in left_out if finding.score < 0]


def _nearest(ways: Iterable[Vouched], findings_alone: int) -> tuple[Vouched, ...]:
    """Those of `ways` that are the shortest, if they are no longer than the way by findings alone."""
    short = [way for way in ways if way.steps <= findings_alone]
    least = min((way.steps for way in short), default=0)
    return tuple(way for way in short if way.steps == least)
