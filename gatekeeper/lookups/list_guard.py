"""list_guard: what a list says of one kind of question (IPv4, IPv6, names), as far as it may be believed.

    a test        before anything is believed, and from time to time (`list_proofs`)
    a voucher     for each listing, asked after it came: so nobody is refused for a list that has begun to list
                  everything, not even the first
    suspension    if a test or a voucher says that the list is out of order, or the list says that it does not answer
                  us: then it is `Suspended`, and somebody is told
    the breaker   a list that keeps silent is left in peace, with the failure that it last had

Never raises: what is no answer is a typed failure.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_health import Health, Patience, State
from gatekeeper.lookups.list_proofs import Proofs, is_listed, refusal_in
from gatekeeper.lookups.name_server import Reply
from gatekeeper.tables.list_zones import Kind, ListZone
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Suspended

_LONGEST_TTL = 21_600.0  # seconds that what was said in a bad time may keep a list away


class ListGuard:
    """`told` is called after each change of `health`, with the state that it had before."""

    def __init__(
        self,
        zone: ListZone,
        kind: Kind,
        resolver: Resolver,
        patience: Patience,
        told: Callable[["ListGuard", State], object] = lambda *_: None,
    ) -> None:
        self.zone, self.kind = zone, kind
        self.health = Health(patience)
        self.since = 0.0  # of the state, by the clock on the wall
        self._resolver, self._told = resolver, told
        self._breaker = Breaker()
        self._counted = (0, 0)
        self._failure: Answer = Failed("it was not asked yet")
        self._ttl = 0.0  # the longest of a listing since it last was well
        self._proofs = Proofs(zone, kind, self.health.density, self._ask_all)
        self._vouching = asyncio.Lock()
        self._voucher: tuple[float, Answer | None] = (float("-inf"), None)
        self._testing: asyncio.Task[None] | None = None

    def known(self, question: Dns) -> Answer | None:
        """The answer, if it can be given at once."""
        now = time.monotonic()
        if self.health.state is State.SUSPENDED:
            return None if self.health.due(now) else self._suspended()
        if not self._breaker.closed:
            return None if self._breaker.due(now) else self._failure
        return None if self.health.due(now) else self._resolver.known(question)

    async def answer(self, question: Dns) -> Answer:
        """Ask the list, and whatever it takes to believe it."""
        refused = await self._ready()
        if refused is not None:
            return refused
        answer, ttl = await self._ask(question.name)
        found = answer.values if isinstance(answer, Found) else ()
        if self.zone.lists(found):
            self._ttl = max(self._ttl, ttl)
            answer = await self._vouched() or answer
        elif found and not self.zone.knows(found) and self.health.state is not State.SUSPENDED:
            self._test(at_once=True)
        return self._believed(question, answer, ttl)

    async def _ready(self) -> Answer | None:
        """None if the list can be asked; else the answer without it. A test that is due begins."""
        now = time.monotonic()
        if self.health.state is not State.SUSPENDED and not self._breaker.allows(now):
            return self._failure
        untested = self.health.state is State.UNTESTED
        if self.health.due(now):
            self._test()
        if untested and self._testing is not None:
            await asyncio.shield(self._testing)
        if self.health.state is State.SUSPENDED:
            return self._suspended()
        return self._failure if self.health.state is State.UNTESTED else None

    def take(self) -> tuple[int, int]:
        """What mail asked since this was last called: answers, and listings among them."""
        counted, self._counted = self._counted, (0, 0)
        return counted

    def adopt(self, state: State, why: str, since: float, left: float) -> None:
        """Another process found it so, later than we did; it tests it again in `left` seconds."""
        if state is State.SUSPENDED:
            self._resolver.cache.forget(self.zone.name)
        self.health.adopt(state, why, time.monotonic(), left)
        self.since = since

    def _believed(self, question: Dns, answer: Answer, ttl: float) -> Answer:
        if self.health.state is State.SUSPENDED:
            return self._suspended()
        if isinstance(answer, Found | Absent):
            listed = is_listed(self.zone, answer)
            self._counted = (self._counted[0] + 1, self._counted[1] + listed)
            self._proofs.learn(question.name, listed, ttl)
        self._resolver.keep(question, answer, ttl)
        return answer

    # what it takes to believe a listing

    async def _vouched(self) -> Answer | None:
        """None if the list can be believed now; else what stands in the place of the listing.

        One at a time: who waited for a voucher that was begun after its listing came shares it.
        """
        came = time.monotonic()
        if "random" in self.zone.exempt:
            return None
        async with self._vouching:
            if self._voucher[0] <= came:
                began = time.monotonic()
                self._voucher = (began, await self._proofs.voucher())
        said = self._voucher[1]
        if isinstance(said, Suspended):
            self._suspend(said.why)
        return said

    # tests

    def _test(self, at_once: bool = False) -> None:
        """Begin one, unless one is under way; only if one is due, or `at_once`."""
        running = self._testing is not None and not self._testing.done()
        if not running and (self.health.begin(time.monotonic()) or at_once):
            self._testing = asyncio.ensure_future(self._tested())

    async def _tested(self) -> None:
        before = self.health.state
        said = await self.tried()
        now = time.monotonic()
        if self.health.state is not before:
            return  # an answer said more meanwhile than a test can
        if said is None:
            self._ttl = 0.0
            self._change(lambda: self.health.good(now))
        elif isinstance(said, Suspended):
            self._suspend(said.why)
        else:
            self._failure = said
            self.health.unknown(now)

    async def tried(self) -> Answer | None:
        """Make a test and do nothing about it: None if the list is in order, `Suspended` if it is not, or a failure."""
        return await self._proofs.test(returning=self.health.state is State.SUSPENDED)

    # asking, and being out of order

    async def _ask(self, name: str) -> Reply:
        answer, ttl = await self._resolver.fetch(Dns(name))
        now = time.monotonic()
        if isinstance(answer, Found | Absent):
            self._breaker.succeeded(now)
            if refusal := refusal_in(self.zone, answer):
                self._suspend(refusal)
        else:
            self._failure = answer
            if self._resolver.reachable:
                self._breaker.failed(now)
        return answer, ttl

    async def _ask_all(self, names: Sequence[str]) -> list[Answer]:
        return [answer for answer, _ in await asyncio.gather(*map(self._ask, names))]

    def _suspend(self, why: str) -> None:
        self._resolver.cache.forget(self.zone.name)
        held = min(self._ttl, _LONGEST_TTL)  # resolvers remember for so long what it said
        self._change(lambda: self.health.bad(why, time.monotonic(), held))

    def _change(self, change: Callable[[], None]) -> None:
        before = self.health.state
        change()
        if self.health.state is not before:
            self.since = time.time()
            self._told(self, before)

    def _suspended(self) -> Suspended:
        return Suspended(self.health.why)
