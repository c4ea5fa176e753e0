"""counting: how much is held of what, and how much came by the hour."""

import time

from gatekeeper.quarantine.selection import By
from gatekeeper.stores.accounts import Scope
from gatekeeper.web import withholding
from gatekeeper.web.api import record_shapes, shapes
from gatekeeper.web.api.asking import moment, query, seconds
from gatekeeper.web.api.operation import Call, get
from gatekeeper.web.filters import hidden, scope

_COUNTED = 10_000
_SHOWN = 10
_DAY = 86_400


@get("/stats", Scope.READ)
def stats(call: Call, asked: shapes.HeldAsked) -> record_shapes.Stats:
    """Count what is held.

    How many messages, and for how many recipients of the most frequent kinds, reasons, senders and addresses.
    """
    wanted, held = query(call, asked), call.site.quarantine

    def totals(by: By) -> list[record_shapes.Total]:
        return [
            record_shapes.Total(value=value, recipients=number) for value, number in held.totals(wanted, by, _SHOWN)
        ]

    return record_shapes.Stats(
        messages=held.count(wanted, _COUNTED),
        kind=totals("kind"),
        reason=totals("reason"),
        sender=totals("sender"),
        recipient=totals("recipient"),
    )


@get("/history/hours", Scope.READ)
def hours(call: Call, asked: record_shapes.HoursAsked) -> record_shapes.Hours:
    """Count all mail by hour and verdict.

    Of the last day, or since a time.
    """
    since = seconds(asked.since)
    found = call.site.journal.hours(time.time() - _DAY if since is None else max(0.0, since), scope(call.who))
    covered = hidden(call.who, call.site.config.quarantine.matrix)
    return record_shapes.Hours(
        hours=[
            record_shapes.HourTotal(
                start=moment(hour.start), action=hour.action, reason=hour.reason, messages=hour.messages
            )
            for hour in (withholding.of_hour(hour, covered) for hour in found)
        ]
    )
