"""reasons: why each recipient of a message that was judged gets what they get, by today's settings. It cannot fail."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.pipeline.policy import Policy
from gatekeeper.pipeline.why import Why, why
from gatekeeper.pipeline.why_text import fields, told
from gatekeeper.values import Envelope, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is the same for some recipients: the verdict as it was, and what the findings come to today."""

    recipients: tuple[str, ...]
    verdict: Verdict
    why: Why

    @property
    def told(self) -> list[str]:
        """In sentences."""
        return told(self.why, self.verdict.action)

    @property
    def findings(self) -> list[Finding]:
        """What weighs most first; what settles the verdict before all."""
        return sorted(self.verdict.findings, key=lambda f: (f.certain is None, -abs(f.score), f.name))


def reasons(
    policy: Policy, envelope: Envelope, verdicts: Mapping[str, Verdict], scores: Mapping[str, float]
) -> list[Reasons]:
    """One for each different verdict, in the order of the recipients. `scores` are the operator's."""
    found: dict[tuple[Verdict, Why], list[str]] = {}
    for address, verdict in verdicts.items():
        because = why(policy, address, verdict.findings, envelope.trusted, scores)
        found.setdefault((verdict, because), []).append(address)
    return [Reasons(tuple(addresses), *both) for both, addresses in found.items()]


def shown(one: Reasons, described: Mapping[str, str]) -> dict[str, object]:
    """For programs. `described`: what findings mean, by their names."""
    return {
        "recipients": list(one.recipients),
        "action": one.verdict.action,
        "reason": one.verdict.reason,
        "score": one.verdict.score,
        "required": one.verdict.required,
        "told": one.told,
        **fields(one.why),
        "findings": [
            {
                "name": finding.name,
                "score": finding.score,
                "meaning": described.get(finding.name, ""),
                "evidence": finding.evidence,
                "certain": finding.certain,
            }
            for finding in one.findings
        ],
    }
