"""list_guard: what a list says of one kind of question (IPv4, IPv6, names), as far as it may be believed.

    a test        before anything is believed, and from time to time: the two test points of RFC 5782 §5
    a voucher     a listing is believed only when something chosen at random, asked after it, turns out not to be
                  listed, nor an address that no mail can come from, nor all that it called clear time and again; so
                  nobody is refused for a list that has begun to list everything, not even the first
    suspension    if a test fails, nothing at random is clear, far more of it is listed than it used to be, or the list
                  says that it does not answer us: then it is `Suspended`, and somebody is told
    the breaker   a list that keeps silent is left in peace, with the failure that it last had

Never raises: what is no answer is a typed failure.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_health import Health, Patience, State
from gatekeeper.lookups.name_server import Reply
from gatekeeper.lookups.steady import Steady
from gatekeeper.tables.list_zones import CLEAR, LISTED, Kind, ListZone
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Suspended

_VOUCHERS = (1, 3, 20)  # how many are asked at a time, until one is not listed
_RETURN = (8, 16)  # the same before it may return
_STEADY = 6  # that were clear time and again: if all are listed at once, the list is wrong
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
        self._steady = Steady()
        self._has_nowhere: bool | None = None
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
            listed = self._lists(answer)
            self._counted = (self._counted[0] + 1, self._counted[1] + listed)
            if listed:
                self._steady.listed(question.name)
            else:
                self._steady.clear(question.name, time.monotonic(), ttl)
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
                self._voucher = (began, await self._vouch())
        said = self._voucher[1]
        if isinstance(said, Suspended):
            self._suspend(said.why)
        return said

    async def _vouch(self) -> Answer | None:
        said, nowhere, turned = await asyncio.gather(self._at_random(_VOUCHERS), self._nowhere(), self._turned())
        return said or nowhere or turned

    async def _turned(self) -> Suspended | None:
        """All that it called clear time and again: one is asked first, and the others only if that is listed now."""
        names = self._steady.some(_STEADY, time.monotonic())
        if len(names) < _STEADY or not self._lists((await self._ask_all(names[:1]))[0]):
            return None
        others = await self._ask_all(names[1:])
        if all(map(self._lists, others)):
            return Suspended(f"it lists all of {len(names)} that it called clear time and again")
        return None

    async def _nowhere(self) -> Suspended | None:
        """An address that no mail can come from: whoever lists half of the world by mistake has it too, more often than
        not. Most lists have none of those; one that has them at its first test is left alone with it.
        """
        if self.kind is not Kind.IPV4 or self._has_nowhere:
            return None
        name = self.zone.nowhere()
        answer, _ = await self._ask(name)
        if self._has_nowhere is None and isinstance(answer, Found | Absent):
            self._has_nowhere = self._lists(answer)
            return None
        return Suspended(f"it lists {name}, where no mail can come from") if self._lists(answer) else None

    async def _at_random(self, numbers: Sequence[int]) -> Answer | None:
        """None if something is clear that was chosen at random; so many are asked at a time as `numbers` say."""
        asked, density = 0, self.health.density
        for number in numbers:
            replies = await self._ask_all([self.zone.at_random(self.kind) for _ in range(number)])
            told = [answer for answer in replies if isinstance(answer, Found | Absent)]
            if not told:
                return replies[0]
            for answer in told:
                density.add(self._lists(answer))
            if density.far_more():
                newest, before = f"{density.newest:.0%}", f"{density.share:.0%}"
                return Suspended(f"it lists {newest} of what is chosen at random, and listed {before} before")
            if not all(map(self._lists, told)):
                return None
            asked += len(told)
        return Suspended(f"of {asked} chosen at random it lists {asked}")

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
        said = await self._points()
        if said is None and "random" not in self.zone.exempt:
            said = await self._at_random(_RETURN if self.health.state is State.SUSPENDED else _VOUCHERS)
            said = said or await self._nowhere()
        return said

    async def _points(self) -> Answer | None:
        """None if the test points are as they should be."""
        points = {
            kind: f"{point[self.kind]}.{self.zone.name}"
            for kind, point in (("listed", LISTED), ("clear", CLEAR))
            if kind not in self.zone.exempt
        }
        answers = dict(zip(points, await self._ask_all([*points.values()]), strict=True))
        if refusal := next(filter(None, map(self._refusal, answers.values())), ""):
            return Suspended(refusal)
        listed, clear = answers.get("listed"), answers.get("clear")
        if isinstance(clear, Found) and self._lists(clear):
            return Suspended(f"it lists {points['clear']}, which no list may")
        if isinstance(listed, Absent) or (isinstance(listed, Found) and not self.zone.knows(listed.values)):
            return Suspended(f"it does not list its test point {points['listed']}")
        return next((a for a in answers.values() if not isinstance(a, Found | Absent)), None)

    # asking, and being out of order

    async def _ask(self, name: str) -> Reply:
        answer, ttl = await self._resolver.fetch(Dns(name))
        now = time.monotonic()
        if isinstance(answer, Found | Absent):
            self._breaker.succeeded(now)
            if refusal := self._refusal(answer):
                self._suspend(refusal)
        else:
            self._failure = answer
            if self._resolver.reachable:
                self._breaker.failed(now)
        return answer, ttl

    async def _ask_all(self, names: Sequence[str]) -> list[Answer]:
        return [answer for answer, _ in await asyncio.gather(*map(self._ask, names))]

    def _refusal(self, answer: Answer) -> str:
        record = self.zone.refusal(answer.values) if isinstance(answer, Found) else ""
        return record and f"it answers {record}, which is no listing but a refusal"

    def _lists(self, answer: Answer) -> bool:
        return isinstance(answer, Found) and self.zone.lists(answer.values)

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
