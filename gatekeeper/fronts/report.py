"""report: every message is told of once: to the journal, to those who may learn it or remember its sender, to the
metrics, and in one line of the log. Never fails.
"""

import logging
from collections.abc import Mapping

from gatekeeper.fronts.service import Service
from gatekeeper.observe.log import event
from gatekeeper.values import Action, Record, Verdict

_log = logging.getLogger("gatekeeper.message")
_STERNEST = (Action.REJECT, Action.DEFER, Action.DISCARD, Action.QUARANTINE, Action.TAG, Action.ACCEPT)


def report(service: Service, record: Record) -> None:
    """One message has ended."""
    service.journal.record(record)
    if service.passed is not None:
        service.passed.keep(record)
    if service.remember is not None:
        service.remember(record)
    envelope, verdict = record.envelope, sternest(record.verdicts)
    action, reason = (verdict.action, verdict.reason) if verdict else (Action.DEFER, "failed")
    service.metrics.messages.labels(envelope.front, action, reason).inc()
    service.metrics.seconds.labels(envelope.front).observe(record.seconds)
    for outcome in record.outcomes.values():
        service.metrics.recipients.labels(outcome.fate).inc()
    event(
        _log,
        "message",
        id=envelope.id,
        front=envelope.front,
        action=action,
        reason=reason,
        score=verdict.score if verdict else 0.0,
        client=envelope.client.address if envelope.client else "",
        peer=envelope.peer.address,
        sender=envelope.sender,
        recipients=",".join(record.outcomes),
        fates=",".join(dict.fromkeys(outcome.fate for outcome in record.outcomes.values())),
        queue_id=envelope.queue_id,
        size=record.size,
        seconds=round(record.seconds, 4),
    )


def sternest(verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict that a line about the whole message names."""
    return min(verdicts.values(), key=lambda verdict: _STERNEST.index(verdict.action), default=None)
