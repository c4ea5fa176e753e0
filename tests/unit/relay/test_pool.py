"""pool: never more connections than agreed, a bounded wait, and no session kept too long."""

import asyncio

import pytest

from gatekeeper.relay import pool as pool_module
from gatekeeper.relay.connect import NoSession
from gatekeeper.relay.deliver import Patience, deliver
from gatekeeper.relay.handover import Ending
from gatekeeper.relay.pool import Busy, Pool
from tests.servers.exchange import Exchange
from tests.servers.room import free_port

from .hopping import MESSAGE, ONE, pool_at, run, settings, soon, until


def test_a_session_given_back_is_leased_again() -> None:
    async def check(pool: Pool) -> None:
        first = await pool.lease(1, soon())
        assert not first.reused
        pool.release(first)
        again = await pool.lease(1, soon())
        assert again is first
        assert again.reused
        assert pool.size == 1
        pool.release(again)
        await pool.close()
        assert pool.size == 0

    with Exchange() as inner:
        run(check(pool_at(inner)))
        assert inner.verbs() == ["EHLO", "QUIT"]


def test_two_leases_are_two_sessions() -> None:
    async def check(pool: Pool) -> None:
        first, second = await asyncio.gather(pool.lease(1, soon()), pool.lease(1, soon()))
        assert first is not second
        pool.release(first)
        pool.release(second)
        await pool.close()

    with Exchange() as inner:
        run(check(pool_at(inner)))
        assert len(inner.sessions) == 2


def test_at_the_limit_a_lease_waits_for_a_session() -> None:
    async def check(pool: Pool) -> None:
        first = await pool.lease(1, soon())
        waiting = asyncio.ensure_future(pool.lease(5, soon()))
        await asyncio.sleep(0)
        assert pool.waits == 1
        pool.release(first)
        assert await waiting is first
        pool.release(first)
        await pool.close()

    with Exchange() as inner:
        run(check(pool_at(inner, limit=1)))
        assert len(inner.sessions) == 1


def test_the_wait_is_bounded() -> None:
    async def check(pool: Pool) -> None:
        first = await pool.lease(1, soon())
        with pytest.raises(Busy):
            await pool.lease(0.05, soon())
        pool.release(first)
        assert await pool.lease(0.05, soon()) is first

    with Exchange() as inner:
        run(check(pool_at(inner, limit=1)))


def test_who_waits_may_open_one_when_a_session_ends() -> None:
    async def check(pool: Pool) -> None:
        first = await pool.lease(1, soon())
        waiting = asyncio.ensure_future(pool.lease(5, soon()))
        await asyncio.sleep(0)
        first.abort()
        pool.release(first)
        second = await waiting
        assert second is not first
        assert pool.size == 1
        pool.release(second)
        await pool.close()

    with Exchange() as inner:
        run(check(pool_at(inner, limit=1)))


def test_who_gives_up_waiting_passes_on_what_it_got() -> None:
    async def check(pool: Pool) -> None:
        first = await pool.lease(1, soon())
        quitter = asyncio.ensure_future(pool.lease(5, soon()))
        patient = asyncio.ensure_future(pool.lease(5, soon()))
        await asyncio.sleep(0)
        pool.release(first)
        quitter.cancel()
        assert await patient is first
        pool.release(first)
        await pool.close()
        assert pool.size == 0

    with Exchange() as inner:
        run(check(pool_at(inner, limit=1)))


