"""digest_listing: what a digest tells somebody: of what waits for them that is new, and may be seen by them.

Blocks; fails with `StoreError`.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.quarantine import digest_token
from gatekeeper.quarantine.acts import NEEDED, Act, Role
from gatekeeper.quarantine.digest_mail import DigestMail, Told
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import Entry, Query
from gatekeeper.quarantine.permission import Permission
from gatekeeper.quarantine.quarantine import Quarantine

PATH = "/digest/"
"""Where links lead, below the address of the pages."""

_DAY = 86_400
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class DigestListing:
    """`kinds` are told of, `most` messages at a time; `site` is the address of the pages. `key` signs links, which are
    good for so many `days`.
    """

    quarantine: Quarantine
    permission: Permission
    kinds: Sequence[Kind]
    most: int
    site: str
    key: bytes
    days: int

    def recipients(self, until: float) -> list[str]:
        """For whom something waits that they may be told of, held before `until`."""
        found: dict[str, str] = {}
        for kind in self.kinds:
            for address, _ in self.quarantine.totals(Query(kind=kind, until=until), "recipient", _MOST):
                found.setdefault(address.lower(), address)
        return list(found.values())

    def mail(self, recipient: str, since: float, until: float) -> DigestMail | None:
        """What was held for somebody in this time and waits; None if there is nothing."""
        found: list[tuple[Entry, Kind]] = []
        count = 0
        for kind in self.kinds:
            query = Query(kind=kind, since=since, until=until, recipients=(recipient,))
            entries = self.quarantine.page(query, limit=self.most).entries
            found += ((entry, kind) for entry in entries)
            count += len(entries) if len(entries) < self.most else self.quarantine.count(query, _MOST)
        found.sort(key=lambda one: one[0].held_at, reverse=True)
        told = [self._told(entry, kind, recipient) for entry, kind in found[: self.most]]
        return DigestMail(recipient, told, count - len(told), f"{self.site}/", self.days) if told else None

    def _told(self, entry: Entry, kind: Kind, recipient: str) -> Told:
        return Told(entry.held_at, entry.sender, entry.subject, kind, tuple(self._links(entry.id, kind, recipient)))

    def _links(self, hold_id: str, kind: Kind, recipient: str) -> Iterator[tuple[Act, str]]:
        """What they may do with it: who may have it released need not ask for it."""
        expires = time.time() + self.days * _DAY
        for act in digest_token.ACTS:
            may = self.permission.may(Role.USER, kind, NEEDED[act])
            if act is Act.REQUEST and self.permission.may(Role.USER, kind, NEEDED[Act.RELEASE]):
                may = False
            if may:
                yield act, self.site + PATH + digest_token.token(self.key, hold_id, act, recipient, expires)
