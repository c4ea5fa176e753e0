"""scand: the front that stands where spamd stood. `spamc` asks; one request a connection, one answer, the end.

    session   scand_session   what is asked about the message, judged, recorded
    words     protocols/spamd

Belongs to one event loop. Each connection is bounded in bytes and in time, and so are all together; who is too slow or
sends too much is told so. A client may have said its last word before it is answered, as spamc has. Nothing that a
client does raises here.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

from gatekeeper.fronts.body import Room
from gatekeeper.fronts.control import Control
from gatekeeper.fronts.scand_session import Teach, answer
from gatekeeper.fronts.service import Service
from gatekeeper.protocols.spamd import Code, Receiver, SpamdError
from gatekeeper.values import Client, Label

_PIECE = 65_536
_FAREWELL = 5.0  # seconds that a client has to read the last word
_BACKLOG = 512
_JUST_ACCEPTED = 0.05  # seconds from the kernel's accept to our session, at most
_LEISURE = 0.8  # of the time to drain, before who is connected and says nothing is sent away

_log = logging.getLogger(__name__)


class ScandFront:
    """`serve` on bound sockets, then `retire` if others take over, then `drain`. Without `teach` nobody may TELL."""

    def __init__(self, service: Service, teach: Teach | None = None) -> None:
        self._service, self._teach = service, teach
        self._telling = asyncio.Lock()  # who teaches may wait long for others, and in one thread at a time
        self._limits = service.config.scand.limits
        self._room = Room(self._limits.in_flight)
        self._gauge = service.metrics.sessions.labels("scand")
        self._servers: list[asyncio.Server] = []
        self._sessions: dict[asyncio.Task[None], bool] = {}  # whether it has said anything
        self._draining = False

    async def serve(self, sockets: Iterable[socket.socket]) -> None:
        """Accept connections from now on."""
        for listening in sockets:
            self._servers.append(await asyncio.start_server(self._session, sock=listening, backlog=_BACKLOG))

    async def retire(self, patience: float, told: asyncio.Event) -> None:
        """Accept no more, and let all go on who are connected until they end, `patience` is over, or `told` is set."""
        await self._accept_no_more()
        loop, waiting = asyncio.get_running_loop(), asyncio.ensure_future(told.wait())
        end = loop.time() + patience
        while self._sessions and not told.is_set() and (left := end - loop.time()) > 0:
            await asyncio.wait((*self._sessions, waiting), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def drain(self, patience: float) -> None:
        """Accept no more; return when who has begun to ask has been answered, or after `patience` seconds."""
        self._draining = True
        await self._accept_no_more()
        for task, heard in self._sessions.items():
            if not heard:
                task.cancel()
        if self._sessions:
            _, late = await asyncio.wait(self._sessions, timeout=patience)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _accept_no_more(self) -> None:
        """What was accepted just before becomes a session a little later: give it the time."""
        for server in self._servers:
            server.close()
        await asyncio.sleep(_JUST_ACCEPTED)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions[task] = False
        self._gauge.inc()
        try:
            await self._say(reader, writer, await self._reply(reader, writer))
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            _log.info("a session of spamc was broken off: %s", error or type(error).__name__)
            writer.transport.abort()
        finally:
            del self._sessions[task]
            self._gauge.dec()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """What the client is told, whatever it asks."""
        receiver = Receiver(self._limits.size)
        held = [0]
        if len(self._sessions) > self._limits.sessions:
            return SpamdError(Code.TEMPFAIL, "too many sessions").reply()
        try:
            async with asyncio.timeout(self._limits.request):
                await self._receive(reader, receiver, held)
            raw = await asyncio.to_thread(receiver.message)
            self._take(len(raw), held)
            assert receiver.request is not None
            teaching = self._told if self._teach else None
            return await answer(self._service, teaching, receiver.request, raw, _peer(writer))
        except TimeoutError:
            return SpamdError(Code.TIMEOUT, f"no whole request in {self._limits.request:g} seconds").reply()
        except SpamdError as error:
            reply = error.reply()
            _log.info("a request of spamc failed: %s", reply.decode().strip())
            return reply
        finally:
            self._room.used -= held[0]

    async def _told(self, raw: bytes, label: Label | None, user: str) -> bool:
        assert self._teach is not None
        async with self._telling:
            return await asyncio.to_thread(self._teach, raw, label, user)

    async def _receive(self, reader: asyncio.StreamReader, receiver: Receiver, held: list[int]) -> None:
        """Until the request is whole. `held` counts what it takes of the room."""
        task = asyncio.current_task()
        assert task is not None
        while not receiver.complete:
            piece = await reader.read(_PIECE)
            if not piece:
                receiver.end()
                return
            self._sessions[task] = True
            self._take(len(piece), held)
            receiver.receive(piece)

    def _take(self, octets: int, held: list[int]) -> None:
        """So many more of the room."""
        if not self._room.has(octets):
            raise SpamdError(Code.TEMPFAIL, "too much mail in flight")
        self._room.used += octets
        held[0] += octets

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: bytes) -> None:
        """Say it and hang up; the client first, if it does soon: what it still sends would make the kernel break the
        connection, and the reply with it.
        """
        async with asyncio.timeout(self._limits.request):
            writer.write(reply)
            await writer.drain()
            writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self._draining else _FAREWELL):
                while await reader.read(_PIECE):
                    pass
        writer.close()
        await writer.wait_closed()


def _peer(writer: asyncio.StreamWriter) -> Client:
    """Who is connected; nobody that has an address on a unix socket."""
    name = writer.get_extra_info("peername")
    return Client(name[0], "", name[1]) if isinstance(name, tuple) else Client()


def serve(
    service: Service,
    teach: Teach | None,
    sockets: Iterable[socket.socket],
    ready: Callable[[], None],
    control: Control,
) -> None:
    """One worker: serve on bound sockets, say when it does, and drain when told to."""
    with suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(_serve(ScandFront(service, teach), service.config.gateway.drain, sockets, ready, control))


async def _serve(
    front: ScandFront, patience: float, sockets: Iterable[socket.socket], ready: Callable[[], None], control: Control
) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(control.fileno(), told.set)
    await front.serve(sockets)
    ready()
    await told.wait()
    deadline = loop.time() + patience
    if not control.soon():  # others serve already: who is connected need not hurry
        told.clear()
        await front.retire(patience * _LEISURE, told)
    loop.remove_reader(control.fileno())
    await front.drain(max(deadline - loop.time(), 0.0))
