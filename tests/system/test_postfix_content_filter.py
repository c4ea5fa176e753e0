"""Behind Postfix as its content_filter nothing is refused any more: bad mail is held, and Postfix never bounces."""

from collections.abc import Iterator

import pytest

from tests.messages import gtube, ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.dns import DnsServer, lists
from tests.servers.exchange import Exchange
from tests.servers.postfix import Postfix
from tests.servers.room import wait_until
from tests.servers.swaks import swaks
from tests.servers.worlds import World
from tests.system.arrival import without_added

PUBLIC = "9.9.9.9"  # an address of the wide world; nothing is ever sent there
SETTINGS = """
[dns]
servers = ["{dns}"]
[checks.dnsbl]
zones = ["list.test"]
"""


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer(lists("list.test")) as dns:
        yield dns


@pytest.fixture
def world(sink: Exchange, dns: DnsServer) -> Iterator[World]:
    with worlds.postfix_content_filter(sink.port, SETTINGS.format(dns=dns.address)) as world:
        yield world


def test_a_clean_message_arrives_byte_by_byte(world: World, sink: Exchange) -> None:
    assert send(world.port, ham()).startswith("250")
    wait_until(lambda: sink.messages, "it arrives")
    assert without_added(sink.messages[0].content) == ham()


def test_spam_is_held_and_nobody_is_sent_a_bounce(world: World, sink: Exchange) -> None:
    assert isinstance(world.mta, Postfix)
    assert send(world.port, gtube()).startswith("250")
    wait_until(world.gateway.quarantine, "it is held")
    world.mta.wait_empty()
    assert not sink.messages
    assert "status=bounced" not in world.mta.log()


def test_the_client_that_is_judged_is_the_one_that_postfix_had(world: World, dns: DnsServer) -> None:
    assert swaks(world.port, ham(), "--xclient-addr", PUBLIC).final.startswith("250 ")
    record = world.gateway.record()
    assert record["envelope"]["client"]["address"] == PUBLIC
    assert record["envelope"]["peer"]["address"] == "127.0.0.1"
    assert dns.asked("9.9.9.9.list.test")


def test_a_client_inside_the_trusted_networks_is_not_looked_up(world: World, dns: DnsServer) -> None:
    assert send(world.port, ham()).startswith("250")
    assert world.gateway.record()["envelope"]["client"] is None
    assert not dns.queries


def test_while_gatekeeper_is_down_postfix_keeps_the_mail(world: World, sink: Exchange) -> None:
    assert isinstance(world.mta, Postfix)
    world.gateway.stop()
    assert send(world.port, ham()).startswith("250")
    wait_until(lambda: [entry for entry in mail(world) if entry["queue_name"] == "deferred"], "it is deferred")
    assert not sink.messages


def mail(world: World) -> list[dict[str, object]]:
    assert isinstance(world.mta, Postfix)
    return world.mta.queued()
