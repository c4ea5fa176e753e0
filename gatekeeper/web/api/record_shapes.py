"""record_shapes: the same for numbers, for all mail, and for the audit trail."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from gatekeeper.web.api.fields import (
    After,
    Asked,
    Became,
    Before,
    Decided,
    Earlier,
    Id,
    Later,
    Limit,
    Shown,
    Since,
    Text,
    Until,
)

# numbers


class Total(Shown):
    """How many recipients have this value."""

    value: str
    recipients: int


class Stats(Shown):
    """How much is held of what. `messages` stops at 10,000."""

    messages: int
    kind: list[Total]
    reason: list[Total]
    sender: list[Total]
    recipient: list[Total]


# all mail


class HistoryAsked(Asked):
    """Which messages of all that came."""

    text: Annotated[Text, Meta(description="Stands somewhere in the sender or a recipient.")] = ""
    action: Decided | UnsetType = UNSET
    fate: Became | UnsetType = UNSET
    reason: Annotated[Text, Meta(description="Judged for this reason; * stands for anything.")] = ""
    since: Since | UnsetType = UNSET
    until: Until | UnsetType = UNSET
    after: After = ""
    before: Before = ""
    limit: Limit = 50


class RecordRecipient(Shown):
    """One recipient; empty is what is not known."""

    address: str
    action: str
    reason: str
    fate: str


class RecordLine(Shown):
    """One message, with the hardest of its verdicts."""

    id: Id
    received_at: datetime
    sender: str
    client: str
    action: str
    reason: str
    size: int
    recipients: list[RecordRecipient]


class RecordPage(Shown):
    """Some of them, the newest first."""

    messages: list[RecordLine]
    after: Later
    before: Earlier


class HoursAsked(Asked):
    """From when on."""

    since: Since | UnsetType = UNSET


class HourTotal(Shown):
    """How many messages came in the hour from `start` on with this verdict."""

    start: datetime
    action: str
    reason: str
    messages: int


class Hours(Shown):
    """What came by the hour."""

    hours: list[HourTotal]


# the audit trail

Line = Annotated[int, Meta(ge=0, le=2**53 - 1, description="Lines before this one; 0: the newest.")]


class TrailAsked(Asked):
    """Which lines."""

    id: Annotated[Text, Meta(description="About this message.")] = ""
    before: Line = 0
    limit: Limit = 100


class TrailLine(Shown):
    """Who did what."""

    entry: int
    time: datetime
    who: str
    role: str
    act: str
    id: Id
    recipients: list[str]
    detail: str
    undone: bool


class Trail(Shown):
    """Some lines, the newest first. `before` is where the next begin; 0: there are none."""

    entries: list[TrailLine]
    before: int
