"""lists: answers from the domain name system, those of block and allow lists each through a guard of its own.

What one process finds out about a list the others learn within seconds, where there is a place to write it down; each
is safe by itself all the same, because a guard believes nothing that it did not find vouched for. Fails as `Resolver`
and `ListGuard` do, typed; a place that cannot be written is told of once, and goes without.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence

from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_guard import ListGuard
from gatekeeper.lookups.list_health import Patience, State
from gatekeeper.observe.log import event
from gatekeeper.stores.list_states import ListState
from gatekeeper.stores.opening import StoreError
from gatekeeper.tables.list_zones import Kind, ListZone, kind_of
from gatekeeper.values import Answer, Dns

EVERY = 5.0  # seconds between two exchanges with the others, while anything is asked

Exchange = Callable[[Sequence[ListState]], Sequence[ListState]]
_log = logging.getLogger(__name__)


class Lists:
    """Asks `resolver`, and for `zones` their guards. `exchange` tells others and is told by them; `on_change` hears the
    name of a list and whether it is suspended.
    """

    def __init__(
        self,
        resolver: Resolver,
        zones: Iterable[ListZone],
        patience: Patience | None = None,
        exchange: Exchange | None = None,
        on_change: Callable[[str, bool], object] = lambda *_: None,
    ) -> None:
        self.resolver = resolver
        self._zones = {zone.name: zone for zone in zones}
        self._patience = patience or Patience()
        self._exchange, self._on_change = exchange, on_change
        self._guards: dict[tuple[str, Kind], ListGuard] = {}
        self._exchanged = float("-inf")
        self._news = False  # that the others should know at once
        self._exchanging: asyncio.Task[None] | None = None
        self._told = ""

    def known(self, question: Dns) -> Answer | None:
        """The answer, if it can be given at once."""
        found = self._list_of(question)
        if found is None:
            return self.resolver.known(question)
        guard = self._guards.get(found)
        return guard.known(question) if guard else None

    async def answer(self, question: Dns) -> Answer:
        """Find it."""
        found = self._list_of(question)
        if found is None:
            return await self.resolver.answer(question)
        guard = self._guards.get(found) or await self._guard(*found)
        self._share()
        return await guard.answer(question)

    def _list_of(self, question: Dns) -> tuple[str, Kind] | None:
        """The zone that is asked, and about what; None if it is none of ours."""
        if question.kind != "A" or not self._zones:
            return None
        name, at = question.name, question.name.find(".")
        while at >= 0:
            if (zone := name[at + 1 :]) in self._zones:
                return zone, kind_of(name[:at])
            at = name.find(".", at + 1)
        return None

    async def _guard(self, zone: str, kind: Kind) -> ListGuard:
        guard = ListGuard(self._zones[zone], kind, self.resolver, self._patience, self._changed)
        guard = self._guards.setdefault((zone, kind), guard)
        await self._meet([guard])
        return guard

    def _changed(self, guard: ListGuard, before: State) -> None:
        """Tell whoever has to know."""
        suspended = guard.health.state is State.SUSPENDED
        if suspended:
            fields = {"zone": guard.zone.name, "about": guard.kind, "why": guard.health.why}
            _log.warning("list-suspended", extra={"fields": fields})
        elif before is State.SUSPENDED:
            event(_log, "list-back", zone=guard.zone.name, about=guard.kind)
        if suspended or before is State.SUSPENDED:
            self._on_change(guard.zone.name, suspended)
        self._news = True
        self._share()

    # what the processes tell each other

    def _share(self) -> None:
        busy = self._exchanging is not None and not self._exchanging.done()
        due = self._news or time.monotonic() >= self._exchanged + EVERY
        if self._exchange is not None and due and not busy:
            self._exchanging = asyncio.ensure_future(self._meet_all())

    async def _meet_all(self) -> None:
        """Once more if there is news meanwhile."""
        await self._meet([*self._guards.values()])
        while self._news:
            self._news = False
            await self._meet([*self._guards.values()])

    async def _meet(self, guards: Sequence[ListGuard]) -> None:
        if self._exchange is None:
            return
        self._exchanged = time.monotonic()
        try:
            states = await asyncio.to_thread(self._exchange, [_state(guard) for guard in guards])
        except StoreError as error:
            if str(error) != self._told:
                _log.error("what is known of lists is not shared: %s", error)
            self._told = str(error)
            return
        for guard, state in zip(guards, states, strict=True):
            self._adopt(guard, state)

    def _adopt(self, guard: ListGuard, shared: ListState) -> None:
        """What others found later than we did; and all that was ever counted, for one that begins."""
        density = guard.health.density
        if not density.asked:
            density.asked, density.listed = shared.random_asked, shared.random_listed
        if shared.since > guard.since:
            guard.adopt(State(shared.state), shared.why, shared.since, max(0.0, shared.until - time.time()))
            self._on_change(guard.zone.name, guard.health.state is State.SUSPENDED)


def _state(guard: ListGuard) -> ListState:
    """What is known of a list, and what was counted since the last time."""
    until, counted, random = guard.health.until, guard.take(), guard.health.density.take()
    next_test = time.time() + until - time.monotonic() if until is not None else 0.0
    state, why = guard.health.state, guard.health.why
    return ListState(guard.zone.name, guard.kind, state, why, guard.since, next_test, *counted, *random)
