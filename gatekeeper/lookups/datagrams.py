"""datagrams: questions to one name server by UDP, many at a time over one socket.

Which reply is to which question is told by a random id and by the question that it repeats; anything else that comes is
passed over, and the true reply waited for. The socket, and with it the port that a forger would have to guess, is
another one every hundred questions or few seconds (RFC 5452 §9.2). Fails with `OSError` where nobody is at the address;
who waits bounds the time.
"""

import asyncio
import secrets
from typing import cast

from gatekeeper.protocols.dns_wire import Query

_QUESTIONS, _SECONDS = 100, 10.0  # that one port is used for; so many replies fit into the buffer of its socket


class Datagrams:
    """To one `address`."""

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, port
        self._socket: _Socket | None = None
        self._opening = asyncio.Lock()

    async def ask(self, query: Query) -> bytes:
        """The reply."""
        asked = await self._ready()
        number, reply = asked.send(query)
        try:
            return await reply
        finally:
            asked.forget(number)

    async def _ready(self) -> "_Socket":
        if self._socket is not None and self._socket.fit():
            return self._socket
        async with self._opening:
            if self._socket is None or not self._socket.fit():
                if self._socket is not None:
                    self._socket.retire()
                loop = asyncio.get_running_loop()
                _, self._socket = await loop.create_datagram_endpoint(_Socket, remote_addr=(self._address, self._port))
            return self._socket


class _Socket(asyncio.DatagramProtocol):
    """One socket, and who waits for a reply on it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, tuple[Query, asyncio.Future[bytes]]] = {}
        self._asked, self._opened = 0, self._loop.time()
        self._retired = False

    def fit(self) -> bool:
        """It can take another question."""
        return (
            self._asked < _QUESTIONS and self._loop is asyncio.get_running_loop() and not self._transport.is_closing()
        )

    def send(self, query: Query) -> tuple[int, asyncio.Future[bytes]]:
        """Ask; the id, and what the reply will be put into."""
        number = secrets.randbits(16)
        while number in self._waiting:
            number = secrets.randbits(16)
        reply: asyncio.Future[bytes] = self._loop.create_future()
        self._waiting[number] = (query, reply)
        self._asked += 1
        self._transport.sendto(query.wire(number))
        return number, reply

    def forget(self, number: int) -> None:
        """Nobody waits for this one any more."""
        del self._waiting[number]
        if self._retired and not self._waiting:
            self._transport.close()

    def retire(self) -> None:
        """Take no more questions; close after the last reply."""
        self._retired = True
        if not self._waiting:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002  # connected: there is one alone
        waiting = self._waiting.get(int.from_bytes(data[:2], "big"))
        if waiting and waiting[0].answered_by(data) and not waiting[1].done():
            waiting[1].set_result(data)

    def error_received(self, exc: Exception) -> None:
        for _, reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(exc)
