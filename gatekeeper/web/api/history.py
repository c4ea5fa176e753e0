"""history: all mail that came, what was decided, what became of it, and why."""

from gatekeeper.stores.accounts import Scope
from gatekeeper.stores.journal_lists import Asked, Line
from gatekeeper.values import Action, Fate
from gatekeeper.web import withholding
from gatekeeper.web.api import record_shapes, shapes
from gatekeeper.web.api.asking import moment, seconds
from gatekeeper.web.api.looking import reasons_of
from gatekeeper.web.api.operation import Call, get
from gatekeeper.web.api.problems import ProblemError
from gatekeeper.web.filters import hidden, scope


@get("/history", Scope.READ)
def list_history(call: Call, asked: record_shapes.HistoryAsked) -> record_shapes.RecordPage:
    """List all mail.

    The newest first; what the journal still knows, whatever became of it.
    """
    wanted = Asked(
        text=asked.text,
        action=asked.action if isinstance(asked.action, Action) else None,
        reason=asked.reason,
        fate=asked.fate if isinstance(asked.fate, Fate) else None,
        since=seconds(asked.since),
        until=seconds(asked.until),
        recipients=scope(call.who),
    )
    below, above = (int(cursor or "0", 16) for cursor in (asked.after, asked.before))
    found = call.site.journal.page(wanted, below=below, above=above, limit=asked.limit)
    covered = hidden(call.who, call.site.config.quarantine.matrix)
    lines = [withholding.of_line(line, covered) for line in found.lines]
    if asked.reason:  # that it is among them would say it
        lines = [line for line in lines if line.reason != withholding.WITHHELD]
    return record_shapes.RecordPage(
        messages=[_line(line) for line in lines], after=_cursor(found.older), before=_cursor(found.newer)
    )


@get("/history/{id}/why", Scope.READ)
def why(call: Call) -> shapes.Reasons:
    """Say why a message got what it got.

    Of whatever the journal knows: also what was let in, tagged or refused.
    """
    record = call.site.journal.get(call.path["id"])
    theirs = scope(call.who)
    seen = None if theirs is None else {address.lower() for address in theirs}
    verdicts = {a: v for a, v in record.verdicts.items() if seen is None or a.lower() in seen} if record else {}
    if record is None or not (verdicts or seen is None):
        raise ProblemError(404, "No message of this id is in the journal.")
    covered = hidden(call.who, call.site.config.quarantine.matrix)
    shown = {address: withholding.of_verdict(verdict, covered) for address, verdict in verdicts.items()}
    return reasons_of(call, record.envelope, shown)


def _line(line: Line) -> record_shapes.RecordLine:
    return record_shapes.RecordLine(
        id=line.id,
        received_at=moment(line.time),
        sender=line.sender,
        client=line.client,
        action=line.action,
        reason=line.reason,
        size=line.size,
        recipients=[
            record_shapes.RecordRecipient(address=one.address, action=one.action, reason=one.reason, fate=one.fate)
            for one in line.recipients
        ],
    )


def _cursor(number: int) -> str:
    return f"{number:x}" if number else ""
