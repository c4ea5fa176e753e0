"""A list that is in order, goes bad in every way, and comes back; asked over real sockets."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_guard import ListGuard
from gatekeeper.lookups.list_health import Patience, State
from gatekeeper.tables.dns_zones import parse_zone
from gatekeeper.tables.list_zones import Kind, list_zones
from gatekeeper.values import Absent, Answer, Dns, Failed, Found, Suspended, TimedOut
from tests.servers.dns import DnsServer, Manner

POINT = {"2.0.0.127.list.test": {"A": ["127.0.0.2"]}}
BAD = Dns("66.0.0.127.list.test")
ZONE = {**POINT, BAD.name: {"A": ["127.0.0.2"]}}
QUICK = Patience(retest=3600, pause=0.15, longest=1.0, apart=0.05, returns=3)
LISTED = Found(("127.0.0.2",))


def good(n: int) -> Dns:
    return Dns(f"{n % 250}.{n // 250}.0.10.list.test")


class Asked:
    """A guard on a server whose zone may be changed, with what it told of itself."""

    def __init__(self, server: DnsServer, *exceptions: str, entry="list.test", patience=QUICK, kind=Kind.IPV4) -> None:
        self.server, self.told = server, []
        server.ttl = 0  # every question is asked
        self.resolver = Resolver([("127.0.0.1", server.port)], 0.6)
        (zone,) = list_zones([parse_zone(entry)], exceptions)
        self.guard = ListGuard(zone, kind, self.resolver, patience, lambda g, before: self.told.append(g.health.state))

    async def __call__(self, question: Dns) -> Answer:
        return self.guard.known(question) or await self.guard.answer(question)

    async def tested(self) -> None:
        if self.guard._testing is not None:
            await self.guard._testing

    async def until(self, state: State) -> None:
        while self.guard.health.state is not state:
            await self(good(0))
            await asyncio.sleep(0.01)


def run(work: Callable[[Asked], Awaitable[object]], zone=ZONE, manner=None, *exceptions, **options):
    with DnsServer(zone, manner) as server:

        async def world():
            return await work(Asked(server, *exceptions, **options))

        return asyncio.run(world())


# before anything is believed


def test_it_is_tested_before_it_is_believed() -> None:
    async def work(ask: Asked):
        assert await ask(BAD) == LISTED
        assert await ask(good(1)) == Absent()
        names = [name for name, _, _ in ask.server.queries]
        assert names.index("2.0.0.127.list.test") < names.index(BAD.name)
        assert names.index("1.0.0.127.list.test") < names.index(BAD.name)
        assert ask.told == [State.TRUSTED]

    run(work)


@pytest.mark.parametrize(
    ("zone", "why"),
    [
        ({BAD.name: {"A": ["127.0.0.2"]}}, "does not list its test point 2.0.0.127.list.test"),
        ({**ZONE, "2.0.0.127.list.test": {"A": ["192.0.2.1"]}}, "does not list its test point"),
        ({**ZONE, "1.0.0.127.list.test": {"A": ["127.0.0.2"]}}, "lists 1.0.0.127.list.test, which no list may"),
    ],
)
def test_a_list_that_fails_its_test_is_never_believed(zone, why) -> None:
    async def work(ask: Asked):
        for _ in range(3):
            answer = await ask(BAD)
            assert isinstance(answer, Suspended)
            assert why in answer.why
        assert ask.server.asked(BAD.name) == 0
        assert ask.told == [State.SUSPENDED]

    run(work, zone)


def test_exceptions_say_what_a_list_need_not_do() -> None:
    zone = {BAD.name: {"A": ["127.0.0.2"]}, "1.0.0.127.list.test": {"A": ["127.0.0.2"]}}

    async def work(ask: Asked):
        assert await ask(BAD) == LISTED

    run(work, zone, None, "list.test listed clear")


def test_a_list_of_nearly_everything_is_believed_if_that_is_its_purpose() -> None:
    async def work(ask: Asked):
        assert await ask(good(1)) == LISTED

    run(work, ZONE, Manner.LISTED, "list.test clear random")


def test_a_list_that_only_has_other_records_of_its_test_point_passes_whatever_the_filter() -> None:
    async def work(ask: Asked):
        assert isinstance(await ask(good(1)), Absent)

    run(work, ZONE, None, entry="list.test=127.0.0.9")


def test_the_test_of_a_silent_list_ends_as_the_list_does_and_is_made_again() -> None:
    async def work(ask: Asked):
        assert isinstance(await ask(BAD), TimedOut)
        ask.server.manner = None
        assert await ask(BAD) == LISTED

    run(work, ZONE, Manner.SILENT)


@pytest.mark.parametrize("point", [True, False])
def test_ipv6_has_test_points_of_its_own(point: bool) -> None:
    nibbles = "2.0.0.0.0.0.f.7.f.f.f.f." + "0." * 20 + "list.test"
    asked = Dns("7." + "0." * 23 + "0.5.4.1.0.0.a.2.list.test")
    zone = {**ZONE, asked.name: {"A": ["127.0.0.2"]}} | ({nibbles: {"A": ["127.0.0.2"]}} if point else {})

    async def work(ask: Asked):
        answer = await ask(asked)
        assert answer == LISTED if point else isinstance(answer, Suspended)

    run(work, zone, kind=Kind.IPV6)


# a list goes bad


@pytest.mark.parametrize("manner", [Manner.LISTED, Manner.BLOCKED, Manner.PARKED])
def test_not_one_listing_comes_from_a_list_that_went_bad_and_it_is_suspended_and_returns(manner: Manner) -> None:
    async def work(ask: Asked):
        assert await ask(BAD) == LISTED
        ask.server.manner = manner
        before = len(ask.server.queries)
        answers = [await ask(good(n)) for n in range(30)]
        assert not [a for a in answers if isinstance(a, Found) and ask.guard.zone.lists(a.values)]
        await ask.tested()
        assert isinstance(await ask(good(99)), Suspended)
        assert len(ask.server.queries) - before < 80
        ask.server.manner = None
        await ask.until(State.TRUSTED)
        assert await ask(BAD) == LISTED
        assert ask.told == [State.TRUSTED, State.SUSPENDED, State.TRUSTED]

    run(work)


class Half(dict):
    """The addresses 64.0.0.0 to 127.255.255.255 by mistake, but for the test point that a resolver remembers."""

    def get(self, name, default=None):
        first = name.removesuffix(".list.test").rpartition(".")[2]
        mistaken = first.isdigit() and 64 <= int(first) < 128 and name != "1.0.0.127.list.test"
        return {"A": ["127.0.0.2"]} if mistaken else dict.get(self, name, default or {})


def test_a_list_that_lists_a_part_of_the_world_and_loopback_with_it_is_found_out_at_once() -> None:
    async def work(ask: Asked):
        assert await ask(BAD) == LISTED
        ask.server.zone = Half(ZONE)
        answers = [await ask(Dns(f"{n}.1.1.99.list.test")) for n in range(10)]
        assert {type(answer) for answer in answers} == {Suspended}
        assert "where no mail can come from" in answers[0].why

    run(work, patience=Patience(pause=60))


@pytest.mark.parametrize(("turned", "state"), [(8, State.SUSPENDED), (4, State.TRUSTED)])
def test_a_list_that_turns_on_regular_correspondents_is_found_out_at_once(turned: int, state: State) -> None:
    """It has them all from one moment to the next, and nothing else; or some of them, as it happens."""
    regular = [good(n) for n in range(8)]

    async def work(ask: Asked):
        for question in regular * 3:
            assert await ask(question) == Absent()
        ask.server.zone = {**ZONE, **{question.name: {"A": ["127.0.0.2"]} for question in regular[:turned]}}
        for question in regular[:turned] if state is State.SUSPENDED else [BAD]:
            answer = await ask(question)
            assert isinstance(answer, Suspended) if state is State.SUSPENDED else answer == LISTED
        assert ask.guard.health.state is state
        assert ("called clear time and again" in ask.guard.health.why) is (state is State.SUSPENDED)

    run(work, patience=Patience(pause=60))


def test_a_list_that_always_had_loopback_may_keep_it() -> None:
    async def work(ask: Asked):
        ask.server.zone = Half(ZONE)
        for n in range(5):
            assert await ask(Dns(f"{n}.1.1.99.list.test")) == LISTED

    run(work)


def test_many_at_once_share_what_vouches_for_them_and_none_is_believed_that_came_before() -> None:
    async def work(ask: Asked):
        await ask(good(1))
        zone = {good(n).name: {"A": ["127.0.0.2"]} for n in range(40)}
        ask.server.zone.update(zone)
        before = len(ask.server.queries)
        assert set(await asyncio.gather(*(ask(good(n)) for n in range(40)))) == {LISTED}
        assert len(ask.server.queries) - before < 90, "one voucher serves all that came before it was asked"
        ask.server.manner = Manner.LISTED
        answers = await asyncio.gather(*(ask(Dns(f"{n}.9.9.9.list.test")) for n in range(40)))
        assert {type(answer) for answer in answers} == {Suspended}

    run(work)


def test_what_is_remembered_of_a_suspended_list_does_not_count_either() -> None:
    async def work(ask: Asked):
        ask.server.ttl = 60
        assert await ask(BAD) == LISTED
        assert ask.guard.known(BAD) == LISTED
        ask.server.manner = Manner.BLOCKED
        assert isinstance(await ask(good(1)), Suspended)
        assert isinstance(ask.guard.known(BAD), Suspended)
        assert ask.resolver.known(BAD) is None

    run(work, patience=Patience(pause=60))


def test_resolvers_remember_what_was_said_in_a_bad_time_so_it_stays_away_for_that_long() -> None:
    async def work(ask: Asked):
        await ask(good(1))
        ask.server.ttl, ask.server.manner = 900, Manner.LISTED
        assert isinstance(await ask(good(2)), Suspended)
        now = asyncio.get_running_loop().time()
        assert ask.guard.health.until is not None
        assert 890 < ask.guard.health.until - now < 910

    run(work)


def test_a_list_that_lists_far_more_than_it_did_is_suspended_within_a_few_dozen_answers() -> None:
    async def work(ask: Asked):
        await ask(good(1))
        ask.guard.health.density.asked, ask.guard.health.density.listed = 500, 5
        listed = iter(range(10_000))

        class Most(dict):
            def get(self, name, default=None):
                loopback = name.endswith(".127.list.test")
                return (
                    {"A": ["127.0.0.2"]} if not loopback and next(listed) % 5 else dict.get(self, name, default or {})
                )

        ask.server.zone = Most(ZONE)
        for n in range(60):
            if isinstance(await ask(good(n)), Suspended):
                break
        assert ask.guard.health.state is State.SUSPENDED
        assert "of what is chosen at random, and listed 1% before" in ask.guard.health.why
        assert n < 30

    run(work, patience=Patience(pause=60))


def test_a_list_that_comes_and_goes_stays_away_longer_each_time() -> None:
    async def work(ask: Asked):
        await ask(good(1))
        pauses = []
        for _ in range(3):
            ask.server.manner = Manner.LISTED
            await ask(good(2))
            pauses.append(ask.guard.health.until - asyncio.get_running_loop().time())
            ask.server.manner = None
            await ask.until(State.TRUSTED)
        assert pauses[0] < pauses[1] < pauses[2]

    run(work)


def test_while_it_is_suspended_only_tests_are_asked() -> None:
    async def work(ask: Asked):
        ask.server.manner = Manner.LISTED
        for n in range(50):
            assert isinstance(await ask(good(n)), Suspended)
            await asyncio.sleep(0.01)
        assert not [name for name, _, _ in ask.server.queries if name == good(7).name]

    run(work)


# a list keeps silent


def test_a_silent_list_is_left_in_peace_and_answers_at_once_as_it_did(monkeypatch) -> None:
    async def work(ask: Asked):
        await ask(good(0))
        ask.server.manners["list.test"] = Manner.SILENT
        ask.resolver.timeout = 0.2
        answers = await asyncio.gather(*(ask(good(n)) for n in range(1, 8)))
        assert {type(answer) for answer in answers} == {TimedOut}
        asked = len(ask.server.queries)
        for n in range(8, 60):
            assert isinstance(await ask(good(n)), TimedOut)
        assert len(ask.server.queries) == asked
        del ask.server.manners["list.test"]
        ask.guard._breaker._until = 0.0
        while isinstance(await ask(good(7)), TimedOut):
            pass
        assert await ask(BAD) == LISTED

    run(work)


def test_without_a_voucher_in_time_there_is_no_listing() -> None:
    """The list answers for one name, and is silent for all others."""

    async def work(ask: Asked):
        await ask(good(0))
        ask.resolver.timeout = 0.2
        ask.server.manner = Manner.SILENT
        ask.server.manners[BAD.name] = Manner.LISTED
        assert isinstance(await ask(BAD), TimedOut)

    run(work)


def test_a_broken_list_is_no_outage_of_the_name_server() -> None:
    async def work(ask: Asked):
        await ask(good(0))
        ask.server.manners["list.test"] = Manner.SERVFAIL
        for n in range(20):
            assert isinstance(await ask(good(n)), Failed)
        assert ask.resolver.reachable

    run(work)
