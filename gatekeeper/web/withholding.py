"""withholding: what was found in mail of a kind that somebody may not see is not said to them, in the history either.

They learn that the administrators kept it from them, and nothing else. What was let in is theirs, whatever was found.
Of a line in a list only the reason is known: the kind is that of the reason. Pure.
"""

from collections.abc import Collection
from dataclasses import replace

from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.stores.journal_lists import Hour, Line
from gatekeeper.values import Action, Outcome, Record, Verdict

WITHHELD = "held by the administrators"
_LET_IN = (Action.ACCEPT, Action.TAG)


def of_verdict(verdict: Verdict, hidden: Collection[Kind]) -> Verdict:
    """It, or that there was one."""
    if verdict.action in _LET_IN or kind_of(verdict) not in hidden:
        return verdict
    return Verdict(verdict.action, WITHHELD)


def of_record(record: Record, hidden: Collection[Kind]) -> Record:
    """Without what the client was told either, where it would say why."""
    verdicts = {address: of_verdict(verdict, hidden) for address, verdict in record.verdicts.items()}
    silent = {address for address, verdict in verdicts.items() if verdict.reason == WITHHELD}
    outcomes = {a: Outcome(o.fate, o.hop) if a in silent else o for a, o in record.outcomes.items()}
    return replace(record, verdicts=verdicts, outcomes=outcomes, notes=() if silent else record.notes)


def of_line(line: Line, hidden: Collection[Kind]) -> Line:
    """A line of a list."""
    recipients = tuple(replace(one, reason=_reason(one.action, one.reason, hidden)) for one in line.recipients)
    return replace(line, reason=_reason(line.action, line.reason, hidden), recipients=recipients)


def of_hour(hour: Hour, hidden: Collection[Kind]) -> Hour:
    """What came in an hour."""
    return replace(hour, reason=_reason(hour.action, hour.reason, hidden))


def _reason(action: str, reason: str, hidden: Collection[Kind]) -> str:
    return of_verdict(Verdict(Action(action), reason), hidden).reason if action else reason
