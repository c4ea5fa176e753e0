"""What is special to the proxy: the message as it came on the wire, several recipients, several hops, swaks."""

from collections.abc import Iterator

import pytest

from tests.messages import gtube, ham, malformed
from tests.servers import worlds
from tests.servers.client import connect, send, submit
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.swaks import swaks
from tests.servers.worlds import World
from tests.system.arrival import added, without_added

TOO_DEEP = "boundaries nested a hundred deep"
HEADLESS = {"nothing but text", "continuation before any field"}  # an empty line keeps our lines from the text


@pytest.fixture(scope="module")
def inner() -> Iterator[Exchange]:
    with Exchange(connections=1000) as exchange:
        yield exchange


@pytest.fixture(scope="module")
def world(inner: Exchange) -> Iterator[World]:
    with worlds.proxy(inner.port) as world:
        yield world


@pytest.fixture(autouse=True)
def _empty(inner: Exchange) -> None:
    inner.messages.clear()


@pytest.mark.parametrize("name", sorted(malformed().keys() - {TOO_DEEP}))
def test_malformed_mail_arrives_as_it_is(world: World, inner: Exchange, name: str) -> None:
    content = malformed()[name]
    assert send(world.port, content).startswith("250")
    (message,) = inner.messages
    assert without_added(message.content) == (b"\r\n" + content if name in HEADLESS else content)


def test_what_cannot_be_looked_into_is_held(world: World, inner: Exchange) -> None:
    assert send(world.port, malformed()[TOO_DEEP], sender="deep@out.test").startswith("250")
    verdict = world.gateway.record("deep@out.test")["verdicts"]["kim@example.org"]
    assert (verdict["action"], verdict["reason"]) == ("quarantine", "limit-exceeded")
    assert not inner.messages


def test_one_received_line_says_how_it_came(world: World, inner: Exchange) -> None:
    with connect(world.port, "127.0.0.8") as session:
        assert submit(session, ham()).startswith("250")
        assert submit(session, ham(), to=["kim@example.org", "lee@example.org"]).startswith("250")
    one, two = (added(message.content)["received"] for message in inner.messages)
    assert one.startswith("from out.test ([127.0.0.8]) by gateway.test with ESMTP id ")
    assert "for <kim@example.org>;" in one
    assert " for " not in two
    assert inner.messages[0].content.count(b"\r\nReceived:") + inner.messages[0].content.startswith(b"Received:") == 1


def test_swaks_sends_clean_mail_and_spam(world: World, inner: Exchange) -> None:
    assert swaks(world.port, ham()).final.startswith("250 ")
    refused = swaks(world.port, gtube())
    assert refused.final.startswith("550 5.7.1 ")
    assert "[gtube] (" in refused.final
    assert len(inner.messages) == 1


def test_recipients_of_another_hop_come_in_a_transaction_of_their_own() -> None:
    with Exchange() as here, Exchange() as there:
        hops = {
            "here.test": f"esmtp:[127.0.0.1]:{here.port}",
            "there.test": f"esmtp:[127.0.0.1]:{there.port}",
            "shut.test": "error:5.1.6:550 moved away",
        }
        with Gateway(hops) as gateway, connect(gateway.port) as session:
            session.mail("ann@out.test")
            assert session.rcpt("kim@here.test")[0] == 250
            code, text = session.rcpt("kim@there.test")
            assert (code, text[:5]) == (452, b"4.5.3")
            code, text = session.rcpt("kim@shut.test")
            assert (code, text) == (550, b"5.1.6 moved away")
            assert session.data(ham())[0] == 250
            assert submit(session, ham(), to=["kim@there.test"]).startswith("250")
        assert [m.recipients for m in here.messages] == [("kim@here.test",)]
        assert [m.recipients for m in there.messages] == [("kim@there.test",)]


def test_metrics_count_what_was_done(world: World) -> None:
    send(world.port, ham())
    assert "gatekeeper_" in world.gateway.metrics()
