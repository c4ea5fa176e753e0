"""session: one connection with a next hop: the client machine, a socket, and a clock.

Fails typed: `Declined` when the hop refuses the session, `Lost` when the connection or the hop's sense is gone. `Lost`
says whether the final dot had left, because only then the hop may have taken the message.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any, cast

from gatekeeper.protocols.smtp_client import SmtpClient, State
from gatekeeper.protocols.smtp_client_content import Piece, Unclean
from gatekeeper.protocols.smtp_client_delivery import Delivery
from gatekeeper.protocols.smtp_client_events import (
    Broken,
    Declined,
    Event,
    GoAhead,
    Settled,
    Step,
    Transcript,
)
from gatekeeper.values import Reply

_FAREWELL = 2.0  # seconds for the hop to say 221


class SessionDeclined(Exception):  # noqa: N818  # it says what the hop did
    """The hop does not want this session."""

    def __init__(self, step: Step, reply: Reply) -> None:
        super().__init__(f"{reply} to {step.value}")
        self.step, self.reply = step, reply


class Lost(Exception):  # noqa: N818  # it says what became of the connection
    """Closed, silent for too long, or garbled. `timed_out` tells the second from the others; `dotted`: the final dot
    had left; `invited`: the hop had said 354.
    """

    def __init__(self, why: str, *, timed_out: bool = False, invited: bool = False, dotted: bool = False) -> None:
        super().__init__(why)
        self.timed_out, self.invited, self.dotted = timed_out, invited, dotted


class Session(asyncio.Protocol):
    """`command_timeout` bounds the wait for each reply before the content, the caller's deadline (loop time) all."""

    def __init__(self, machine: SmtpClient, command_timeout: float) -> None:
        self.machine = machine
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.born = self.idle_since = asyncio.get_running_loop().time()
        self.deliveries = 0
        self.reused = False  # the pool has had it back at least once
        self._loop = asyncio.get_running_loop()
        self._timeout = command_timeout
        self._deadline = self._last_deadline = self.born + command_timeout
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writable = True

    @property
    def usable(self) -> bool:
        """Another transaction may follow."""
        return self.machine.reusable and self._waiter is None and not self.closed.done()

    # what the caller wants

    async def greet(self, deadline: float) -> None:
        """Wait until the hop has answered our EHLO. Raises `SessionDeclined` or `Lost`."""
        await self._wait(deadline)

    async def hello(self, deadline: float) -> None:
        """EHLO again: `machine.extensions` are fresh then."""
        self.machine.hello()
        await self._wait(deadline)

    async def starttls(self, context: ssl.SSLContext, name: str, deadline: float) -> None:
        """Go on in TLS. Raises `SessionDeclined`, `Lost`, or `ssl.SSLError` when the handshake fails."""
        self.machine.starttls()
        await self._wait(deadline)
        assert self._transport is not None
        secure = await self._loop.start_tls(
            self._transport,
            self,
            context,
            server_hostname=name,
            ssl_handshake_timeout=max(0.1, min(self._timeout, deadline - self._loop.time())),
        )
        if secure is None:
            raise Lost("closed in the handshake")
        self._transport = secure
        self.machine.secured()
        await self._wait(deadline)

    async def transact(
        self, delivery: Delivery, segments: Iterable[Piece], invite_by: float, deadline: float
    ) -> Transcript:
        """Send one message; its transcript. The hop has to say 354 by `invite_by`, and all by `deadline`. Raises
        `Lost`, and `Unclean` for content that must not leave.
        """
        self.machine.transact(delivery, segments)
        self.deliveries += 1
        self._last_deadline = deadline
        return cast(Transcript, await self._wait(invite_by))

    async def verify(self, delivery: Delivery, deadline: float) -> Transcript:
        """Ask for recipients without sending anything. Raises `Lost`."""
        self.machine.verify(delivery)
        return cast(Transcript, await self._wait(deadline))

    def close(self) -> None:
        """Say goodbye if the hop listens, then close."""
        self._stop_timer()
        if self._transport is None or self._transport.is_closing():
            return
        if self.usable:
            self.machine.quit()
            self._flush()
            self._timer = self._loop.call_later(_FAREWELL, self._transport.abort)
        else:
            self.abort()

    def abort(self) -> None:
        """Close without a word: a transaction in progress does not happen."""
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()

    # what the connection tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for event in self.machine.receive(data):
            self._on(event)
        if self.machine.outgoing:
            self._flush()
        if self._waiter is not None and self.machine.state is State.ENVELOPE:
            self._start_timer()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(self._lost("closed by the hop" if exc is None else type(exc).__name__))
        self._stop_timer()
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._pump()

    # inside

    def _on(self, event: Event) -> None:
        match event:
            case GoAhead():
                self._deadline = self._last_deadline
                self._start_timer()
                self._pump()
            case Settled(transcript):
                self._succeed(transcript)
            case Declined(step, reply):
                self._fail(SessionDeclined(step, reply))
            case Broken(why):
                self._fail(self._lost(why))
                self.close()
            case _:
                self._succeed(None)

    def _pump(self) -> None:
        """Send content as long as the hop takes it."""
        while self._writable and self.machine.state is State.CONTENT and self._transport is not None:
            try:
                self._transport.write(self.machine.piece())
            except Unclean as error:
                self._fail(error)
                self.abort()
                return

    def _flush(self) -> None:
        assert self._transport is not None
        self._transport.write(b"".join(self.machine.outgoing))
        self.machine.outgoing.clear()

    async def _wait(self, deadline: float) -> Any:
        """Send what the machine has to say and wait for what becomes of it."""
        if self.closed.done():
            raise Lost("closed by the hop")
        self._waiter, self._deadline = self._loop.create_future(), deadline
        if self.machine.outgoing:
            self._flush()
        self._start_timer()
        try:
            return await self._waiter
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self._waiter = None
            self._stop_timer()

    def _start_timer(self) -> None:
        self._stop_timer()
        when = self._deadline
        if self.machine.state not in (State.CONTENT, State.DOT):
            when = min(when, self._loop.time() + self._timeout)
        self._timer = self._loop.call_at(when, self._expire)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self._fail(self._lost("no reply in time", timed_out=True))
        self.abort()

    def _lost(self, why: str, *, timed_out: bool = False) -> Lost:
        return Lost(why, timed_out=timed_out, invited=self.machine.invited, dotted=self.machine.dotted)

    def _succeed(self, result: Transcript | None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(result)

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
