"""shapes: what is asked of the API about held mail, and what it answers. Their names stand in the description."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from gatekeeper.quarantine.kinds import Kind
from gatekeeper.values import Action, Fate
from gatekeeper.web.api.fields import (
    After,
    Asked,
    Before,
    Earlier,
    Id,
    InState,
    Later,
    Limit,
    OfKind,
    Reason,
    Recipient,
    Sender,
    Shown,
    Since,
    Text,
    Until,
    Words,
)

# held mail


class HeldAsked(Asked):
    """Which held messages are meant: those of one and the same recipient for whom all of it is true."""

    text: Words = ""
    kind: OfKind | UnsetType = UNSET
    recipient: Recipient = ""
    sender: Sender = ""
    reason: Reason = ""
    since: Since | UnsetType = UNSET
    until: Until | UnsetType = UNSET
    state: InState = "waiting"


class HeldPageAsked(HeldAsked):
    """And which of them."""

    after: After = ""
    before: Before = ""
    limit: Limit = 50


class HeldRecipient(Shown):
    """One for whom it is held, and why."""

    address: str
    kind: Kind
    reason: str
    score: float
    fate: Fate


class HeldLine(Shown):
    """One message in a list, with the recipients who are seen."""

    id: Id
    held_at: datetime
    sender: str
    subject: str
    size: int
    recipients: list[HeldRecipient]


class HeldPage(Shown):
    """Some of them, the newest first."""

    messages: list[HeldLine]
    after: Later
    before: Earlier


class Judged(Shown):
    """What was decided for one recipient, and what became of it. `score` may be above every number: then it is null."""

    address: str
    kind: Kind
    action: Action
    reason: str
    score: float | None
    fate: Fate
    hop: str
    reply: str


class HeldMessage(Shown):
    """One held message. `header` are the fields of its header, decoded, in their order."""

    id: Id
    held_at: datetime
    received_at: datetime
    client: str
    helo: str
    sender: str
    size: int
    sha256: str
    recipients: list[Judged]
    header: list[tuple[str, str]]


# why


class Change(Shown):
    """A finding that would have had to be missing, or with `under` to weigh less than that."""

    name: str
    under: float | None


class Vouching(Shown):
    """All of `by` would have had to vouch for the sender: dkim, spf, dmarc, dkim=DOMAIN, client; and what follows."""

    by: list[str]
    otherwise: list[Change]


class Found(Shown):
    """What one check or rule has found. `certain`: it settles the verdict whatever the score."""

    name: str
    score: float | None
    meaning: str
    evidence: str
    certain: Action | None


class Why(Shown):
    """Why some recipients get what they get: in sentences, the fewest findings that suffice, and the nearest change
    that would have let it pass: all of `otherwise`, or any one of `vouched`. `despite` is what speaks for the message.
    Of what was let in, `sufficient` is what it took for that, and `instead` what would have been done without.
    """

    recipients: list[str]
    action: Action
    reason: str
    score: float | None
    required: float | None
    told: list[str]
    sufficient: list[str]
    otherwise: list[Change]
    vouched: list[Vouching]
    despite: list[str]
    instead: Action | None
    findings: list[Found]


class Reasons(Shown):
    """One for each different verdict."""

    id: Id
    verdicts: list[Why]


# decisions

Addresses = Annotated[tuple[Text, ...], Meta(max_length=1000, description="For these alone; empty: for all who wait.")]


class ReleaseAsked(Asked):
    """To whom, and what is to follow."""

    recipients: Addresses = ()
    teach: Annotated[bool, Meta(description="Learn that it is ham.")] = False
    allow: Annotated[bool, Meta(description="Let its sender in from now on, if authenticated as now.")] = False


class ForWhom(Asked):
    """For which recipients."""

    recipients: Addresses = ()


class TeachAsked(Asked):
    """What it is."""

    label: Literal["spam", "ham"]


class ForwardAsked(Asked):
    """To which administrator."""

    address: Annotated[Text, Meta(description="Empty: the first that is configured.")] = ""


class AttachmentAsked(Asked):
    """Which part."""

    part: Annotated[str, Meta(min_length=1, max_length=200, description="Its path, such as 1.2.")]


class SentTo(Shown):
    """What became of one recipient."""

    address: str
    fate: Fate
    hop: str
    reply: str


class Decision(Shown):
    """What was done. `entry` is its line in the audit trail, by which it is undone until `undo_until`; `offered` are
    ids of other messages that would now pass.
    """

    entry: int
    act: str
    id: Id
    said: str
    undo_until: datetime | None
    offered: list[str]
    recipients: list[SentTo]
