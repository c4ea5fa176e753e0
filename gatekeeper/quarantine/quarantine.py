"""quarantine: messages held for review.

    directory/messages/ID.eml   the bytes, as they shall go on
    directory/index.db          envelope, verdicts, and what became of each recipient
    directory/orphans/ID.eml    files that no entry of the index knows: a crash between the two
    directory/release.key       what release tokens are signed with

A hold is on disk, bytes and entry, when `hold` returns. It is unconfirmed until the front knows that the client was
told so. All methods block; several processes and threads may use the same directory. Fails with `StoreError`.
"""

import json
import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path

from gatekeeper.message import Buffer
from gatekeeper.quarantine import deletion, index, release, rows, selection
from gatekeeper.quarantine.files import Files
from gatekeeper.quarantine.hold import Held, Hold
from gatekeeper.quarantine.key import signing_key
from gatekeeper.quarantine.listing import Page, Query, cursor, place
from gatekeeper.quarantine.release import Refusal
from gatekeeper.quarantine.room import DAY, Retention, Usage
from gatekeeper.quarantine.selection import By, Span
from gatekeeper.quarantine.tables import MIGRATIONS
from gatekeeper.stores.database import Database
from gatekeeper.stores.opening import NoRoom, StoreError, explained
from gatekeeper.stores.search import Search
from gatekeeper.values import Fate, Outcome, is_id

_YOUNG = 3600  # seconds that a file may be without an entry: its hold may be going on
_SOME = 500  # holds that are expired, or files that are looked for, in one transaction

_log = logging.getLogger(__name__)


