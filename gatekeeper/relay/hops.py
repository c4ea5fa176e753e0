"""hops: what a front knows of the next hops: deliver to one, ask one for a mailbox, offer what all of them can take.

Belongs to one event loop. Never raises for what a hop does; see `handover` and `callout` for what comes instead.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace

from gatekeeper.config.schema import Relay
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.smtp_client_content import Piece
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.protocols.smtp_client_events import Step
from gatekeeper.relay.callout import Callouts, no_such_mailbox
from gatekeeper.relay.connect import Ask, Connector, Endpoint, NoSession, tls_context
from gatekeeper.relay.deliver import Patience, deliver
from gatekeeper.relay.handover import ANOTHER_REFUSED, Ending, Handover
from gatekeeper.relay.memory import Memory
from gatekeeper.relay.pool import Pool
from gatekeeper.relay.probe import Probe
from gatekeeper.relay.session import Session
from gatekeeper.tables.hop import Hop
from gatekeeper.values import Answer, Reply

_MOST_POOLS = 1000
_DEFERRED = 900.0  # seconds a recipient who made others wait is refused at RCPT, so that they get their mail

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """`sessions` are open now; the others only grow."""

    sessions: int
    opened: int
    failures: int
    waits: int


class Hops:
    """`inline` are the hops of the mailertable; `connections` is this worker's share of `settings.connections`.
    `listeners` are our own sockets; `context` replaces the TLS that `settings.tls` stands for. Then call `start`.
    """

    def __init__(
        self,
        settings: Relay,
        hostname: str,
        inline: Iterable[Hop],
        ask: Ask,
        *,
        connections: int | None = None,
        listeners: Collection[Endpoint] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._limit = max(1, connections if connections is not None else settings.connections)
        self._connector = Connector(settings, hostname, ask, listeners, context or tls_context(settings.tls))
        self._patience = Patience(settings.wait, settings.hop_timeout)
        self._pools: dict[Hop, Pool] = {}
        self._opened = self._failures = self._waits = 0
        self._refused: Memory[Hashable, Reply] = Memory()
        self._alone: Memory[tuple[Hop, str], bool] = Memory()
        self._callouts = Callouts(settings, self._pool)
        self._probe = Probe(settings, map(_place, inline), self._pool)

    def start(self) -> None:
        """Begin to probe, on the running loop."""
        self._probe.start()

    def capabilities(self) -> Capabilities:
        """What every hop takes, as far as is known now."""
        return self._probe.capabilities

    def counts(self) -> Counts:
        """For the metrics."""
        pools = self._pools.values()
        waits = self._waits + sum(pool.waits for pool in pools)
        return Counts(sum(pool.size for pool in pools), self._opened, self._failures, waits)

    async def deliver(self, hop: Hop, delivery: Delivery, segments: Iterable[Piece]) -> list[Handover]:
        """Send one message to all its recipients or to none; what became of each, in their order. `segments` in a row
        are the message; they may be read twice.
        """
        hop = _place(hop)
        handovers = await deliver(self._pool(hop), delivery, segments, self._patience)
        if handovers and handovers[0].ending is not Ending.DELIVERED:
            return self._learnt(hop, delivery.sender, handovers)
        return handovers

    def refusal(self, hop: Hop, address: str, sender: str) -> Reply | None:
        """What the hop said a while ago to this recipient, and would say again. To be asked at RCPT: a recipient who is
        refused only after the content was sent costs the others their mail.
        """
        key = _place(hop), address.lower()
        return self._refused.get(key) or self._refused.get((*key, sender))

    def company(self, hop: Hop, address: str) -> Hashable:
        """Recipients may share a transaction only if this is the same for them. It differs for those of a message that
        the hop refused after the dot because of one of them, as Exchange does, without saying of which.
        """
        key = _place(hop), address.lower()
        return key[1] if self._alone.get(key) else ""

    async def callout(self, address: str, hop: Hop) -> Answer:
        """Does the hop know this mailbox? Failures are typed; one that accepts every address is `Failed`."""
        return await self._callouts.ask(address, _place(hop))

    async def close(self) -> None:
        """End the probing and every session that nobody uses."""
        self._probe.stop()
        self._callouts.close()
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    def _pool(self, hop: Hop) -> Pool:
        pool = self._pools.get(hop)
        if pool is None:
            if len(self._pools) >= _MOST_POOLS:
                self._forget_unused()
            settings = self._settings
            pool = Pool(lambda deadline: self._open(hop, deadline), self._limit, settings.idle, settings.messages)
            self._pools[hop] = pool
        return pool

    def _forget_unused(self) -> None:
        self._waits += sum(pool.waits for pool in self._pools.values() if not pool.size)
        self._pools = {hop: pool for hop, pool in self._pools.items() if pool.size}

    async def _open(self, hop: Hop, deadline: float) -> Session:
        try:
            session = await self._connector.open(hop, deadline)
        except NoSession as error:
            self._failures += 1
            _log.warning("no session with %s: %s", hop, error)
            raise
        self._opened += 1
        self._probe.learn(hop, session.machine.extensions.capabilities)
        return session

    def _learnt(self, hop: Hop, sender: str, handovers: list[Handover]) -> list[Handover]:
        """Remember who was refused, so that it happens at RCPT next time."""
        first = handovers[0]
        if first.step == Step.DOT.value and no_such_mailbox(first.reply) and len(handovers) > 1:
            return self._separated(hop, handovers)
        partial = any(handover.ending is Ending.WITHHELD for handover in handovers)
        for handover in handovers:
            key, reply = (hop, handover.recipient.lower()), handover.reply
            if handover.step not in (Step.RCPT.value, Step.DOT.value) or reply.code == 421:
                continue
            if no_such_mailbox(reply):
                self._refused.put(key, reply, self._settings.callout_ttl)
            elif partial:
                self._refused.put((*key, sender), reply, _DEFERRED)
        return handovers

    def _separated(self, hop: Hop, handovers: list[Handover]) -> list[Handover]:
        """One of them is unknown there, and nobody can tell which: let the client send to each alone. Once only: a
        client that comes back with the same company gets what the hop said.
        """
        keys = [(hop, handover.recipient.lower()) for handover in handovers]
        if any(self._alone.get(key) for key in keys):
            return handovers
        for key in keys:
            self._alone.put(key, True, self._settings.callout_ttl)
        return [Handover(handover.recipient, Ending.WITHHELD, ANOTHER_REFUSED) for handover in handovers]


def _place(hop: Hop) -> Hop:
    """The hop without a user, since sessions and what is known belong to the host."""
    return replace(hop, user="") if hop.user else hop
