"""scope: which mail a token sees: that of its mailboxes, or all; and of that what the matrix lets its role see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from gatekeeper.quarantine.acts import May, Reviewer, Role
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import Entry, Query
from gatekeeper.quarantine.permission import permission
from gatekeeper.web.api.operation import Call
from gatekeeper.web.api.shapes import HeldAsked


def own(who: Reviewer) -> tuple[str, ...] | None:
    """The addresses whose mail they see; None: everybody's."""
    return tuple(sorted(who.mailboxes)) if who.role is Role.USER else None


def kinds(call: Call) -> list[Kind]:
    """What their role may see at all."""
    granted = permission(call.site.config.quarantine.matrix)
    return [kind for kind in Kind if granted.may(call.who.role, kind, May.SEE)]


def query(call: Call, asked: HeldAsked) -> Query:
    """What is asked for, of the mail that is theirs."""
    return Query(
        text=asked.text,
        kind=None if asked.kind is UNSET else asked.kind,
        reason=asked.reason,
        sender=asked.sender,
        state=asked.state,
        since=seconds(asked.since),
        until=seconds(asked.until),
        recipients=_recipients(call.who, asked.recipient),
    )


def queries(call: Call, asked: HeldAsked) -> list[Query]:
    """The same without what their role may not see: one query, or where not all may be seen, one for each kind."""
    seen, whole = kinds(call), query(call, asked)
    if len(seen) == len(Kind):
        return [whole]
    return [replace(whole, kind=kind) for kind in seen if whole.kind in (None, kind)]


def visible(entries: Iterable[Entry], seen: Sequence[Kind]) -> Iterator[Entry]:
    """With those of their recipients alone that are held for what may be seen."""
    for entry in entries:
        if recipients := tuple(one for one in entry.recipients if one.kind in seen):
            yield replace(entry, recipients=recipients)


def seconds(time: datetime | UnsetType) -> float | None:
    """Of the epoch."""
    return None if isinstance(time, UnsetType) else time.timestamp()


def moment(seconds: float) -> datetime:
    """As it is answered."""
    return datetime.fromtimestamp(seconds, UTC)


def _recipients(who: Reviewer, named: str) -> tuple[str, ...] | None:
    theirs = own(who)
    if not named:
        return theirs
    return (named,) if theirs is None or named.lower() in {address.lower() for address in theirs} else ()
