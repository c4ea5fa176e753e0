"""desk: stands where acts are done, for tests of pages. What is there to see is real; what is done is only noted."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gatekeeper.config.matrix import Matrix
from gatekeeper.quarantine import Quarantine, scope
from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, AuditEntry, Done, NotDone, Reviewer
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.permission import permission
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.values import Label


@dataclass
class NotingDesk:
    """`done` has each act with what it was told; `refusal`, if set, is the answer to all. `others` are offered."""

    quarantine: Quarantine
    matrix: Matrix = field(default_factory=Matrix)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: NotDone | None = None
    others: tuple[str, ...] = ()
    offering: int = 0  # how often it was asked what else would pass
    lines: list[AuditEntry] = field(default_factory=list)

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
        self.offering += offer
        told = [name for name, wanted in (("teach", teach), ("allow", allow)) if wanted]
        return self._note(Act.RELEASE, who, hold_id, tuple(recipients), *told, undo=teach or allow)

    async def request(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        return self._note(Act.REQUEST, who, hold_id, tuple(recipients))

    async def delete(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        return self._note(Act.DELETE, who, hold_id, tuple(recipients), undo=True)

    async def block_sender(self, who: Reviewer, hold_id: str) -> Done:
        return self._note(Act.BLOCK, who, hold_id, undo=True)

    async def list_senders(self, who: Reviewer, lines: Sequence[str]) -> Done:
        return self._relist(who, lines, ())

    async def unlist_sender(self, who: Reviewer, line: str) -> Done:
        return self._relist(who, (), (line,))

    async def teach(self, who: Reviewer, hold_id: str, label: Label) -> Done:
        return self._note(Act.TEACH_HAM if label is Label.HAM else Act.TEACH_SPAM, who, hold_id, undo=True)

    async def forward(self, who: Reviewer, hold_id: str, address: str = "") -> Done:
        return self._note(Act.FORWARD, who, hold_id, address)

    async def release_attachment(self, who: Reviewer, hold_id: str, part: str) -> Done:
        return self._note(Act.RELEASE_ATTACHMENT, who, hold_id, part)

    async def undo(self, who: Reviewer, entry: int) -> Done:
        if self.refusal:
            raise self.refusal
        self.done.append((Act.UNDO, who.name, entry))
        return Done(len(self.done), Act.UNDO, "", said="Undone: it is held as before.")

    def get(self, who: Reviewer, hold_id: str) -> Held:
        return scope.seen(permission(self.matrix), who, self.quarantine.get(hold_id), hold_id)

    def raw(self, who: Reviewer, hold_id: str) -> bytes:
        return self.quarantine.read(self.get(who, hold_id).id)

    def download(self, who: Reviewer, hold_id: str) -> bytes:
        self._note(Act.DOWNLOAD, who, hold_id)
        return self.raw(who, hold_id)

    def sealed(self, who: Reviewer, hold_id: str) -> tuple[bytes, str]:
        self._note(Act.DOWNLOAD, who, hold_id)
        return b"PK", "secret"

    def offered(self, who: Reviewer, entry: int) -> tuple[str, ...]:
        return self.others

    def audit(
        self, *, hold_id: str = "", act: Act | None = None, who: str = "", limit: int = 100, before: int = 0
    ) -> list[AuditEntry]:
        return [line for line in self.lines if not before or line.entry < before][:limit]

    def _relist(self, who: Reviewer, put: Sequence[str], gone: Sequence[str]) -> Done:
        senders = OwnSenders(self.quarantine.directory.parent / "senders")
        senders.put(put) if put else senders.take_back(gone, ())
        self.done.append((Act.ALLOW, who.name, *put, *gone))
        return Done(len(self.done), Act.ALLOW, "")

    def _note(self, act: Act, who: Reviewer, hold_id: str, *told: object, undo: bool = False) -> Done:
        self.get(who, hold_id)
        if self.refusal:
            raise self.refusal
        self.done.append((act, who.name, hold_id, *told))
        until = time.time() + UNDO_SECONDS if undo else None
        offered = self.others if act is Act.RELEASE else ()
        return Done(len(self.done), act, hold_id, undo_until=until, offered=offered, said=f"{act}: done.")
