"""probe: what all next hops can take, asked in the background and learnt from every session opened.

Nothing is offered before each hop has told, and a hop that cannot be reached keeps its last word, so that we never
offer what would have to be refused later. Never fails; what goes wrong is logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from gatekeeper.config.schema import Relay
from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.relay.connect import NoSession
from gatekeeper.relay.pool import Busy, Pool
from gatekeeper.relay.session import Lost, SessionDeclined
from gatekeeper.tables.hop import Hop

_SOON = 10.0  # seconds until a hop that has never told is asked again
_MOST = 1000  # hops remembered; those that a mailertable makes up from domains among them

_log = logging.getLogger(__name__)


class Probe:
    """`inline` are the hops that can be known beforehand."""

    def __init__(self, settings: Relay, inline: Iterable[Hop], pool: Callable[[Hop], Pool]) -> None:
        self._settings, self._inline, self._pool = settings, frozenset(inline), pool
        self._told: dict[Hop, Capabilities] = {}
        self._common = Capabilities()
        self._task: asyncio.Task[None] | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What every hop can take."""
        return self._common

    def learn(self, hop: Hop, capabilities: Capabilities) -> None:
        """A session with `hop` was opened and it offered this."""
        if self._told.get(hop) == capabilities or (hop not in self._told and len(self._told) >= _MOST):
            return
        self._told[hop] = capabilities
        if self._inline <= self._told.keys():
            self._common = Capabilities.intersection(self._told.values())

    def start(self) -> None:
        """Begin to ask, on the running loop."""
        if self._inline and self._task is None:
            self._task = asyncio.ensure_future(self._run())

    def stop(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.gather(*(self._ask(hop) for hop in self._inline))
            complete = self._inline <= self._told.keys()
            await asyncio.sleep(self._settings.probe if complete else min(_SOON, self._settings.probe))

    async def _ask(self, hop: Hop) -> None:
        deadline = asyncio.get_running_loop().time() + self._settings.hop_timeout
        pool = self._pool(hop)
        try:
            session = await pool.lease(self._settings.wait, deadline)
            try:
                if session.reused:
                    await session.hello(deadline)
                self.learn(hop, session.machine.extensions.capabilities)
            finally:
                pool.release(session)
        except (Busy, NoSession, Lost, SessionDeclined) as error:
            _log.info("probe of %s failed: %s", hop, error)
