"""smtp: the proxy front. Clients speak SMTP with us; what is clean goes to its next hop before they are answered.

    Connection   smtp_connection   a socket and a clock around the server machine of `protocols`
    Session      smtp_session      event by event: what is asked, who asks
    Transaction  smtp_transaction  one message: recipients, judgement, record
    end          smtp_ending       refuse, hold, discard, send on; one reply

Belongs to one event loop. `SmtpFront` fails with OSError for a certificate that cannot be read.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from gatekeeper.config.certificate import server_context
from gatekeeper.config.schema import Smtp
from gatekeeper.fronts.body import Room
from gatekeeper.fronts.control import Control
from gatekeeper.fronts.service import Service
from gatekeeper.fronts.smtp_connection import Connection
from gatekeeper.fronts.smtp_session import Privileges, Session, Surroundings
from gatekeeper.protocols import replies
from gatekeeper.protocols.ehlo import Features
from gatekeeper.protocols.smtp_server import SmtpServer

_BACKLOG = 512
_JUST_ACCEPTED = 0.05  # seconds from the kernel's accept to our session, at most
_LEISURE = 0.8  # of the time to drain, before sessions that go on and on are ended


class SmtpFront:
    """`serve` on bound sockets, then `drain`."""

    def __init__(self, service: Service) -> None:
        settings = service.config.smtp
        self._hostname, self._limits = service.hostname, settings.limits
        self._around = Surroundings(
            service, Privileges.of(settings), Room(settings.limits.in_flight), tls_context(settings)
        )
        self._gauge = service.metrics.sessions.labels("smtp")
        self._servers: list[asyncio.Server] = []
        self._sessions: dict[asyncio.Task[None], Session] = {}
        self._draining = False

    @property
    def sessions(self) -> int:
        """How many are open."""
        return len(self._sessions)

    async def serve(self, sockets: Iterable[socket.socket]) -> None:
        """Accept connections from now on."""
        loop = asyncio.get_running_loop()
        for listening in sockets:
            self._servers.append(await loop.create_server(self._connection, sock=listening, backlog=_BACKLOG))

    async def retire(self, patience: float, told: asyncio.Event) -> None:
        """Accept no more and let sessions go on until they end, `patience` is over, or `told` is set."""
        await self._accept_no_more()
        waiting = asyncio.ensure_future(told.wait())
        await self._until_empty(asyncio.get_running_loop().time() + patience, waiting)
        waiting.cancel()

    async def drain(self, deadline: float) -> None:
        """Accept no more, and end each session with 421 as soon as it has no transaction; return when all have ended,
        or at `deadline` (loop time), when the rest is broken off.
        """
        self._draining = True
        for session in self._sessions.values():
            session.connection.draining = True
            session.connection.wake()
        await self._accept_no_more()
        await self._until_empty(deadline)
        for task in self._sessions:
            task.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)

    async def _accept_no_more(self) -> None:
        """What was accepted just before becomes a session a little later: give it the time."""
        for server in self._servers:
            server.close()
        await asyncio.sleep(_JUST_ACCEPTED)

    async def _until_empty(self, deadline: float, *enough: asyncio.Future[Any]) -> None:
        """Until no session is left, those that have only begun among them, or one of `enough` is done."""
        loop = asyncio.get_running_loop()
        while self._sessions and loop.time() < deadline and not any(future.done() for future in enough):
            patience = deadline - loop.time()
            await asyncio.wait((*self._sessions, *enough), timeout=patience, return_when=asyncio.FIRST_COMPLETED)

    def _connection(self) -> Connection:
        machine = SmtpServer(self._hostname, self._limits, Features())
        return Connection(machine, self._limits, self._made)

    def _made(self, connection: Connection) -> None:
        if len(self._sessions) >= self._limits.sessions:
            connection.machine.close(replies.BUSY)
            connection.close()
            return
        connection.draining = self._draining
        session = Session(self._around, connection)
        task = asyncio.ensure_future(session.run())
        self._sessions[task] = session
        self._gauge.inc()
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        self._gauge.dec()


def tls_context(settings: Smtp) -> ssl.SSLContext | None:
    """For STARTTLS; None without a certificate."""
    return server_context(settings.certificate, settings.key) if settings.certificate else None


def serve(service: Service, sockets: Iterable[socket.socket], ready: Callable[[], None], control: Control) -> None:
    """One worker: serve on bound sockets, say when it does, and drain when told to."""
    with suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(_serve(service, sockets, ready, control))


async def _serve(
    service: Service, sockets: Iterable[socket.socket], ready: Callable[[], None], control: Control
) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(control.fileno(), told.set)
    front, patience = SmtpFront(service), service.config.gateway.drain
    assert service.hops is not None
    service.hops.start()
    await front.serve(sockets)
    ready()
    await told.wait()
    deadline = loop.time() + patience
    if not control.soon():
        told.clear()
        await front.retire(patience * _LEISURE, told)
    loop.remove_reader(control.fileno())
    await front.drain(deadline)
    await service.hops.close()
