"""asking: what a program asks of the quarantine, as far as it may see that; and times as said here. Pure."""

from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from gatekeeper.quarantine.listing import Query
from gatekeeper.web.api.operation import Call
from gatekeeper.web.api.shapes import HeldAsked
from gatekeeper.web.filters import hidden, recipients


def query(call: Call, asked: HeldAsked) -> Query:
    """What is asked for."""
    return Query(
        text=asked.text,
        kind=None if asked.kind is UNSET else asked.kind,
        reason=asked.reason,
        sender=asked.sender,
        state=asked.state,
        since=seconds(asked.since),
        until=seconds(asked.until),
        recipients=recipients(asked.recipient, call.who),
        hidden=hidden(call.who, call.site.config.quarantine.matrix),
    )


def seconds(time: datetime | UnsetType) -> float | None:
    """Of the epoch."""
    return None if isinstance(time, UnsetType) else time.timestamp()


def moment(seconds: float) -> datetime:
    """In UTC."""
    return datetime.fromtimestamp(seconds, UTC)
