"""A client that types slowly costs nobody but itself: it holds no session with the next hop."""

from contextlib import ExitStack

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.raw import Raw
from tests.servers.room import wait_until

CLIENTS = 200


def test_two_hundred_clients_that_stall_in_data_hold_no_session_with_the_hop() -> None:
    with ExitStack() as stack:
        hop = stack.enter_context(Exchange())
        gateway = stack.enter_context(
            Gateway({"example.org": f"esmtp:[127.0.0.1]:{hop.port}"}, "[relay]\nidle = 0.1\n")
        )
        stalled = [stack.enter_context(Raw(gateway.port)) for _ in range(CLIENTS)]
        for client in stalled:
            assert client.begin()[-1].startswith("354")
            client.write(b"Subject: slow\r\n\r\nOnce upon a ti")
        wait_until(lambda: hop.current == 0, "no session with the hop is open")
        assert "MAIL" not in hop.verbs()
        assert send(gateway.port, ham()).startswith("250")
        for client in stalled:
            client.write(b"me.\r\n.\r\n")
        assert [client.reply()[:3] for client in stalled] == ["250"] * CLIENTS
        assert len(hop.messages) == CLIENTS + 1
        assert hop.peak <= 15
        assert hop.turned_away == 0
