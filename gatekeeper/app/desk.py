"""desk: where people act on held messages, whoever carries their wish here: pages, commands, the digest.

Each act is checked against the matrix and against whose mail it is, done, and written into the audit trail. Fails with
`NotDone`, whose text is for the person, and with `StoreError`.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from gatekeeper.app import desk_lessons, desk_release, desk_senders
from gatekeeper.app.build import Setup
from gatekeeper.app.desk_lessons import Lesson
from gatekeeper.app.desk_post import Post, part_of
from gatekeeper.app.desk_recording import Came, ending, recorded, told
from gatekeeper.app.desk_senders import allowing, blocking, scopes
from gatekeeper.app.rejudging import as_it_came
from gatekeeper.app.release import Release, release_of
from gatekeeper.app.sealing import sealed
from gatekeeper.config.schema import Config
from gatekeeper.message import parse
from gatekeeper.quarantine import audit, deletion, scope
from gatekeeper.quarantine.acts import NEEDED, UNDO_SECONDS, Act, AuditEntry, Done, NotDone, Reviewer
from gatekeeper.quarantine.audit import Back, Ended, Trail
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.permission import Permission, permission
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Label, Outcome

_BUSY = "somebody else is acting on it at this moment: look again"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What `desk` makes. It belongs to one event loop."""

    setup: Setup
    sending: Release
    trail: Trail
    permission: Permission
    post: Post

    async def close(self) -> None:
        """Let go of everything."""
        await self.sending.close()
        self.trail.close()

    def get(self, who: Reviewer, hold_id: str) -> Held:
        """What is held, as far as they see it."""
        return scope.seen(self.permission, who, self.sending.quarantine.get(hold_id), hold_id)

    def raw(self, who: Reviewer, hold_id: str) -> bytes:
        """Its bytes, to be shown."""
        return self._bytes(self.get(who, hold_id).id)

    def download(self, who: Reviewer, hold_id: str) -> bytes:
        """Its bytes, handed out."""
        return self._handed_out(who, hold_id, "downloaded")[1]

    def sealed(self, who: Reviewer, hold_id: str) -> tuple[bytes, str]:
        """A zip of it with a password, and the password."""
        held, raw = self._handed_out(who, hold_id, "downloaded in a zip with a password")
        return sealed(f"{held.id}.eml", raw)

    def audit(
        self, *, hold_id: str = "", act: Act | None = None, who: str = "", limit: int = 100, before: int = 0
    ) -> list[AuditEntry]:
        """The newest lines of the trail."""
        return self.trail.entries(hold_id=hold_id, act=act, who=who, limit=limit, before=before)

    def offered(self, who: Reviewer, entry: int) -> tuple[str, ...]:
        """What was offered after an act, as far as it still waits and is theirs."""
        found = map(self.sending.quarantine.get, self.trail.offered(entry))
        return tuple(held.id for held in found if held and self.permission.waiting(who, held, NEEDED[Act.RELEASE]))

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
        """Send it to who waits for it, or to some."""
        held = self.get(who, hold_id)
        among = (*held.waiting, *held.changed) if recipients else held.waiting
        chosen = scope.concerned(self.permission, who, held, Act.RELEASE, recipients, among)
        raw = self._came(held.id)
        lines = await asyncio.to_thread(_allowed, held, raw, scopes(who, chosen)) if allow else ()
        learn = partial(desk_lessons.released, self.setup.config, who, held.id, raw, teach, lines)
        others = partial(desk_release.offered, self.setup, self.sending, self.permission, who, held) if offer else None
        work = partial(desk_release.let_go, self.sending, self.post.via, held, chosen, learn, others)
        return await recorded(self.trail, who, Act.RELEASE, held.id, chosen, work)

    async def request(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Ask the administrators to release it, once."""
        held = self.get(who, hold_id)
        chosen = scope.concerned(self.permission, who, held, Act.REQUEST, recipients, held.waiting)
        if self.trail.entries(hold_id=held.id, act=Act.REQUEST, who=who.name, limit=1):
            raise NotDone("you have asked for it already; an administrator will decide")

        async def work() -> Came:
            reached = await self.post.ask(held, who.name, chosen)
            told = "The administrators have a letter about it." if reached else "An administrator will see it here."
            return Came(f"Asked for. {told}")

        return await recorded(self.trail, who, Act.REQUEST, held.id, chosen, work)

    async def delete(self, who: Reviewer, hold_id: str, recipients: Sequence[str] = ()) -> Done:
        """Nobody waits for it any more; its bytes stay as long as that can be undone."""
        held = self.get(who, hold_id)
        chosen = scope.concerned(self.permission, who, held, Act.DELETE, recipients, held.waiting)
        until = time.time() + UNDO_SECONDS
        with _kept(), self.sending.quarantine.claim(held.id) as claimed:
            if not claimed:
                raise NotDone(_BUSY)
            entry = self.trail.database.write(lambda connection: deletion.delete(connection, who, held, chosen, until))
        outcomes = dict.fromkeys(chosen, Outcome(Fate.DELETED))
        self._note(held.id, outcomes)
        return told(who, Done(entry, Act.DELETE, held.id, outcomes, until, said="Deleted."))

    async def block_sender(self, who: Reviewer, hold_id: str) -> Done:
        """Keep its sender out from now on."""
        held, chosen = self._granted(who, hold_id, Act.BLOCK)
        lines = await asyncio.to_thread(_blocked, held, self._came(held.id), scopes(who, chosen))
        return await self._learn(who, Act.BLOCK, held, chosen, partial(desk_lessons.listed, self.setup.config, lines))

    async def list_senders(self, who: Reviewer, lines: Sequence[str]) -> Done:
        """Let somebody in, or keep them out, whatever is held of them."""
        return await self._relist(who, lines, desk_lessons.written)

    async def unlist_sender(self, who: Reviewer, line: str) -> Done:
        """Nothing is done any more about whom this line is."""
        return await self._relist(who, (line,), desk_lessons.struck)

    async def teach(self, who: Reviewer, hold_id: str, label: Label) -> Done:
        """It is of this class."""
        act = Act.TEACH_HAM if label is Label.HAM else Act.TEACH_SPAM
        held, chosen = self._granted(who, hold_id, act)
        lesson = partial(desk_lessons.taught, self.setup.config, who, held.id, self._came(held.id), label)
        return await self._learn(who, act, held, chosen, lesson)

    async def forward(self, who: Reviewer, hold_id: str, address: str = "") -> Done:
        """Send it to an administrator, attached as it came."""
        held, chosen = self._granted(who, hold_id, Act.FORWARD)
        to, raw = self.post.administrator(address), self._bytes(held.id)

        async def work() -> Came:
            await self.post.forward(held, raw, who.name, to)
            return Came(f"Forwarded to {to}.")

        return await recorded(self.trail, who, Act.FORWARD, held.id, chosen, work)

    async def release_attachment(self, who: Reviewer, hold_id: str, part: str) -> Done:
        """Send one part alone to who waits for the message, or got it without that part."""
        held = self.get(who, hold_id)
        among = (*held.waiting, *held.changed)
        chosen = scope.concerned(self.permission, who, held, Act.RELEASE_ATTACHMENT, among=among)
        name, data = await asyncio.to_thread(part_of, self._bytes(held.id), part)

        async def work() -> Came:
            outcomes = {to: await self.post.enclose(held, name, data, to) for to in chosen}
            return Came(f"{name}: {desk_release.said(outcomes)}", outcomes)

        return await recorded(self.trail, who, Act.RELEASE_ATTACHMENT, held.id, chosen, work)

    async def undo(self, who: Reviewer, entry: int) -> Done:
        """As if it had not been done."""

        def begin(connection: sqlite3.Connection) -> tuple[int, AuditEntry, Back]:
            line, act, back = audit.take_back(connection, who, entry)
            if back.waited:
                deletion.restore(connection, entry, act.hold_id, back.waited)
            return line, act, back

        line, act, back = self.trail.database.write(begin)
        self._note(act.hold_id, back.waited)
        with ending(self.trail, line):
            raw = self._came(act.hold_id) if back.taught else b""
            await asyncio.to_thread(desk_lessons.take_back, self.setup.config, act.hold_id, raw, back)
        said = _undone(act, back)
        self.trail.end(line, Ended(said))
        return told(who, Done(line, Act.UNDO, act.hold_id, back.waited, said=said))

    async def _learn(
        self, who: Reviewer, act: Act, held: Held, chosen: Sequence[str], lesson: Callable[[], Lesson]
    ) -> Done:
        async def work() -> Came:
            learnt = await asyncio.to_thread(lesson)
            return Came(learnt.said, back=desk_lessons.undoable(learnt.back))

        return await recorded(self.trail, who, act, held.id, chosen, work)

    async def _relist(
        self, who: Reviewer, lines: Sequence[str], change: Callable[[Config, Sequence[str]], Lesson]
    ) -> Done:
        act = desk_senders.act_of(who, lines)

        async def work() -> Came:
            changed = await asyncio.to_thread(change, self.setup.config, lines)
            return Came(changed.said, back=desk_lessons.undoable(changed.back))

        return await recorded(self.trail, who, act, "", desk_senders.recipients(lines), work)

    def _granted(self, who: Reviewer, hold_id: str, act: Act) -> tuple[Held, tuple[str, ...]]:
        """What an act is about that does not depend on whether anybody waits."""
        held = self.get(who, hold_id)
        return held, scope.concerned(self.permission, who, held, act, among=tuple(held.verdicts))

    def _handed_out(self, who: Reviewer, hold_id: str, how: str) -> tuple[Held, bytes]:
        held, chosen = self._granted(who, hold_id, Act.DOWNLOAD)
        raw = self._bytes(held.id)
        self.trail.end(self.trail.begin(who, Act.DOWNLOAD, held.id, chosen), Ended(how))
        return held, raw

    def _came(self, hold_id: str) -> bytes:
        return as_it_came(self._bytes(hold_id), hold_id)

    def _bytes(self, hold_id: str) -> bytes:
        with _kept():
            return self.sending.quarantine.read(hold_id)

    def _note(self, hold_id: str, outcomes: Mapping[str, Outcome]) -> None:
        """The journal knows it too; that it cannot be written there undoes nothing."""
        for recipient, outcome in outcomes.items():
            try:
                self.sending.journal.update_fate(hold_id, recipient, outcome)
            except StoreError as error:
                _log.warning("%s: %s to %s is not in the journal: %s", hold_id, outcome.fate, recipient, error)


@contextmanager
def _kept() -> Iterator[None]:
    """Where there is no file any more, the person is told so, and not where it was."""
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise NotDone("the message itself is not kept any more; only what is known of it is") from None
        raise


def _undone(act: AuditEntry, back: Back) -> str:
    if back.waited:
        return "Undone: it is held as before."
    taught = ["what was learnt from it is forgotten"] if back.taught is not None else []
    listed = ["the list of senders is as it was"] if back.listed or back.senders else []
    stays = " What was sent stays sent." if act.act is Act.RELEASE else ""
    return f"Undone: {', and '.join(taught + listed)}.{stays}"


def _allowed(held: Held, raw: bytes, whose: Sequence[str]) -> tuple[str, ...]:
    """In a thread of its own: a message may be large."""
    return allowing(held, parse(raw), whose)


def _blocked(held: Held, raw: bytes, whose: Sequence[str]) -> tuple[str, ...]:
    return blocking(held, parse(raw), whose)


def desk(setup: Setup) -> Desk:
    """As the configuration has it. Nothing is opened before it is used."""
    sending, settings = release_of(setup), setup.config.quarantine
    trail = Trail(sending.quarantine.directory, create=False)
    post = Post(sending, settings.release_via, setup.hostname, settings.administrators)
    return Desk(setup, sending, trail, permission(settings.matrix), post)
