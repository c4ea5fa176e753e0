"""What is asked of a list, and what follows from each answer; without any network."""

import asyncio
from collections.abc import Callable

import pytest

from gatekeeper.lookups.density import Density
from gatekeeper.lookups.list_proofs import Proofs
from gatekeeper.tables.dns_zones import parse_zone
from gatekeeper.tables.list_zones import Kind, list_zones
from gatekeeper.values import Absent, Answer, Found, Suspended, TimedOut

LISTED, CLEAR = Found(("127.0.0.2",)), Absent()


class World:
    """Answers by `says`; remembers what was asked together."""

    def __init__(self, says: Callable[[str], Answer]) -> None:
        self.says, self.asked = says, []

    async def __call__(self, names) -> list[Answer]:
        self.asked.append(list(names))
        return [self.says(name.removesuffix(".list.test")) for name in names]


def proofs(says: Callable[[str], Answer], *exceptions: str, kind: Kind = Kind.IPV4) -> tuple[Proofs, World]:
    (zone,) = list_zones([parse_zone("list.test")], exceptions)
    world = World(says)
    return Proofs(zone, kind, Density(), world), world


def good(name: str) -> Answer:
    return LISTED if name in ("2.0.0.127", "test") else CLEAR


def test_a_list_in_order_is_asked_a_few_questions() -> None:
    for kind, number in ((Kind.IPV4, 2), (Kind.NAMES, 1)):
        of, world = proofs(good, kind=kind)
        assert asyncio.run(of.test()) is None
        world.asked.clear()
        assert asyncio.run(of.voucher()) is None
        assert sum(map(len, world.asked)) == number


def test_of_a_list_of_everything_two_dozen_are_asked_and_no_more() -> None:
    of, world = proofs(lambda name: LISTED, "list.test clear")
    said = asyncio.run(of.voucher())
    assert said == Suspended("of 24 chosen at random it lists 24")
    assert [len(names) for names in world.asked if len(names) > 1] == [3, 20]


@pytest.mark.parametrize("returning", [True, False])
def test_one_that_is_to_return_is_looked_at_more_closely(returning: bool) -> None:
    of, world = proofs(good)
    assert asyncio.run(of.test(returning)) is None
    assert max(map(len, world.asked)) == (8 if returning else 2)


def test_who_does_not_answer_is_neither_in_order_nor_suspended() -> None:
    of, _ = proofs(lambda name: TimedOut("3 s"))
    assert asyncio.run(of.test()) == TimedOut("3 s")
    assert asyncio.run(of.voucher()) == TimedOut("3 s")


def test_a_point_that_is_exempt_is_not_asked() -> None:
    of, world = proofs(good, "list.test listed clear random")
    assert asyncio.run(of.test()) is None
    assert sum(map(len, world.asked)) == 0


def test_the_density_learns_from_what_is_chosen_at_random_alone() -> None:
    of, _ = proofs(good)
    for _ in range(40):
        asyncio.run(of.voucher())
        of.learn("66.0.0.127.list.test", True, 60)
    assert of._density.asked == 16
    assert of._density.share == 0.0
