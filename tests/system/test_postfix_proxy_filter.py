"""Before Postfix's queue as smtpd_proxy_filter: the client hears our refusal, and Postfix tells who the client is."""

from collections.abc import Iterator

import pytest

from tests.messages import gtube, ham
from tests.servers import worlds
from tests.servers.client import connect, send, submit
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.swaks import swaks
from tests.servers.worlds import World


@pytest.fixture(scope="module")
def inner() -> Iterator[Exchange]:
    with Exchange(connections=1000) as exchange:
        yield exchange


@pytest.fixture(scope="module")
def world(inner: Exchange) -> Iterator[World]:
    with worlds.postfix_proxy_filter(inner.port) as world:
        yield world


def test_the_client_is_told_why_while_it_waits(world: World) -> None:
    with connect(world.port) as session:
        assert "[gtube] (" in submit(session, gtube())
        assert submit(session, ham()).startswith("250 2.0.0 ")


def test_the_journal_names_the_client_that_postfix_has(world: World) -> None:
    said = swaks(world.port, ham(), "--xclient-addr", "192.0.2.7", sender="far@out.test")
    assert said.final.startswith("250 ")
    record = world.gateway.record("far@out.test")
    assert record["envelope"]["client"]["address"] == "192.0.2.7"
    assert record["envelope"]["peer"]["address"] == "127.0.0.1"


def test_several_recipients_of_one_message(world: World, inner: Exchange) -> None:
    inner.messages.clear()
    people = ["kim@example.org", "lee@example.org", "max@example.org"]
    assert send(world.port, ham(), to=people).startswith("250")
    wait_until(lambda: inner.messages, "it arrives")
    assert inner.messages[0].recipients == tuple(people)


def test_without_gatekeeper_clients_are_put_off(inner: Exchange) -> None:
    with worlds.postfix_proxy_filter(inner.port) as world:
        world.gateway.stop()
        assert send(world.port, ham())[:1] == "4"
