"""desk: where people act on held messages, whoever carries their wish here: pages, commands, the digest.

Each act is checked against the matrix and against whose mail it is, done, and written into the audit trail. Fails with
`NotDone`, whose text is for the person, and with `StoreError`.
"""

import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.app.build import Setup
from gatekeeper.app.release import NotReleased, Release, release_of
from gatekeeper.observe.log import event
from gatekeeper.quarantine import audit, deletion, scope
from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, AuditEntry, Done, NotDone, Reviewer
from gatekeeper.quarantine.audit import Back, Ended, Trail
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.permission import Permission, permission
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Outcome

BUSY = "somebody else is acting on it at this moment: look again"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What `desk` makes."""

    setup: Setup
    sending: Release
    trail: Trail
    permission: Permission

    async def close(self) -> None:
        """Let go of everything."""
        await self.sending.close()
        self.trail.close()

    def get(self, who: Reviewer, hold_id: str) -> Held:
        """What is held, as far as they see it."""
        return scope.seen(self.permission, who, self.sending.quarantine.get(hold_id), hold_id)

    def raw(self, who: Reviewer, hold_id: str) -> bytes:
        """Its bytes, to be shown."""
        return self.sending.quarantine.read(self.get(who, hold_id).id)

    def audit(
        self, *, hold_id: str = "", act: Act | None = None, who: str = "", limit: int = 100, before: int = 0
    ) -> list[AuditEntry]:
        """The newest lines of the trail."""
        return self.trail.entries(hold_id=hold_id, act=act, who=who, limit=limit, before=before)

    async def release(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Send it to who waits for it, or to some."""
        held = self.get(who, hold_id)
        among = (*held.waiting, *held.changed) if recipients else held.waiting
        chosen = scope.concerned(self.permission, who, held, Act.RELEASE, recipients, among)
        entry = self.trail.begin(who, Act.RELEASE, held.id, chosen)
        try:
            outcomes = await self.sending.release(held.id, self.setup.config.quarantine.release_via, chosen)
        except (NotReleased, StoreError) as error:
            self.trail.end(entry, Ended(f"not done: {error}", done=False))
            if isinstance(error, NotReleased):
                raise NotDone(str(error)) from None
            raise
        said = _released(outcomes)
        self.trail.end(entry, Ended(said))
        return self._told(who, Done(entry, Act.RELEASE, held.id, outcomes, said=said))

    async def delete(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Nobody waits for it any more; its bytes stay as long as that can be undone."""
        held = self.get(who, hold_id)
        chosen = scope.concerned(self.permission, who, held, Act.DELETE, recipients, held.waiting)
        until = time.time() + UNDO_SECONDS
        with self.sending.quarantine.claim(held.id) as claimed:
            if not claimed:
                raise NotDone(BUSY)
            entry = self.trail.database.write(lambda connection: deletion.delete(connection, who, held, chosen, until))
        outcomes = dict.fromkeys(chosen, Outcome(Fate.DELETED))
        self._note(held.id, outcomes)
        return self._told(who, Done(entry, Act.DELETE, held.id, outcomes, until, said="Deleted."))

    async def undo(self, who: Reviewer, entry: int) -> Done:
        """As if it had not been done."""
        said = "Undone: it is held as before."

        def work(connection: sqlite3.Connection) -> tuple[int, AuditEntry, Back]:
            line, act, back = audit.take_back(connection, who, entry)
            deletion.restore(connection, entry, act.hold_id, back.waited)
            audit.end(connection, line, Ended(said))
            return line, act, back

        line, act, back = self.trail.database.write(work)
        self._note(act.hold_id, back.waited)
        return self._told(who, Done(line, Act.UNDO, act.hold_id, back.waited, said=said))

    def _note(self, hold_id: str, outcomes: Mapping[str, Outcome]) -> None:
        """The journal knows it too; that it cannot be written there undoes nothing."""
        for recipient, outcome in outcomes.items():
            try:
                self.sending.journal.update_fate(hold_id, recipient, outcome)
            except StoreError as error:
                _log.warning("%s: %s to %s is not in the journal: %s", hold_id, outcome.fate, recipient, error)

    def _told(self, who: Reviewer, done: Done) -> Done:
        event(_log, "reviewed", id=done.hold_id, act=done.act, who=who.name, role=who.role, entry=done.entry)
        return done


def desk(setup: Setup) -> Desk:
    """As the configuration has it. Nothing is opened before it is used."""
    sending = release_of(setup)
    trail = Trail(sending.quarantine.directory, create=False)
    return Desk(setup, sending, trail, permission(setup.config.quarantine.matrix))


def _released(outcomes: dict[str, Outcome]) -> str:
    went = [address for address, outcome in outcomes.items() if outcome.fate is Fate.RELEASED]
    stayed = [f"{address} ({outcome.reply})" for address, outcome in outcomes.items() if address not in went]
    told = [f"Released to {', '.join(went)}."] if went else []
    return " ".join([*told, *([f"Still held for {', '.join(stayed)}: try again later."] if stayed else [])])
