"""release: a held message goes on after all, its bytes as they were held.

By the mailertable's next hop, or back into the MTA, with a header that our own milter knows again and removes. Each
recipient has a transaction of its own, so that one who is refused costs the others nothing. Who did not get it stays
held, with the reason written down. Fails with `NotReleased` before anything was sent, and with `StoreError`.
"""

import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gatekeeper.app import state
from gatekeeper.app.build import Setup, read, resolver
from gatekeeper.app.campaigns import revoke
from gatekeeper.app.remembering import review
from gatekeeper.checks.campaign import REPORTED
from gatekeeper.config.addresses import host_port
from gatekeeper.message import parse
from gatekeeper.message.edit import edited
from gatekeeper.pipeline.headers import RELEASE
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.quarantine import Held, Quarantine
from gatekeeper.quarantine.hold import CHANGED
from gatekeeper.relay.handover import Ending
from gatekeeper.relay.hops import Hops
from gatekeeper.relay.route import Denied, Routes
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.stores.history import History
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.opening import StoreError
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Fate, Label, Outcome, Record

Via = Literal["hop", "mta"]

_BEGUN = Outcome(Fate.UNCONFIRMED, reply="release begun, its end not written down")
_FATES = {Ending.DELIVERED: Fate.RELEASED, Ending.UNCERTAIN: Fate.UNCONFIRMED}  # all others do not have it
_log = logging.getLogger(__name__)


