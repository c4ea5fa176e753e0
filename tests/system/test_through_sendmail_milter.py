"""What is special to sendmail with the milter: its macros, its header lines, refusing one recipient, being down."""

from collections.abc import Iterator

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.sendmail import Sendmail
from tests.servers.worlds import World
from tests.system.arrival import without_added

SETTINGS = """
[tables]
access = "{access}"
"""


@pytest.fixture(scope="module")
def inner() -> Iterator[Exchange]:
    with Exchange(connections=1000) as exchange:
        yield exchange


@pytest.fixture(autouse=True)
def _empty(inner: Exchange) -> None:
    inner.messages.clear()


@pytest.fixture(scope="module")
def world(inner: Exchange, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    access = tmp_path_factory.mktemp("tables") / "access"
    access.write_text("To:closed@example.org\tERROR:5.2.1:550 Mailbox closed\n")
    with worlds.sendmail_milter(inner.port, SETTINGS.format(access=access)) as world:
        yield world


def test_a_message_is_what_sendmail_alone_makes_of_it_but_for_the_named_lines(world: World, inner: Exchange) -> None:
    with Sendmail(inner.port) as alone:
        assert send(alone.port, ham()).startswith("250")
        alone.wait_empty()
    assert send(world.port, ham()).startswith("250")
    wait_until(lambda: len(inner.messages) == 2, "both arrive")
    by_itself, with_milter = (without_added(message.content) for message in inner.messages)
    assert with_milter == by_itself


def test_the_journal_names_client_and_queue_id(world: World) -> None:
    assert send(world.port, ham(), source="127.0.0.9", sender="nine@out.test").startswith("250")
    record = world.gateway.record("nine@out.test")
    assert record["envelope"]["client"]["address"] == "127.0.0.9"
    assert record["envelope"]["helo"] == "out.test"
    assert record["envelope"]["queue_id"]


def test_one_recipient_is_refused_and_the_other_gets_the_message(world: World, inner: Exchange) -> None:
    with connect(world.port) as session:
        session.mail("ann@out.test")
        assert session.rcpt("closed@example.org")[0] == 550
        assert session.rcpt("kim@example.org")[0] == 250
        assert session.data(ham())[0] == 250
    wait_until(lambda: inner.messages, "it arrives")
    assert inner.messages[0].recipients == ("kim@example.org",)


def test_while_gatekeeper_is_down_clients_are_put_off(inner: Exchange) -> None:
    with worlds.sendmail_milter(inner.port) as world:
        world.gateway.stop()
        assert send(world.port, ham())[:3] == "451"


def test_without_the_client_addr_macro_the_address_comes_with_the_connection(inner: Exchange) -> None:
    with worlds.sendmail_milter(inner.port, macros=False) as world:
        assert send(world.port, ham(), source="127.0.0.9").startswith("250")
        record = world.gateway.record()
    assert record["envelope"]["client"]["address"] == "127.0.0.9"
