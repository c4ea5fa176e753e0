"""The site on a socket: for how long a connection may do nothing, and how it ends."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

import pytest

from gatekeeper.config.schema import Config
from gatekeeper.config.web import Web
from gatekeeper.web import connection, serve
from tests.servers.room import wait_until

ENDLESS = b"x" * 65_536
REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def application(scope, receive, send) -> None:
    """`/` answers; `/endless` does not stop; `/slow` takes a moment; what is sent is read whole first."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(0.7)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"transfer-encoding", b"chunked")]})
    for _ in range(1_000 if scope["path"] == "/endless" else 1):
        await send({"type": "http.response.body", "body": ENDLESS, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


class Control:
    """What the supervisor would say."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.accepting = threading.Event()

    def ready(self) -> None:
        self.accepting.set()

    def fileno(self) -> int:
        return self.theirs.fileno()


class Served:
    def __init__(self, connections: int = 50, proxies: Sequence[str] = ()) -> None:
        self.control, self.listening = Control(), socket.create_server(("127.0.0.1", 0))
        self.address = self.listening.getsockname()
        config = Config(web=Web(connections=connections, proxy_networks=list(proxies)))
        arguments = (application, config, None, [self.listening], self.control)
        self.thread = threading.Thread(target=serve.serve, args=arguments)
        self.thread.start()
        assert self.control.accepting.wait(20)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, 20)

    def is_leaving(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(self.address) != 0

    def end(self) -> None:
        self.control.ours.send(b"D")
        self.thread.join(30)
        assert not self.thread.is_alive()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(connection, "ASKING", 0.5)
    monkeypatch.setattr(connection, "ANSWERING", 10.0)
    made = Served()
    yield made
    made.end()


def is_gone(client: socket.socket) -> bool:
    """Whether one more byte comes to nobody."""
    try:
        client.send(b"x")
    except ConnectionError:
        return True
    return False


def is_closed(client: socket.socket) -> bool:
    """Whether the server ends it, in whichever way."""
    with contextlib.suppress(ConnectionError):
        while client.recv(1 << 20):
            pass
    return True


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
    ],
)
def test_a_request_that_does_not_end_is_not_waited_for(served: Served, said: bytes) -> None:
    with served.connect() as client:
        client.sendall(said)
        assert is_closed(client)


def test_nor_one_that_comes_a_byte_at_a_time(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        wait_until(lambda: is_gone(client), "the end of the connection")


def test_nor_one_who_does_not_read_the_answer(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWERING", 0.3)
    with served.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(REQUEST % b"/endless")
        wait_until(lambda: is_gone(client), "the end of the connection")


def test_who_asks_again_and_again_has_time_for_each(served: Served) -> None:
    with served.connect() as client:
        for _ in range(4):
            client.sendall(REQUEST % b"/slow")
            got = b""
            while not got.endswith(b"0\r\n\r\n"):
                piece = client.recv(1 << 20)
                assert piece
                got += piece


def test_an_answer_that_takes_longer_than_a_request_may_is_given(served: Served) -> None:
    with served.connect() as client:
        client.sendall(REQUEST % b"/slow")
        assert client.recv(1 << 20).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "said", [b"\x16\x03\x01\x02\x00", b"GET /\r\n\r\n", b"\0" * 100_000, b"GET / HTTP/1.1\r\nX: " + b"x" * 99_999]
)
def test_what_is_no_request_is_hung_up_on(served: Served, said: bytes) -> None:
    with served.connect() as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(said)
        assert is_closed(client)
    with served.connect() as client:
        client.sendall(REQUEST % b"/")
        assert client.recv(1 << 20).startswith(b"HTTP/1.1 200")


def test_so_many_at_a_time_and_no_more() -> None:
    served = Served(connections=3)
    waiting = [served.connect() for _ in range(4)]
    with served.connect() as client:
        client.sendall(REQUEST % b"/")
        assert client.recv(1 << 20).startswith(b"HTTP/1.1 503")
    for client in waiting:
        client.close()
    served.end()


@pytest.mark.parametrize(("proxies", "answered"), [([], 5), (["127.0.0.0/8"], 6), (["192.0.2.1"], 5)])
def test_no_address_but_a_proxys_has_more_than_half(
    monkeypatch: pytest.MonkeyPatch, proxies: list[str], answered: int
) -> None:
    monkeypatch.setattr(IPv4Address, "is_loopback", False)
    served = Served(connections=10, proxies=proxies)
    clients = [served.connect() for _ in range(6)]
    got = 0
    for client in clients:
        with contextlib.suppress(ConnectionError):
            client.sendall(REQUEST % b"/")
            got += client.recv(1 << 20).startswith(b"HTTP/1.1 200")
    assert got == answered
    for client in clients:
        client.close()
    served.end()


def test_who_has_just_connected_is_answered_when_it_is_time_to_end() -> None:
    served = Served()
    with served.connect() as client, served.connect() as silent:
        with served.connect() as known:  # the others are accepted by then
            known.sendall(REQUEST % b"/")
            assert known.recv(1 << 20)
        served.control.ours.send(b"D")
        wait_until(served.is_leaving, "the end of accepting")
        client.sendall(REQUEST % b"/")
        assert client.recv(1 << 20).startswith(b"HTTP/1.1 200")
        client.settimeout(8)  # before a connection on which nothing is asked would be closed
        assert is_closed(client)
        assert is_closed(silent)
    served.thread.join(30)
    assert not served.thread.is_alive()


def test_what_was_begun_is_finished_when_it_is_time_to_end() -> None:
    served = Served()
    with served.connect() as client, served.connect() as idle:
        client.sendall(REQUEST % b"/slow")
        idle.sendall(REQUEST % b"/")
        assert idle.recv(1 << 20)
        served.control.ours.send(b"D")
        got = b""
        while not got.endswith(b"0\r\n\r\n"):
            piece = client.recv(1 << 20)
            assert piece, got[-100:]
            got += piece
        assert is_closed(idle)
    served.thread.join(30)
    assert not served.thread.is_alive()