def test_a_failure_to_open_frees_its_place() -> None:
    async def check(pool: Pool) -> None:
        results = await asyncio.gather(*(pool.lease(5, soon()) for _ in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [NoSession] * 5
        assert pool.size == 0

    run(check(pool_at(Exchange(port=free_port()), limit=1)))


def test_a_crowd_keeps_to_the_limit_and_everybody_is_served() -> None:
    async def check(pool: Pool) -> None:
        results = await asyncio.gather(*(deliver(pool, ONE, [MESSAGE], Patience(20, 20)) for _ in range(100)))
        assert all(handover.ending is Ending.DELIVERED for handovers in results for handover in handovers)
        await pool.close()

    with Exchange() as inner:
        run(check(pool_at(inner, limit=15)))
        assert inner.peak <= 15
        assert len(inner.messages) == 100


def test_when_all_stay_busy_the_rest_is_told_to_come_back() -> None:
    async def check(pool: Pool) -> None:
        results = await asyncio.gather(*(deliver(pool, ONE, [MESSAGE], Patience(0.1, 10)) for _ in range(3)))
        told = sorted((handovers[0].ending.value, handovers[0].reply.status) for handovers in results)
        assert told == [("delivered", "2.6.0"), ("unreachable", "4.3.2"), ("unreachable", "4.3.2")]

    with Exchange(delays={"dot": 0.5}) as inner:
        run(check(pool_at(inner, limit=1)))


def test_the_21st_connection_is_turned_away_and_told_as_such() -> None:
    async def check(pool: Pool) -> None:
        sessions = [await pool.lease(1, soon()) for _ in range(20)]
        [handover] = await deliver(pool, ONE, [MESSAGE], Patience(1, 5))
        assert (handover.ending, handover.reply.code, handover.reply.status) == (Ending.UNREACHABLE, 451, "4.3.2")
        assert pool.size == 20
        pool.release(sessions[0])
        [handover] = await deliver(pool, ONE, [MESSAGE], Patience(1, 5))
        assert handover.ending is Ending.DELIVERED

    with Exchange() as inner:
        run(check(pool_at(inner, limit=30)))
        assert inner.turned_away == 1


# wear


def test_an_idle_session_is_ended() -> None:
    async def check(pool: Pool) -> None:
        pool.release(await pool.lease(1, soon()))
        await until(lambda: pool.size == 0)

    with Exchange() as inner:
        run(check(pool_at(inner, relay=settings(idle=0.05))))
        assert inner.verbs() == ["EHLO", "QUIT"]


def test_a_session_carries_so_many_messages() -> None:
    async def check(pool: Pool) -> None:
        for _ in range(5):
            await deliver(pool, ONE, [MESSAGE], Patience(5, 5))
        await pool.close()

    with Exchange() as inner:
        run(check(pool_at(inner, relay=settings(messages=2))))
        assert len({message.session for message in inner.messages}) == 3


def test_an_old_session_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(pool: Pool) -> None:
        session = await pool.lease(1, soon())
        monkeypatch.setattr(pool_module, "_OLDEST", -1.0)
        pool.release(session)
        await until(lambda: pool.size == 0)

    with Exchange() as inner:
        run(check(pool_at(inner)))


def test_a_session_the_hop_ends_leaves_the_pool() -> None:
    async def check(pool: Pool, inner: Exchange) -> None:
        pool.release(await pool.lease(1, soon()))
        inner.drop()
        await until(lambda: pool.size == 0)

    with Exchange() as inner:
        run(check(pool_at(inner), inner))


def test_the_hops_own_idle_timer_is_no_surprise() -> None:
    async def check(pool: Pool) -> None:
        pool.release(await pool.lease(1, soon()))
        await until(lambda: pool.size == 0)
        [handover] = await deliver(pool, ONE, [MESSAGE], Patience(5, 5))
        assert handover.ending is Ending.DELIVERED

    with Exchange(idle=0.05) as inner:
        run(check(pool_at(inner)))


def test_a_hop_that_never_says_goodbye_does_not_keep_us(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(pool: Pool) -> None:
        pool.release(await pool.lease(1, soon()))
        await pool.close()
        assert pool.size == 0

    monkeypatch.setattr("gatekeeper.relay.session._FAREWELL", 0.05)
    with Exchange(delays={"quit": 30.0}) as inner:
        run(check(pool_at(inner)))


def test_closing_lets_leased_sessions_finish() -> None:
    async def check(pool: Pool) -> None:
        session = await pool.lease(1, soon())
        await pool.close()
        await session.transact(ONE, [MESSAGE], soon(), soon())
        pool.release(session)
        await until(lambda: pool.size == 0)

    with Exchange() as inner:
        run(check(pool_at(inner)))
        assert len(inner.messages) == 1
