"""probe: we offer what every hop takes, and nothing before each has told."""

from contextlib import ExitStack

from gatekeeper.protocols.capabilities import Capabilities
from tests.servers.exchange import EXTENSIONS, Exchange
from tests.servers.room import free_port

from .hopping import MESSAGE, ONE, hop_at, hops_for, run, until

NOTHING = Capabilities()


def servers(stack: ExitStack, *options: dict[str, object]) -> list[Exchange]:
    return [stack.enter_context(Exchange(**each)) for each in options]


def test_nothing_is_offered_before_the_first_answer() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            assert hops.capabilities() == NOTHING
            hops.start()
            assert hops.capabilities() == NOTHING
            await until(lambda: hops.capabilities() != NOTHING)
            assert hops.capabilities() == Capabilities(True, True, True, 1000)

    with Exchange(size=1000) as inner:
        run(check(inner))


def test_the_intersection_and_the_smaller_size() -> None:
    async def check(inners: list[Exchange]) -> None:
        async with hops_for(*map(hop_at, inners)) as hops:
            hops.start()
            await until(lambda: hops.capabilities() != NOTHING)
            assert hops.capabilities() == Capabilities(eightbit=True, smtputf8=False, dsn=True, size=500)

    with ExitStack() as stack:
        run(check(servers(stack, {"size": 1000, "extensions": set(EXTENSIONS) - {"SMTPUTF8"}}, {"size": 500})))


def test_a_hop_that_was_never_reached_keeps_us_from_offering() -> None:
    async def check(inner: Exchange) -> None:
        down = Exchange(port=free_port())
        async with hops_for(hop_at(inner), hop_at(down)) as hops:
            hops.start()
            await until(lambda: hops.counts().failures and hops.counts().opened)
            assert hops.capabilities() == NOTHING

    with Exchange() as inner:
        run(check(inner))


def test_a_change_is_learnt_at_the_next_probe_even_in_an_old_session() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner), probe=0.05) as hops:
            hops.start()
            await until(lambda: hops.capabilities().smtputf8)
            inner.behaviour.extensions.discard("SMTPUTF8")
            await until(lambda: not hops.capabilities().smtputf8)
            assert hops.capabilities().eightbit

    with Exchange() as inner:
        run(check(inner))
        assert len(inner.sessions) == 1


def test_a_hop_that_is_gone_keeps_its_last_word() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner), probe=0.05) as hops:
            hops.start()
            await until(lambda: hops.capabilities().eightbit)
            inner.stop()
            await until(lambda: hops.counts().failures >= 2)
            assert hops.capabilities().eightbit

    with Exchange() as inner:
        run(check(inner))


def test_every_session_teaches() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner)) as hops:
            await hops.deliver(hop_at(inner), ONE, [MESSAGE])
            assert hops.capabilities().dsn

    with Exchange() as inner:
        run(check(inner))


def test_a_hop_made_up_from_a_domain_binds_us_once_it_is_known() -> None:
    async def check(inners: list[Exchange]) -> None:
        fixed, dynamic = map(hop_at, inners)
        async with hops_for(fixed) as hops:
            await hops.deliver(fixed, ONE, [MESSAGE])
            assert hops.capabilities().smtputf8
            await hops.deliver(dynamic, ONE, [MESSAGE])
            assert not hops.capabilities().smtputf8

    with ExitStack() as stack:
        run(check(servers(stack, {}, {"extensions": {"8BITMIME", "PIPELINING"}})))


def test_the_probe_keeps_to_the_limit() -> None:
    async def check(inner: Exchange) -> None:
        async with hops_for(hop_at(inner), connections=1, probe=0.01) as hops:
            hops.start()
            for _ in range(20):
                [handover] = await hops.deliver(hop_at(inner), ONE, [MESSAGE])
                assert handover.ending.value == "delivered"

    with Exchange() as inner:
        run(check(inner))
        assert inner.peak == 1
