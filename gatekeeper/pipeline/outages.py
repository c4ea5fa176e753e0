"""outages: questions that had no answer → what the operator's table of dependencies says of that, as findings.

One finding for each dependency and way to fail, however many questions it concerns: `dns-timeout`, `antivirus-down`.
What should have looked for worms holds or defers mail of everybody, allowed or exempt: else whoever brings it down
reaches them. The sender is not told whom we ask. It cannot fail.
"""

from collections.abc import Iterable, Mapping

from gatekeeper.values import Action, Answer, Dependency, Dns, Finding, Outage, Question, Reply, Resort, outage_of

Outages = Mapping[Dependency, Mapping[Outage, Resort]]

OUTAGES = frozenset(f"{dependency}-{outage}" for dependency in Dependency for outage in Outage)
"""The names of all these findings."""

_CERTAIN = {Resort.DEFER: Action.DEFER, Resort.HOLD: Action.QUARANTINE, Resort.TAG: Action.TAG, Resort.PASS: None}
_AGAINST_WORMS = frozenset((Dependency.ANTIVIRUS, Dependency.OPENER))
_LATER = "A service that is needed for this does not answer, try again later"
_REPLIES = {Dependency.DIRECTORY: Reply(451, "4.4.3", ("The mailbox cannot be verified now, try again later",))}
_REPLY = Reply(451, "4.3.0", (_LATER,))


def outages(answered: Iterable[tuple[Question, Answer]], table: Outages) -> list[Finding]:
    """What became of questions, as the table has it; nothing if all were answered."""
    failed: dict[tuple[Dependency, Outage], list[str]] = {}
    for question, answer in answered:
        outage = outage_of(answer)
        if outage is not None:
            failed.setdefault((question.dependency, outage), []).append(_what(question, answer))
    return [_finding(dependency, outage, sorted(whys), table) for (dependency, outage), whys in sorted(failed.items())]


def _finding(dependency: Dependency, outage: Outage, whys: list[str], table: Outages) -> Finding:
    resort = table.get(dependency, {}).get(outage, Resort.PASS)
    more = f" (and {len(whys) - 1} more)" if len(whys) > 1 else ""
    return Finding(
        f"{dependency}-{outage}",
        evidence=whys[0] + more,
        certain=_CERTAIN[resort],
        danger=dependency in _AGAINST_WORMS and resort in (Resort.DEFER, Resort.HOLD),
        reply=_REPLIES.get(dependency, _REPLY) if resort is Resort.DEFER else None,
        secret=True,
    )


def _what(question: Question, answer: Answer) -> str:
    why = getattr(answer, "why", "")
    return f"{question.name} {question.kind}: {why}".rstrip(": ") if isinstance(question, Dns) else why
