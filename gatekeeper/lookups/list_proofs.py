"""list_proofs: what a list has to show before it is believed.

    a test       the two test points of RFC 5782 §5, and what follows
    a voucher    something chosen at random is not listed; nor is an address that no mail can come from, nor are all
                 those at once that the list called clear time and again (`steady`)

All that is asked here is new to every cache, or has run out there, but for the test points. What is said is None if the
list is in order, `Suspended` with what is wrong, or the failure of whoever did not answer. Never raises.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from gatekeeper.lookups.density import Density
from gatekeeper.lookups.steady import Steady
from gatekeeper.tables.list_zones import CLEAR, LISTED, Kind, ListZone
from gatekeeper.values import Absent, Answer, Found, Suspended

_VOUCHERS = (1, 3, 20)  # how many are asked at a time, until one is not listed
_RETURN = (8, 16)  # the same before it may return
_STEADY = 6  # that were clear time and again: if all are listed at once, the list is wrong

Ask = Callable[[Sequence[str]], Awaitable[list[Answer]]]


class Proofs:
    """Of one list and one kind of question. `density` is how much of what is chosen at random it lists; `ask` puts
    questions to the list, whatever is remembered.
    """

    def __init__(self, zone: ListZone, kind: Kind, density: Density, ask: Ask) -> None:
        self._zone, self._kind, self._density, self._ask = zone, kind, density, ask
        self._steady = Steady()
        self._has_nowhere: bool | None = None

    def learn(self, name: str, listed: bool, ttl: float) -> None:
        """What the list said of `name`, and was believed."""
        if listed:
            self._steady.listed(name)
        else:
            self._steady.clear(name, time.monotonic(), ttl)

    async def voucher(self) -> Answer | None:
        """None if a listing can be believed now; else what stands in its place."""
        said, nowhere, turned = await asyncio.gather(self._at_random(_VOUCHERS), self._nowhere(), self._turned())
        return said or nowhere or turned

    async def _turned(self) -> Suspended | None:
        """All that it called clear time and again: one is asked first, and the others only if that is listed now."""
        names = self._steady.some(_STEADY, time.monotonic())
        if len(names) < _STEADY or not self._listed((await self._ask(names[:1]))[0]):
            return None
        others = await self._ask(names[1:])
        if all(map(self._listed, others)):
            return Suspended(f"it lists all of {len(names)} that it called clear time and again")
        return None

    async def _nowhere(self) -> Suspended | None:
        """An address that no mail can come from: whoever lists half of the world by mistake has it too, more often than
        not. Most lists have none of those; one that has them at its first test is left alone with it.
        """
        if self._kind is not Kind.IPV4 or self._has_nowhere:
            return None
        name = self._zone.nowhere()
        (answer,) = await self._ask([name])
        if self._has_nowhere is None and isinstance(answer, Found | Absent):
            self._has_nowhere = self._listed(answer)
            return None
        return Suspended(f"it lists {name}, where no mail can come from") if self._listed(answer) else None

    async def _at_random(self, numbers: Sequence[int]) -> Answer | None:
        """None if something is clear that was chosen at random; so many are asked at a time as `numbers` say."""
        asked, density = 0, self._density
        for number in numbers:
            replies = await self._ask([self._zone.at_random(self._kind) for _ in range(number)])
            told = [answer for answer in replies if isinstance(answer, Found | Absent)]
            if not told:
                return replies[0]
            for answer in told:
                density.add(self._listed(answer))
            if density.far_more():
                newest, before = f"{density.newest:.0%}", f"{density.share:.0%}"
                return Suspended(f"it lists {newest} of what is chosen at random, and listed {before} before")
            if not all(map(self._listed, told)):
                return None
            asked += len(told)
        return Suspended(f"of {asked} chosen at random it lists {asked}")

    async def test(self, returning: bool = False) -> Answer | None:
        """None if the list is in order. One that is to return is looked at more closely."""
        said = await self._points()
        if said is None and "random" not in self._zone.exempt:
            said = await self._at_random(_RETURN if returning else _VOUCHERS)
            said = said or await self._nowhere()
        return said

    async def _points(self) -> Answer | None:
        """None if the test points are as they should be."""
        points = {
            kind: f"{point[self._kind]}.{self._zone.name}"
            for kind, point in (("listed", LISTED), ("clear", CLEAR))
            if kind not in self._zone.exempt
        }
        answers = dict(zip(points, await self._ask([*points.values()]), strict=True))
        if refusal := next(filter(None, (refusal_in(self._zone, answer) for answer in answers.values())), ""):
            return Suspended(refusal)
        listed, clear = answers.get("listed"), answers.get("clear")
        if isinstance(clear, Found) and self._listed(clear):
            return Suspended(f"it lists {points['clear']}, which no list may")
        if isinstance(listed, Absent) or (isinstance(listed, Found) and not self._zone.knows(listed.values)):
            return Suspended(f"it does not list its test point {points['listed']}")
        return next((a for a in answers.values() if not isinstance(a, Found | Absent)), None)

    def _listed(self, answer: Answer) -> bool:
        return is_listed(self._zone, answer)


def is_listed(zone: ListZone, answer: Answer) -> bool:
    """It is a listing that counts."""
    return isinstance(answer, Found) and zone.lists(answer.values)


def refusal_in(zone: ListZone, answer: Answer) -> str:
    """For people: that the list says that it does not answer us; empty if it does not say so."""
    record = zone.refusal(answer.values) if isinstance(answer, Found) else ""
    return record and f"it answers {record}, which is no listing but a refusal"
