"""digesting: everybody for whom something new is held is told so by mail, at the hours of `[digest]` or their own.

    whom    a recipient of ours for whom something waits that they may see, and of which no digest told them yet; no
            list, where a directory can tell: its members would all get the same links
    when    once in each period: its row is on disk before anything is sent, so neither a crash nor another process
            sends it twice. What the next hop does not take now is tried again within the period
    where   to the next hop of the recipient, or back into the MTA with a token that our own milter knows

Who breaks down while it sends may have sent it, so it is not sent again; the next one tells of the same messages.
Fails with `StoreError`.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from threading import Event

from gatekeeper.app import state
from gatekeeper.app.build import Setup, own_domains
from gatekeeper.app.digest_readers import DigestReaders
from gatekeeper.app.posting import Posting
from gatekeeper.protocols.address import routes_onward
from gatekeeper.quarantine.acts import May, Role
from gatekeeper.quarantine.digest_hours import hours_of, period
from gatekeeper.quarantine.digest_ledger import Sending
from gatekeeper.quarantine.digest_listing import DigestListing
from gatekeeper.quarantine.digest_mail import DigestMail, written
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.permission import permission
from gatekeeper.relay.route import Routes
from gatekeeper.values import Fate, Outcome, new_id
from gatekeeper.web.services import DirectoryError

_SETTLED = 2.0  # seconds after which whatever was being held then is in the index
_ENOUGH = 3  # in a row that the next hop did not take, or of which the directory did not say whose: the rest waits


@dataclass(frozen=True, slots=True)
class Due:
    """A digest, before it is sent, or with its `outcome`: after that, or because it cannot be sent now."""

    recipient: str
    period: str
    mail: DigestMail
    outcome: Outcome | None = None

    @property
    def count(self) -> int:
        """Of how many messages it tells."""
        return len(self.mail.told) + self.mail.more


class Digesting:
    """By one configuration. Make it where it is used; it belongs to one thread, and `once` to one event loop."""

    def __init__(self, setup: Setup) -> None:
        config, self._setup = setup.config, setup
        self._author = config.digest.from_address or f"quarantine@{setup.hostname}"
        self._own = own_domains(config, _routes(setup))
        self._quarantine = state.quarantine(config)
        self.ledger = state.digests(config)
        self._posting = Posting(setup)
        self._readers = DigestReaders(config)
        granted = permission(config.quarantine.matrix)
        self._listing = DigestListing(
            self._quarantine,
            granted,
            [kind for kind in map(Kind, config.digest.kinds) if granted.may(Role.USER, kind, May.SEE)],
            config.digest.most,
            config.web.url.rstrip("/"),
            self.ledger.key,
            config.digest.link_days,
        )

    def periods(self, now: float) -> frozenset[str]:
        """The periods that are going on: that of everybody, and those of who has wished for hours of their own."""
        every = [hours_of(self._setup.config.digest.hours), *self.ledger.wishes().values()]
        return frozenset(filter(None, (period(hours, now) for hours in every)))

    async def due(self, now: float, only: str = "") -> AsyncIterator[Due]:
        """What is to be sent now, to `only` one if somebody is named. Asking changes nothing."""
        failed = 0
        for one in self._new(now, only):
            try:
                many = await self._readers.are_many(one.recipient)
            except DirectoryError as error:
                failed += 1
                yield replace(one, outcome=Outcome(Fate.REFUSED, reply=f"451 4.3.0 the directory: {error}"))
            else:
                failed = 0
                if not many:
                    yield one
            if failed >= _ENOUGH:
                break

    def _new(self, now: float, only: str) -> Iterator[Due]:
        hours, wishes = hours_of(self._setup.config.digest.hours), self.ledger.wishes()
        until, told = now - _SETTLED, self.ledger.told_until()
        for recipient in [only] if only else self._listing.recipients(until):
            begun = period(wishes.get(recipient.lower(), hours), now)
            if not (begun and self._is_told(recipient) and self._is_open(recipient, begun)):
                continue
            if (mail := self._listing.mail(recipient, told.get(recipient.lower(), 0.0), until)) is not None:
                yield Due(recipient, begun, mail)

    async def once(self, now: float, only: str = "", ending: Event | None = None) -> list[Due]:
        """Send what is due; what became of each. It ends early where the next hop takes nothing, or when told to."""
        sent: list[Due] = []
        failed = 0
        async for one in self.due(now, only):
            if failed >= _ENOUGH or (ending is not None and ending.is_set()):
                break
            if self.ledger.begin(one.recipient, one.period, now - _SETTLED):
                outcome = one.outcome or await self._send(one, now)
                self.ledger.end(one.recipient, one.period, _became(outcome), outcome.reply)
                sent.append(replace(one, outcome=outcome))
                failed = failed + 1 if _became(outcome) is Sending.DUE else 0
        return sent

    async def close(self) -> None:
        """Let go of everything."""
        await self._posting.close()
        self.ledger.close()
        self._quarantine.close()

    async def _send(self, one: Due, now: float) -> Outcome:
        raw = written(one.mail, self._author, f"{new_id()}.digest@{self._setup.hostname}", now)
        return await self._posting.post(one.recipient, raw)

    def _is_open(self, recipient: str, begun: str) -> bool:
        return self.ledger.sent(recipient, begun) in (None, Sending.DUE)

    def _is_told(self, recipient: str) -> bool:
        """Whether it is an address of ours, and one that gets digests."""
        address = recipient.lower()
        local, _, domain = address.rpartition("@")
        without = {one.lower() for one in self._setup.config.digest.without}
        if routes_onward(address):
            return False
        return bool(local) and self._own(domain.removesuffix(".")) and without.isdisjoint((address, f"@{domain}"))


def _became(outcome: Outcome) -> Sending:
    match outcome.fate:
        case Fate.DELIVERED:
            return Sending.SENT
        case Fate.UNCERTAIN:
            return Sending.UNCERTAIN
        case _:
            return Sending.REFUSED if outcome.reply.startswith("5") or outcome.fate is Fate.DISCARDED else Sending.DUE


def _routes(setup: Setup) -> Routes:
    return Routes(setup.tables.mailertable, setup.config.relay.domains, virtual=setup.tables.virtusertable)
