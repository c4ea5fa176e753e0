"""pool: the sessions with one next hop: no more than a number of them, kept a while, leased one delivery at a time.

Exchange allows 20 connections from one address and ends idle and long ones, so sessions are few and short-lived here.
Fails with `Busy` when none comes free in time, and with whatever opening a session raises.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from gatekeeper.relay.session import Session

_OLDEST = 300.0  # seconds of a session; Exchange ends them after ten minutes, in whatever they are

Open = Callable[[float], Awaitable[Session]]
"""Open a session by a deadline in loop time."""


class Busy(Exception):  # noqa: N818  # it says how the pool is
    """Every session is in use."""


class Pool:
    """At most `limit` connections are open at once, those being opened or closed among them. `idle` seconds without use
    and `messages` deliveries end a session. `waits` counts the leases that had to queue. `turns` is for those who take
    sessions by the side, callouts, and must leave some to mail.
    """

    def __init__(self, open_session: Open, limit: int, idle: float, messages: int) -> None:
        self.size = 0
        self.waits = 0
        self.turns = asyncio.Semaphore(max(1, limit // 3))
        self._open, self._limit, self._keep, self._messages = open_session, limit, idle, messages
        self._idle: list[Session] = []  # the last used at the end
        self._waiting: deque[asyncio.Future[Session | None]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None
        self._closing = False

    async def lease(self, patience: float, deadline: float, *, fresh: bool = False) -> Session:
        """A session nobody else uses, to be given back by `release`. Queues for `patience` seconds, opens by
        `deadline`. With `fresh` idle ones are let go first: where one was stale, so are the others.
        """
        if fresh:
            self._drop_idle()
        while self._idle:
            session = self._idle.pop()
            if session.usable:
                return session
            session.abort()
        if self.size < self._limit:
            self.size += 1
            return await self._opened(deadline)
        handed = await self._queue(patience)
        if handed is None:
            return await self._opened(deadline)
        return handed if handed.usable else await self.lease(patience, deadline)

    def release(self, session: Session) -> None:
        """Take it back: for the next who waits, or to keep, or to close."""
        if self._closing or not session.usable or self._worn(session):
            session.close()
            return
        session.reused = True
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(session)
                return
        session.idle_since = asyncio.get_running_loop().time()
        self._idle.append(session)
        self._watch()

    async def close(self) -> None:
        """Say goodbye on idle sessions, and on leased ones when they come back."""
        self._closing = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        leaving = [session.closed for session in self._idle]
        self._drop_idle()
        if leaving:
            await asyncio.wait(leaving)

    # slots: one for each connection; handed on when it is gone

    async def _queue(self, patience: float) -> Session | None:
        """A session, or None with the right to open one."""
        self.waits += 1
        waiter: asyncio.Future[Session | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(patience):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                self._pass_on(waiter.result())
            elif waiter in self._waiting:
                self._waiting.remove(waiter)
            if isinstance(error, TimeoutError):
                raise Busy("no session came free in time") from None
            raise

    async def _opened(self, deadline: float) -> Session:
        """A new session, in a slot that is taken already."""
        try:
            session = await self._open(deadline)
        except BaseException:
            self._free_slot()
            raise
        session.closed.add_done_callback(lambda _: self._gone(session))
        return session

    def _pass_on(self, session: Session | None) -> None:
        if session is None:
            self._free_slot()
        else:
            self.release(session)

    def _gone(self, session: Session) -> None:
        if session in self._idle:
            self._idle.remove(session)
        self._free_slot()

    def _free_slot(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self.size -= 1

    # wear

    def _worn(self, session: Session) -> bool:
        too_old = asyncio.get_running_loop().time() - session.born > _OLDEST
        return too_old or session.deliveries >= self._messages

    def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    def _watch(self) -> None:
        if self._sweeper is None and self._idle:
            loop = asyncio.get_running_loop()
            self._sweeper = loop.call_at(self._idle[0].idle_since + self._keep, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        now = asyncio.get_running_loop().time()
        expired = [session for session in self._idle if session.idle_since + self._keep <= now]
        self._idle = [session for session in self._idle if session.idle_since + self._keep > now]
        for session in expired:
            session.close()
        self._watch()
