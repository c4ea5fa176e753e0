"""smtp_connection: one client's connection: the server machine, a socket, and a clock.

A session asks it for one event after the other. While the session is busy no more is read than a socket holds, and
while the client reads no reply none of its commands is obeyed. A client that is silent for too long, or takes too
long for a transaction, is told 421 4.4.2 (RFC 5321 §4.5.3.2.7). Nothing here raises for what a client does, but
`header` with ValueError and `start_tls` with OSError; then hang up.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from gatekeeper.config.schema import SmtpLimits
from gatekeeper.protocols import replies
from gatekeeper.protocols.events import Event
from gatekeeper.protocols.proxy import read_header
from gatekeeper.protocols.smtp_server import SmtpServer
from gatekeeper.protocols.state import State
from gatekeeper.values import Client

_MOST_UNREAD = 256 * 1024  # octets that may wait for a busy session
_HANDSHAKE = 30.0  # seconds for TLS
_FAREWELL = 5.0  # seconds that a client has to read the last reply


class Connection(asyncio.Protocol):
    """`made` is called once it stands. `transaction_by` bounds the transaction under way, in loop time; `draining`:
    the session shall end as soon as there is none.
    """

    def __init__(self, machine: SmtpServer, limits: SmtpLimits, made: Callable[["Connection"], None]) -> None:
        self.machine = machine
        self.transaction_by: float | None = None
        self.draining = False
        self.gone = False
        self._limits = limits
        self._made = made
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._early = bytearray()  # what comes before `begin`
        self._begun = self._ended = self._paused = self._closing = False
        self._writable = True
        self._waiter: asyncio.Future[None] | None = None
        self._clock: asyncio.TimerHandle | None = None

    # what a session asks

    @property
    def leaving(self) -> bool:
        """The client has gone, or will say no more."""
        return self.gone or self._ended

    @property
    def peer(self) -> Client:
        """Who is connected."""
        host, port = (self._transport.get_extra_info("peername") or ("", 0))[:2]
        return Client(host, "", port)

    @property
    def tls(self) -> str:
        """Version and cipher, or empty."""
        session = self._transport.get_extra_info("ssl_object")
        return f"{session.version()} with cipher {session.cipher()[0]}" if session else ""

    async def header(self) -> Client | None:
        """The client that a PROXY header names; ValueError if there is none."""
        while (found := read_header(bytes(self._early))) is None:
            if self.leaving or self.machine.closed:
                raise ValueError("no PROXY header")
            await self._wait()
        client, length = found
        del self._early[:length]
        return client

    def begin(self) -> None:
        """From now on what comes is SMTP."""
        self._begun = True
        self.machine.receive(bytes(self._early))
        self._early.clear()

    async def next_event(self) -> Event | None:
        """The next event, or None: the session is over."""
        self._heard = self._loop.time()
        while not self.gone:
            if self._writable:
                event = self.machine.next_event()
                if event is not None:
                    return event
                if self.draining and self.transaction_by is None and not self.machine.closed:
                    self.machine.close(replies.SHUTTING_DOWN)
                self.flush()
                if self.machine.closed or self._ended:
                    return None
            await self._wait()
        return None

    def flush(self) -> None:
        """Write what there is to say."""
        data = self.machine.take()
        if data and not self.gone:
            self._transport.write(data)

    async def drained(self) -> bool:
        """Wait until all that was written has left us; whether the client was there all the time."""
        while not (self._writable or self.gone):
            await self._wait()
        return not self.leaving

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Say so, shake hands, and go on in TLS. OSError if that fails."""
        self.flush()
        secure = await self._loop.start_tls(
            self._transport, self, context, server_side=True, ssl_handshake_timeout=_HANDSHAKE
        )
        if secure is None:
            raise ConnectionAbortedError
        self._use(secure)
        self.machine.secured()

    def wake(self) -> None:
        """Let a session that waits for its client look again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def close(self) -> None:
        """Say the last word and hang up. The client hangs up first, if it does soon: what it sends meanwhile would
        otherwise make the kernel break the connection, and the last word with it.
        """
        self.flush()
        if self.gone:
            return
        self._closing = True
        self._set_clock(_FAREWELL, self._transport.abort)
        if self._ended or not self._transport.can_write_eof():
            self._transport.close()
        else:
            self._transport.write_eof()
            self._transport.resume_reading()

    async def hang_up(self) -> None:
        """Close, and wait until the client has gone too."""
        self.close()
        while not self.gone:
            await self._wait()

    @property
    def _unread(self) -> int:
        return self.machine.buffered + len(self._early)

    async def _wait(self) -> None:
        """Until something has happened: bytes, an end, room to write, or the clock."""
        self._waiter = self._loop.create_future()
        if self._paused and self._unread <= _MOST_UNREAD:
            self._paused = False
            self._transport.resume_reading()  # which may bring bytes at once
        try:
            await self._waiter
        finally:
            self._waiter = None

    # what the socket tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._use(transport)
        self._set_clock(self._limits.idle, self._tick)
        self._made(self)

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        if not self._begun:
            self._early += data
        else:
            self.machine.receive(data)
            if self.machine.state is State.CONTENT:
                self._heard = self._loop.time()
        self.wake()
        if self._unread > _MOST_UNREAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._ended = True
        self.wake()
        return not (self._closing or self.machine.tls)  # half closed: it may still read what we say

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        self.gone = True
        self._set_clock(None)
        self.wake()

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self.wake()

    def _use(self, transport: asyncio.BaseTransport | None) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # "Not writable" shall mean that something is left. asyncio's TLS would take 0 for always.
        self._transport.set_write_buffer_limits(high=1, low=0)

    def _tick(self) -> None:
        """Look whether the client has been silent for too long. While we are busy it may be."""
        now, due = self._loop.time(), self._heard + self._limits.idle
        if self.transaction_by is not None:
            due = min(due, self.transaction_by)
        if self._waiter is None or now < due:
            self._set_clock(max(due - now, 0.1), self._tick)
        elif self._writable:
            self.machine.close(replies.TIMED_OUT)
            self.wake()
        else:
            self._transport.abort()

    def _set_clock(self, seconds: float | None, then: Callable[[], None] = lambda: None) -> None:
        """One alarm at a time; None for none."""
        if self._clock is not None:
            self._clock.cancel()
        self._clock = None if seconds is None else self._loop.call_later(seconds, then)
