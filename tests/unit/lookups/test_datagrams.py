import asyncio
from collections.abc import Callable

import pytest

from gatekeeper.lookups import datagrams as module
from gatekeeper.lookups.datagrams import Datagrams
from gatekeeper.protocols.dns_wire import Query, query
from tests.servers.room import free_port


class Server(asyncio.DatagramProtocol):
    """Answers with what `replies` makes of a query, all of them; remembers the ports it was asked from."""

    def __init__(self, replies: Callable[[bytes], list[bytes]]) -> None:
        self.replies, self.ports, self.ids = replies, [], []

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr) -> None:
        self.ports.append(addr[1])
        self.ids.append(data[:2])
        for reply in self.replies(data):
            self.transport.sendto(reply, addr)


def response(data: bytes) -> bytes:
    """The same with the flag of a response."""
    return data[:2] + b"\x81" + data[3:]


def run(replies, work) -> Server:
    async def world() -> Server:
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(lambda: Server(replies), ("127.0.0.1", 0))
        asked = Datagrams("127.0.0.1", transport.get_extra_info("sockname")[1])
        async with asyncio.timeout(20):
            await work(asked)
        transport.close()
        return server

    return asyncio.run(world())


def of(n: int) -> Query:
    return query(f"{n}.example", "A")


def test_many_at_once_each_get_their_own_reply() -> None:
    async def work(asked: Datagrams) -> None:
        replies = await asyncio.gather(*(asked.ask(of(n)) for n in range(500)))
        assert all(of(n).answered_by(reply) for n, reply in enumerate(replies))

    server = run(lambda data: [response(data)], work)
    assert 5 <= len(set(server.ports)) <= 10, "not one port for all, nor one for each"
    assert len(set(server.ids)) > 450


def test_what_is_no_reply_to_the_question_is_passed_over() -> None:
    def lies(data: bytes) -> list[bytes]:
        other = bytes([data[0] ^ 1]) + response(data)[1:]
        elsewhere = response(of(9).wire(int.from_bytes(data[:2], "big")))
        return [b"", b"\xff" * 7, data, other, elsewhere, response(data), response(data)]

    async def work(asked: Datagrams) -> None:
        for _ in range(3):
            assert of(1).answered_by(await asked.ask(of(1)))

    run(lies, work)


def test_a_socket_that_was_used_up_is_closed_when_its_last_reply_came(monkeypatch) -> None:
    monkeypatch.setattr(module, "_QUESTIONS", 2)

    async def work(asked: Datagrams) -> None:
        first = asyncio.ensure_future(asked.ask(of(1)))
        await asyncio.sleep(0.05)
        old = asked._socket
        await asked.ask(of(2))
        await asked.ask(of(3))
        assert asked._socket is not old
        assert not old._transport.is_closing(), "somebody waits on it"
        first.cancel()
        await asyncio.sleep(0)
        assert old._transport.is_closing()

    run(lambda data: [] if data[13:14] == b"1" else [response(data)], work)


def test_who_gives_up_leaves_nothing_behind() -> None:
    async def work(asked: Datagrams) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asked.ask(of(1))
        assert not asked._socket._waiting

    run(lambda data: [], work)


def test_nobody_at_the_address_is_an_error_at_once() -> None:
    async def ask() -> None:
        async with asyncio.timeout(20):
            await Datagrams("127.0.0.1", free_port()).ask(of(1))

    with pytest.raises(ConnectionRefusedError):
        asyncio.run(ask())
