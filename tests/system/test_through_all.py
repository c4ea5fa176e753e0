"""One clean message and three bad ones, every way gatekeeper can be hooked in: the same verdicts, the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.messages import eicar, exe, gtube, ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.dns import DnsServer, lists
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World
from tests.system.arrival import added, without_added

WAYS = [
    worlds.proxy,
    worlds.postfix_milter,
    worlds.sendmail_milter,
    worlds.postfix_proxy_filter,
    worlds.postfix_behind,
]
SETTINGS = """
[dns]
servers = ["{dns.address}"]
[checks.dnsbl]
zones = ["list.test"]
private = true
"""
QUESTION = "1.0.0.127.list.test"  # about the client that the tests are


@dataclass(frozen=True, slots=True)
class Place:
    """A world, and the server behind it."""

    world: World
    sink: Exchange


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    make: MakeWorld = request.param
    with (
        DnsServer(lists("list.test")) as dns,
        Exchange(connections=1000) as sink,
        make(sink.port, SETTINGS.format(dns=dns)) as world,
    ):
        yield Place(world, sink)


@pytest.fixture(autouse=True)
def _empty(place: Place) -> None:
    place.sink.messages.clear()


def test_a_clean_message_arrives_with_every_byte_but_the_named_header_lines(place: Place) -> None:
    assert send(place.world.port, ham()).startswith("250 2.")
    wait_until(lambda: place.sink.messages, "the message arrives")
    (message,) = place.sink.messages
    assert (message.sender, message.recipients) == ("ann@out.test", ("kim@example.org",))
    assert without_added(message.content) == ham()
    ours = added(message.content)
    assert ours["x-spam-status"].startswith("No, score=0.0 ")
    assert ours["x-gatekeeper-id"].endswith(" by gateway.test")
    assert "x-spam-flag" not in ours


@pytest.mark.parametrize(
    ("content", "reason"),
    [(gtube(), "gtube"), (exe(), "banned-attachment"), (eicar(), "eicar")],
    ids=["gtube", "exe", "eicar"],
)
def test_spam_and_worms_are_refused_and_never_arrive(place: Place, content: bytes, reason: str) -> None:
    reply = send(place.world.port, content)
    assert reply.startswith("550 5.7.1 ")
    assert f"[{reason}] (" in reply
    assert send(place.world.port, ham(99)).startswith("250 2.")
    wait_until(lambda: place.sink.messages, "what was sent after it arrives")
    assert [b"Monday 99" in message.content for message in place.sink.messages] == [True]


def test_the_journal_has_both_with_findings_answers_and_fates(place: Place) -> None:
    assert send(place.world.port, ham(7), sender="clean@out.test").startswith("250 2.")
    refused = send(place.world.port, gtube(7), sender="dirty@out.test")
    gateway = place.world.gateway
    clean, dirty = gateway.record("clean@out.test"), gateway.record("dirty@out.test")
    assert f"({dirty['id']})" in refused
    for record in (clean, dirty):
        assert [["dns", QUESTION, "A"], ["absent"]] in record["tape"]
        assert record["size"]
    verdict = clean["verdicts"]["kim@example.org"]
    assert (verdict["action"], verdict["reason"]) == ("accept", "clean")
    assert verdict["score"] < 1.0
    assert clean["outcomes"]["kim@example.org"]["fate"] in ("delivered", "handed-over")
    verdict = dirty["verdicts"]["kim@example.org"]
    assert (verdict["action"], verdict["reason"]) == ("reject", "gtube")
    assert "gtube" in [finding["name"] for finding in verdict["findings"]]
    assert dirty["outcomes"]["kim@example.org"]["fate"] == "refused"
