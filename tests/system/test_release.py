"""Held, released, arrived: through the proxy, real sendmail and real Postfix with the milter active."""

from collections.abc import Iterator

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World
from tests.system.arrival import without_added

LISTED = "127.0.0.66"
HOLD_LISTED = """
[dns]
servers = ["{dns}"]
[checks.dnsbl]
zones = ["list.test"]
exceptions = ["list.test listed clear"]
score = 9.0
reject_at = 0
private = true
"""
INTO_MTA = """
[quarantine]
release_via = "mta"
mta = "127.0.0.1:{port}"
"""


@pytest.fixture
def lists() -> Iterator[DnsServer]:
    """A server that lists one address, whose mail is held for it."""
    with DnsServer({"66.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as dns:
        yield dns


def hold(world: World, sink: Exchange) -> str:
    """Send a message that is held; its id."""
    assert send(world.port, ham(), source=LISTED).startswith("250")
    wait_until(world.gateway.quarantine, "the message is held")
    (held,) = world.gateway.quarantine()
    assert send(world.port, ham(1)).startswith("250")
    wait_until(lambda: sink.messages, "another arrives")
    assert [b"Monday 1\r\n" in message.content for message in sink.messages] == [True]
    sink.messages.clear()
    return str(held["id"])


def fates(world: World, message_id: str) -> tuple[str, str]:
    """Of its one recipient, as the journal has it and as the quarantine has it."""
    (record,) = [record for record in world.gateway.journal() if record["id"] == message_id]
    (held,) = [held for held in world.gateway.quarantine("all") if held["id"] == message_id]
    (outcome,) = record["outcomes"].values()
    (recipient,) = held["recipients"]
    return outcome["fate"], recipient["fate"]


@pytest.mark.parametrize(
    "way", [worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter], ids=lambda way: way.__name__
)
def test_released_mail_goes_straight_to_the_next_hop(sink: Exchange, lists: DnsServer, way: MakeWorld) -> None:
    with way(sink.port, HOLD_LISTED.format(dns=lists.address)) as world:
        message_id = hold(world, sink)
        assert fates(world, message_id) == ("held", "held")
        world.gateway.release(message_id)
        (message,) = sink.messages
        assert (message.sender, message.recipients) == ("ann@out.test", ("kim@example.org",))
        assert without_added(message.content) == ham()
        assert fates(world, message_id) == ("released", "released")


@pytest.mark.parametrize("way", [worlds.postfix_milter, worlds.sendmail_milter], ids=lambda way: way.__name__)
def test_mail_put_back_into_the_mta_passes_our_own_milter_once(
    sink: Exchange, lists: DnsServer, way: MakeWorld
) -> None:
    with way(sink.port, HOLD_LISTED.format(dns=lists.address)) as world:
        world.gateway.configure(INTO_MTA.format(port=world.port))
        world.gateway.reload()
        message_id = hold(world, sink)
        lists.zone["1.0.0.127.list.test"] = {"A": ["127.0.0.2"]}  # we too: all but released mail is held
        world.gateway.release(message_id)
        wait_until(lambda: sink.messages, "the released message arrives")
        (message,) = sink.messages
        assert (message.sender, message.recipients) == ("ann@out.test", ("kim@example.org",))
        assert without_added(message.content) == ham()
        assert b"x-gatekeeper-release" not in message.content.lower()
        assert fates(world, message_id) == ("released", "released")
        assert not world.gateway.quarantine()


def test_what_lets_mail_back_in_is_good_once_and_for_its_recipients_only(sink: Exchange, lists: DnsServer) -> None:
    with Exchange() as tap, worlds.postfix_milter(sink.port, HOLD_LISTED.format(dns=lists.address)) as world:
        world.gateway.configure(INTO_MTA.format(port=tap.port))
        world.gateway.reload()
        world.gateway.release(hold(world, sink))
        (put_back,) = tap.messages
        for to, arrives in (("lee@example.org", False), ("kim@example.org", True), ("kim@example.org", False)):
            sink.messages.clear()
            assert send(world.port, put_back.content, to=[to], source=LISTED).startswith("250")
            assert send(world.port, ham(1)).startswith("250")
            wait_until(lambda: any(b"Monday 1\r\n" in m.content for m in sink.messages), "what was sent after it")
            assert any(b"Monday 0\r\n" in m.content for m in sink.messages) is arrives
