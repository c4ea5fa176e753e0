"""clamd_engine: one ClamAV daemon: a connection for each command, and what came back over it.

Fails with `OSError` for who cannot be reached, and with `TimeoutError` for who does not accept, or does not answer, in
time. Whatever else comes back is a reply, to be judged by `protocols.clamd`. An engine may reply before it has read
everything, and then close: so its reply is read while data are still on their way.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.config.addresses import ClamdSocket
from gatekeeper.protocols import clamd
from gatekeeper.values import Answer, Octets

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until it must have accepted a connection, and until the whole reply must have come."""

    connect: float = 3.0
    reply: float = 10.0


async def scan(place: ClamdSocket, data: Octets, patience: Patience) -> Answer:
    """What the engine says of `data`."""
    return clamd.answer_of(await _converse(place, clamd.instream(data), patience))


async def version(place: ClamdSocket, patience: Patience) -> str:
    """Its program and signatures; empty if it does not say."""
    return clamd.version_of(await _converse(place, [clamd.VERSION], patience))


def told(error: OSError) -> str:
    """What went wrong, without the address, which asyncio adds in some cases."""
    return os.strerror(error.errno) if error.errno else str(error)


async def _converse(place: ClamdSocket, pieces: Iterable[bytes], patience: Patience) -> bytes:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(patience.reply):
        with await _connected(place, patience.connect) as stream:
            sending = loop.create_task(_send(stream, pieces))
            try:
                return await _received(stream)
            finally:
                sending.cancel()
                await asyncio.wait([sending])


async def _connected(place: ClamdSocket, seconds: float) -> socket.socket:
    family = socket.AF_UNIX if place.path else socket.AF_INET6 if ":" in place.host else socket.AF_INET
    stream = socket.socket(family, socket.SOCK_STREAM)
    try:
        stream.setblocking(False)
        if not place.path:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(stream, place.path or (place.host, place.port))
    except BaseException:
        stream.close()
        raise
    return stream


async def _send(stream: socket.socket, pieces: Iterable[bytes]) -> None:
    """Send all, unless the other side closes, or (`ValueError`) the message is no longer there."""
    try:
        for piece in pieces:
            await asyncio.get_running_loop().sock_sendall(stream, piece)
    except OSError:
        pass  # what it said before is still to be read
    except ValueError:
        stream.shutdown(socket.SHUT_RDWR)


async def _received(stream: socket.socket) -> bytes:
    """All until the end of the connection, or until it is too much for a reply."""
    reply = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while len(reply) < clamd.LONGEST_REPLY:
            chunk = await asyncio.get_running_loop().sock_recv(stream, _CHUNK)
            if not chunk:
                break
            reply += chunk
    return bytes(reply)
