"""acts: what people do with held messages, who they are, and what comes of it, as values.

`Desk` is where acts are done, whoever asks: pages, commands, the digest. `app` has it. Nothing here fails; a desk fails
with `NotDone`, whose text is for the person who asked, and with `StoreError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from gatekeeper.quarantine.hold import Held
from gatekeeper.values import Label, Outcome

UNDO_SECONDS = 60.0


class Role(StrEnum):
    """What somebody is here."""

    USER = "user"
    HELPDESK = "helpdesk"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who acts. `mailboxes` are the addresses that are a user's own: what is held for others does not exist for them.
    The other roles see everybody's.
    """

    name: str
    role: Role
    mailboxes: frozenset[str] = frozenset()


class Act(StrEnum):
    """What can be done, as the audit trail has it."""

    RELEASE = "release"
    REQUEST = "request"
    DELETE = "delete"
    ALLOW = "allow"
    BLOCK = "block"
    TEACH_HAM = "teach-ham"
    TEACH_SPAM = "teach-spam"
    FORWARD = "forward"
    DOWNLOAD = "download"
    RELEASE_ATTACHMENT = "release-attachment"
    UNDO = "undo"


class May(StrEnum):
    """What the matrix in the configuration grants."""

    SEE = "see"
    REQUEST = "request"
    RELEASE = "release"
    DELETE = "delete"


NEEDED: Mapping[Act, May] = {
    Act.RELEASE: May.RELEASE,
    Act.REQUEST: May.REQUEST,
    Act.DELETE: May.DELETE,
    Act.ALLOW: May.RELEASE,
    Act.BLOCK: May.DELETE,
    Act.TEACH_HAM: May.RELEASE,
    Act.TEACH_SPAM: May.DELETE,
    Act.FORWARD: May.SEE,
    Act.DOWNLOAD: May.RELEASE,
    Act.RELEASE_ATTACHMENT: May.RELEASE,
}
"""What somebody must be granted to do it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act. `entry` is its line in the audit trail; `outcomes` what became of each recipient.

    `undo_until` (seconds of the epoch) is None where there is nothing to undo. `offered` are the ids of other messages
    that would now pass, for one decision. `said` is a sentence for the person who acted.
    """

    entry: int
    act: Act
    hold_id: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    undo_until: float | None = None
    offered: tuple[str, ...] = ()
    said: str = ""

    @property
    def undoing(self) -> str:
        """What it takes back if undone, in words; "" where that is all of it."""
        return "what was learnt (it stays sent)" if self.act is Act.RELEASE else ""


class NotDone(Exception):  # noqa: N818  # it says what did not happen
    """Nothing was done; the text says why and what to do. `missing`: nothing of that id is there for this reviewer,
    who is not told whether it is for others.
    """

    def __init__(self, said: str, missing: bool = False) -> None:
        super().__init__(said)
        self.missing = missing


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail. `detail` says what came of it; `undone`: somebody has undone it since."""

    entry: int
    time: float
    who: str
    role: Role
    act: Act
    hold_id: str
    recipients: tuple[str, ...]
    detail: str
    undone: bool = False

    @property
    def undone_said(self) -> str:
        """The same in words; what was sent stays sent."""
        return ("learning undone" if self.act is Act.RELEASE else "undone") if self.undone else ""


class Desk(Protocol):
    """Where acts are done. All raise `NotDone` for what the reviewer may not do, or what cannot be done."""

    async def release(
        self,
        who: Reviewer,
        hold_id: str,
        recipients: Sequence[str] = (),
        *,
        teach: bool = False,
        allow: bool = False,
        offer: bool = True,
    ) -> Done:
        """Send it to who waits for it, or to some. `teach`: it is ham; `allow`: let its sender in from now on; `offer`:
        say what else would now pass, which takes seconds.
        """
        ...

    async def request(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Ask the administrators to release it."""
        ...

    async def delete(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Nobody waits for it any more. Its bytes stay as long as this can be undone."""
        ...

    async def block_sender(self, who: Reviewer, hold_id: str) -> Done:
        """Keep its sender out from now on: for everybody, or from a user's own mailboxes."""
        ...

    async def list_senders(self, who: Reviewer, lines: Sequence[str]) -> Done:
        """These lines stand in the list of senders: for everybody, or a user's for their own mailboxes."""
        ...

    async def unlist_sender(self, who: Reviewer, line: str) -> Done:
        """It does not stand there any more."""
        ...

    async def teach(self, who: Reviewer, hold_id: str, label: Label) -> Done:
        """It is of this class, whatever was learnt from it before."""
        ...

    async def forward(self, who: Reviewer, hold_id: str, address: str = "") -> Done:
        """Send it to an administrator, attached as it came; to the first that is configured if nobody is named."""
        ...

    async def release_attachment(self, who: Reviewer, hold_id: str, part: str) -> Done:
        """Send one part alone, "1.2" by its path, to who waits for the message, or got it without that part."""
        ...

    async def undo(self, who: Reviewer, entry: int) -> Done:
        """Undo what they did, or, for who sees everybody's mail, what anybody did, within `UNDO_SECONDS`."""
        ...

    def get(self, who: Reviewer, hold_id: str) -> Held:
        """What is held; of the recipients those whom the reviewer may see."""
        ...

    def raw(self, who: Reviewer, hold_id: str) -> bytes:
        """Its bytes, to be shown. What hands them out as they are calls `download`."""
        ...

    def download(self, who: Reviewer, hold_id: str) -> bytes:
        """Its bytes, handed out; stands in the audit trail."""
        ...

    def sealed(self, who: Reviewer, hold_id: str) -> tuple[bytes, str]:
        """A password-protected zip of it, and its password; stands in the audit trail."""
        ...

    def offered(self, who: Reviewer, entry: int) -> tuple[str, ...]:
        """Of the messages that were offered after an act those that still wait, as far as they are theirs."""
        ...

    def audit(
        self, *, hold_id: str = "", act: Act | None = None, who: str = "", limit: int = 100, before: int = 0
    ) -> list[AuditEntry]:
        """The newest lines of the trail, those before an entry if one is named. For whoever sees everybody's mail."""
        ...
