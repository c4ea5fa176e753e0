"""gatekeeper before Postfix as its next hop: what Postfix refuses is refused in line, and nothing lies in between."""

from collections.abc import Iterator

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.postfix import Postfix
from tests.servers.room import wait_until
from tests.servers.worlds import World


@pytest.fixture
def world(sink: Exchange) -> Iterator[World]:
    with worlds.postfix_behind(sink.port) as world:
        yield world


def test_the_client_is_told_what_postfix_said(world: World) -> None:
    reply = send(world.port, ham())
    assert reply.startswith("250 2.0.0 ")
    record = world.gateway.record()
    assert record["outcomes"]["kim@example.org"]["fate"] == "delivered"
    assert "queued as" in record["outcomes"]["kim@example.org"]["reply"]


def test_what_postfix_refuses_is_refused_in_line(sink: Exchange) -> None:
    refusing = "smtpd_recipient_restrictions = check_recipient_access inline:{ghost@example.org=REJECT}\n"
    with Postfix(sink.port, main=refusing) as postfix, worlds.proxy(postfix.port) as world:
        assert send(world.port, ham(), to=["ghost@example.org"])[:3] == "554"
        assert send(world.port, ham(), to=["kim@example.org"])[:3] == "250"


def test_while_postfix_is_down_clients_are_put_off_and_then_served(world: World, sink: Exchange) -> None:
    assert isinstance(world.mta, Postfix)
    world.mta.stop()
    assert send(world.port, ham())[:1] == "4"
    assert not sink.messages


def test_a_reload_of_postfix_costs_no_message(world: World, sink: Exchange) -> None:
    postfix = world.mta
    assert isinstance(postfix, Postfix)
    for number in range(5):
        assert send(world.port, ham(number)).startswith("250")
        postfix.reload()

    def arrived() -> bool:
        postfix.flush()  # what a reload interrupted would lie until the next run of the queue
        return sink.count == 5

    wait_until(arrived, "all arrive")