class NotReleased(Exception):  # noqa: N818  # it says what did not happen
    """Nothing was sent; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Release:
    """What it takes to release. `mta` is where mail is put back into the MTA, None if nobody said."""

    quarantine: Quarantine
    journal: Journal
    routes: Routes
    hops: Hops
    history: History
    campaigns: Campaigns
    mta: Hop | None

    async def release(self, hold_id: str, via: Via, only: Sequence[str] = ()) -> dict[str, Outcome]:
        """Send a held message to those who wait for it, or to `only` some; what became of each.

        `only` may also name who got it changed, to send the original after all.
        """
        held = self.quarantine.get(hold_id)
        if held is None:
            raise NotReleased(f"{hold_id[:40]}: nothing of this id is held")
        if via == "mta" and self.mta is None:
            raise NotReleased("quarantine.mta is not set: name the MTA there, or release via hop")
        with self.quarantine.claim(held.id) as claimed:
            if not claimed:
                raise NotReleased(f"{held.id}: somebody else is releasing it now")
            held = self.quarantine.get(held.id) or held
            recipients = _chosen(held, only)
            raw = self.quarantine.read(held.id)
            outcomes = {recipient: await self._send(held, raw, recipient, via) for recipient in recipients}
        self._remember(held, raw, outcomes)
        return outcomes

    async def close(self) -> None:
        """Let go of everything."""
        await self.hops.close()
        for store in (self.history, self.campaigns, self.quarantine, self.journal):
            store.close()

    def _remember(self, held: Held, raw: bytes, outcomes: dict[str, Outcome]) -> None:
        """Who had waited for it gets it: so it is wanted, and its sender the better for it. So is what is like it, if
        it was held for being like something reported.
        """
        waited = [held.outcomes[address].fate not in CHANGED for address in outcomes]
        released = any(outcome.fate is Fate.RELEASED for outcome in outcomes.values())
        if not (any(waited) and released):
            return
        if self.history.path.exists():
            self.history.note(review(Record(held.envelope, held.verdicts, outcomes), Label.HAM, time.time()))
        if self.campaigns.path.exists() and _reported(held):
            try:
                revoke(parse(raw), self.campaigns)
            except StoreError as error:
                _log.warning("%s: what is like it is still reported: %s", held.id, error)

    async def _send(self, held: Held, raw: bytes, recipient: str, via: Via) -> Outcome:
        before = held.outcomes[recipient]
        if not self.quarantine.settle(held.id, recipient, _BEGUN):
            return self._meanwhile(held, recipient)
        outcome = await self.carry(held, raw, recipient, via)
        if outcome.fate is Fate.HELD and before.fate in CHANGED:
            outcome = replace(outcome, fate=before.fate)  # it waits for nothing: it has the changed message
        self.quarantine.settle(held.id, recipient, outcome)
        try:
            self.journal.update_fate(held.id, recipient, outcome)
        except StoreError as error:
            _log.warning("%s: %s to %s is not in the journal: %s", held.id, outcome.fate, recipient, error)
        return outcome

    async def carry(self, held: Held, raw: bytes, recipient: str, via: Via) -> Outcome:
        """Send `raw` to this recipient, with the envelope of `held`, and write nothing down."""
        return await (self._by_hop if via == "hop" else self._by_mta)(held, raw, recipient)

    def _meanwhile(self, held: Held, recipient: str) -> Outcome:
        """What became of it since it was looked at: it has expired."""
        now = self.quarantine.get(held.id)
        return now.outcomes[recipient] if now else Outcome(Fate.EXPIRED)

    async def _by_hop(self, held: Held, raw: bytes, recipient: str) -> Outcome:
        route = self.routes.route(recipient, may_relay=True)  # whether it may was decided when it was accepted
        if isinstance(route, Denied):
            return Outcome(Fate.HELD, reply=str(route.reply))
        if not route.hop.smtp:
            return Outcome(Fate.HELD, str(route.hop), "what goes there is thrown away: delete it instead")
        return await self._deliver(route.hop, held, route.address, [memoryview(raw)])

    async def _by_mta(self, held: Held, raw: bytes, recipient: str) -> Outcome:
        assert self.mta is not None
        token = self.quarantine.token(held.id, raw, [recipient])
        line = RELEASE + b": " + token.encode() + b"\r\n"
        return await self._deliver(self.mta, held, recipient, edited(raw, insert=line).segments)

    async def _deliver(self, hop: Hop, held: Held, recipient: str, segments: list[memoryview]) -> Outcome:
        size = sum(map(len, segments))
        delivery = Delivery(held.envelope.sender, (recipient,), held.envelope.parameters, size=size)
        (handover,) = await self.hops.deliver(hop, delivery, segments)
        return Outcome(_FATES.get(handover.ending, Fate.HELD), str(hop), str(handover.reply))


def release_of(setup: Setup) -> Release:
    """What the configuration says about releasing; opened on first use."""
    config = setup.config
    host, port = host_port(config.quarantine.mta) if config.quarantine.mta else ("", 0)
    return Release(
        state.quarantine(config, create=False),
        state.journal(config, create=False),
        Routes(setup.tables.mailertable, config.relay.domains, virtual=setup.tables.virtusertable),
        Hops(config.relay, setup.hostname, (), resolver(config).look_up),
        state.history(config, create=False),
        state.campaigns(config, create=False),
        Hop("esmtp", host, port) if host else None,
    )


@asynccontextmanager
async def releasing(path: Path | None) -> AsyncIterator[tuple[Release, Via]]:
    """What the configuration in `path` says about releasing, and by which way if nobody names one."""
    setup = read(path)
    release = release_of(setup)
    try:
        yield release, setup.config.quarantine.release_via
    finally:
        await release.close()


def _reported(held: Held) -> bool:
    return any(finding.name == REPORTED for verdict in held.verdicts.values() for finding in verdict.findings)


def _chosen(held: Held, only: Sequence[str]) -> Sequence[str]:
    """Those to send to, who must be waiting for it, or have it changed."""
    chosen = tuple(dict.fromkeys(only)) or held.waiting
    strangers = [recipient for recipient in chosen if recipient not in (*held.waiting, *held.changed)]
    if strangers or not chosen:
        told = [f"{recipient} ({held.outcomes[recipient].fate})" for recipient in only if recipient in held.outcomes]
        known = ", ".join(told or [f"{recipient} ({outcome.fate})" for recipient, outcome in held.outcomes.items()])
        if not chosen and held.changed:
            raise NotReleased(f"{held.id}: went on without what was removed; name who is to get the original with --to")
        raise NotReleased(f"{held.id}: does not wait for {', '.join(strangers) or 'anybody'}; it is of {known}")
    return chosen