class Quarantine:
    """What is held in `directory`. `create=False`: fail if nothing ever was. `limit`: bytes that it may be; 0: any."""

    def __init__(self, directory: Path, create: bool = True, limit: int = 0) -> None:
        self.directory, self.limit = directory, limit
        self._files = Files(directory / "messages")
        self._orphans = Files(directory / "orphans")
        self._key = directory / "release.key"
        path = directory / "index.db"
        self._promises = Database(path, MIGRATIONS, "FULL", create)
        self._notes = Database(path, MIGRATIONS, "NORMAL", create)  # what may be lost with the power

    def hold(self, hold: Hold) -> None:
        """Keep a message. When this returns, it is safe to say 250; when it raises, nothing is promised.

        `NoRoom`, a `StoreError`, when the disk is full or the limit is reached.
        """
        hold_id = hold.envelope.id
        self._find_room(sum(memoryview(segment).nbytes for segment in hold.segments))
        with explained(self._files.path(hold_id)):
            size = self._files.write(hold_id, hold.segments)
        try:
            replaced = self._promises.write(lambda connection: index.add(connection, hold, size, time.time()))
        except BaseException:
            self._undo(hold_id)
            raise
        if replaced:
            self._files.remove(replaced)

    def confirm(self, hold_id: str) -> bool:
        """The client has read that it is held; False if there is no such hold."""
        return self._notes.write(lambda connection: index.confirm(connection, hold_id))

    def doubt(self, hold_id: str, why: str) -> bool:
        """Nobody will know whether the client was told: the reason, for people. False if it is not unconfirmed."""
        return self._notes.write(lambda connection: index.doubt(connection, hold_id, why))

    def withdraw(self, hold_id: str) -> bool:
        """The client was told no: forget an unconfirmed hold. False if it must stay, or never was."""
        gone = self._notes.write(lambda connection: index.withdraw(connection, hold_id))
        if gone:
            self._files.remove(hold_id)
        return gone

    def settle(self, hold_id: str, recipient: str, outcome: Outcome) -> bool:
        """Write down what became of one recipient, or with `HELD` why it still waits. False unless it was waiting."""
        return self._promises.write(lambda connection: index.settle(connection, hold_id, recipient, outcome))

    def get(self, hold_id: str) -> Held | None:
        """One hold, or the one that took its place."""
        search = Search()
        search.add("id = coalesce((SELECT hold FROM stand_ins WHERE id = ?1), ?1)", hold_id)
        return next(iter(self._select(search, 1)), None) if is_id(hold_id) else None

    def find(
        self,
        *,
        sender: str | None = None,
        recipient: str | None = None,
        reason: str | None = None,
        fates: Sequence[Fate] = (),
        since: float | None = None,
        limit: int = 100,
    ) -> list[Held]:
        """Holds for which all of this is true, of one and the same recipient; the newest first.

        Addresses and reasons match whole, in either case; `*` in them stands for anything. `since` is in seconds of
        the epoch.
        """
        search, of_recipient = Search(), Search()
        search.text("sender {}", sender)
        if since is not None:
            search.add("number >= ?", rows.number_of(since))
        of_recipient.text("address {}", recipient)
        of_recipient.text("reason {}", reason)
        if fates:
            of_recipient.add("fate IN (SELECT value FROM json_each(?))", json.dumps(fates))
        search.add(f"number IN (SELECT number FROM recipients WHERE {of_recipient})", *of_recipient.parameters)  # noqa: S608
        return self._select(search, limit)

    def page(self, query: Query, *, after: str = "", before: str = "", limit: int = 50) -> Page:
        """Some of what matches, the newest first: behind the cursor `after`, or in front of `before`.

        Where that leaves nothing, or less than a page in front, it is the first page. `ValueError` for what is no
        cursor.
        """
        if before:
            found = self._numbers(query, Span(above=place(before), oldest=True), limit + 1)
            if len(found) >= limit:
                older = self._numbers(query, Span(below=found[0]), 1)
                return self._page(query, found[:limit][::-1], bool(older), len(found) > limit)
        elif after and (found := self._numbers(query, Span(below=place(after)), limit + 1)):
            newer = self._numbers(query, Span(above=found[0], oldest=True), 1)
            return self._page(query, found[:limit], len(found) > limit, bool(newer))
        found = self._numbers(query, Span(), limit + 1)
        return self._page(query, found[:limit], len(found) > limit, False)

    def count(self, query: Query, most: int = 10_000) -> int:
        """How many messages match, but no more than `most` are counted."""
        return len(self._numbers(query, Span(), most))

    def totals(self, query: Query, by: By, limit: int = 10) -> list[tuple[str, int]]:
        """The most frequent kinds, reasons, senders or recipients of what matches, and for how many recipients each."""
        return selection.totals(self._notes.read, query, by, limit)

    def read(self, hold_id: str, most: int = -1) -> bytes:
        """The bytes of a held message, or so many of them."""
        path = self._files.path(hold_id)
        with explained(path):
            return self._files.read(hold_id, most)

    @contextmanager
    def claim(self, hold_id: str) -> Iterator[bool]:
        """Whether nobody else, in any process, is acting on this hold; then nobody else can until the `with` ends."""
        path = self._files.path(hold_id)
        with explained(path):
            claim = self._files.claim(hold_id)
        try:
            yield claim is not None
        finally:
            if claim is not None:
                claim.close()

    def token(self, hold_id: str, raw: Buffer, recipients: Iterable[str]) -> str:
        """A token that lets this message through our milter once, on its way to these recipients."""
        with explained(self._key):
            key = signing_key(self._key)
        return release.token(key, hold_id, raw, recipients, time.time() + release.LIFETIME)

    def verify(self, token: str, raw: Buffer, recipients: Iterable[str]) -> str | Refusal:
        """The id of the hold that this message was released from, or why it is not taken as such.

        `raw` may have the header of the token or not. A token is good once: the second time it is `USED`.
        """
        with explained(self._key):
            key = signing_key(self._key)
        ticket = release.read(key, token, raw, recipients, time.time())
        if isinstance(ticket, Refusal):
            return ticket
        if not self._promises.write(lambda connection: index.spend(connection, ticket.nonce, ticket.expires)):
            return Refusal.USED
        return ticket.hold_id

    def expire(self, retention: Retention) -> list[tuple[str, str]]:
        """Give up what is older: delete the bytes; id and address of each recipient that was still waiting."""
        now = time.time()
        expired: list[tuple[str, str]] = []
        while old := dict(self._notes.read(*index.old(retention, now, _SOME))):
            expired += self._notes.write(partial(index.expire, numbers=old))
            for hold_id in old.values():
                self._files.remove(hold_id)
        while self._notes.write(lambda connection: index.forget(connection, now - 2 * retention.longest * DAY, _SOME)):
            pass
        self._notes.write(lambda connection: index.forget_tokens(connection, now))
        for hold_id in list(self._orphans.older(now - retention.longest * DAY)):
            self._orphans.remove(hold_id)
        return expired

    def usage(self) -> Usage:
        """How much room the messages take, and how much there is."""
        ((messages, size),) = self._notes.read("SELECT messages, size FROM stock")
        with explained(self.directory):
            disk = os.statvfs(self.directory)
        usable = disk.f_blocks - disk.f_bfree + disk.f_bavail  # without what is kept for root
        return Usage(messages, size, self.limit, disk.f_bavail * disk.f_frsize, usable * disk.f_frsize)

    def purge(self) -> list[str]:
        """Give up what was deleted and can come back no more; the ids of those whose bytes are gone."""
        purged: list[str] = []
        while some := self._notes.write(lambda connection: deletion.purge(connection, time.time(), _SOME)):
            for hold_id, unneeded in some:
                if unneeded:
                    self._files.remove(hold_id)
                    purged.append(hold_id)
        return purged

    def sweep(self) -> list[str]:
        """Put aside, in `orphans`, files that no entry knows; their ids. Nobody was promised anything about them."""
        found = []
        files = self._files.older(time.time() - _YOUNG)
        while some := list(islice(files, _SOME)):
            for hold_id in self._unknown(some):
                _log.warning("%s: no entry knows it; moved to %s", self._files.path(hold_id), self._orphans.directory)
                self._files.move(hold_id, self._orphans)
                found.append(hold_id)
        return found

    def close(self) -> None:
        """Let go of the files; the next use opens them again."""
        self._promises.close()
        self._notes.close()

    def _find_room(self, size: int) -> None:
        """`NoRoom` if so many bytes more would be too many. What others hold at this moment is not seen."""
        if not self.limit:
            return
        ((taken,),) = self._promises.read("SELECT size FROM stock")
        if taken + size > self.limit:
            problem = f"{taken} of {self.limit} bytes are taken, {size} more are too many"
            raise NoRoom(self.directory, problem, "release or delete what is held, or raise quarantine.limit")

    def _numbers(self, query: Query, span: Span, limit: int) -> list[int]:
        return selection.numbers(self._notes.read, query, span, limit)

    def _page(self, query: Query, numbers: Sequence[int], older: bool, newer: bool) -> Page:
        """The page with these, and whether there are others on either side."""
        entries = selection.entries(self._notes.read, numbers, query)
        return Page(entries, cursor(numbers[-1]) if older else "", cursor(numbers[0]) if newer else "")

    def _select(self, search: Search, limit: int) -> list[Held]:
        sql = f"SELECT number FROM holds WHERE {search} ORDER BY number DESC LIMIT ?"  # noqa: S608
        numbers = [number for (number,) in self._notes.read(sql, (*search.parameters, limit))]
        return rows.selected(self._notes.read, numbers)

    def _unknown(self, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that have no entry with a file."""
        sql = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM holds WHERE stored)"
        return [hold_id for (hold_id,) in self._notes.read(sql, (json.dumps(ids),))]

    def _undo(self, hold_id: str) -> None:
        """Remove a file whose entry could not be made; but leave it if nobody can tell whether it was."""
        with suppress(StoreError):
            if self._unknown([hold_id]):
                self._files.remove(hold_id)
