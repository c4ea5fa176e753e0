"""Digests of a running gateway: told by mail, released by the link in it, not held by the filter that they tell of."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import free_port, wait_until
from tests.servers.slapd import Slapd
from tests.servers.worlds import MakeWorld, World
from tests.system.test_directory import PEOPLE
from tests.system.test_directory import settings as directory_settings

KIM, LISTED = "kim@example.org", "127.0.0.66"
_SETTINGS = """
[dns]
servers = ["{dns}"]
[checks.dnsbl]
zones = ["list.test"]
exceptions = ["list.test listed clear"]
score = 9.0
reject_at = 0
private = true
[web]
listen = ["127.0.0.1:{web}"]
url = "http://127.0.0.1:{web}"
"""
_ON = f"[digest]\nenabled = true\nhours = [{(time.localtime().tm_hour + 12) % 24}]\n"  # not while a test runs
_INTO_MTA = '[quarantine]\nrelease_via = "mta"\nmta = "127.0.0.1:{port}"\n'


@pytest.fixture
def lists() -> Iterator[DnsServer]:
    """A server that lists one address, whose mail is held for it."""
    with DnsServer({"66.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as dns:
        yield dns


def settings(lists: DnsServer) -> str:
    return _SETTINGS.format(dns=lists.address, web=free_port())


def hold(world: World) -> str:
    """Send a message that is held, and see that the index has had the time it wants; its id."""
    assert send(world.port, ham(), [KIM], source=LISTED).startswith("250")
    wait_until(lambda: world.gateway.run("digest", "--dry-run"), "there is something to tell")
    (held,) = world.gateway.quarantine()
    return str(held["id"])


def digests(sink: Exchange) -> list[str]:
    """The texts of those that arrived."""
    found = [message_from_bytes(message.content, policy=default) for message in list(sink.messages)]
    return [m.get_body(("plain",)).get_content() for m in found if m["Auto-Submitted"]]  # type: ignore[union-attr]


def link(text: str, act: str) -> str:
    (found,) = re.findall(rf"http://127\.0\.0\.1:\d+/digest/[^.\s]+\.{act}\.\S+", text)
    return str(found)


def posted(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, b"", timeout=30) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_keeper_tells_and_the_link_in_the_mail_releases(sink: Exchange, lists: DnsServer) -> None:
    with worlds.proxy(sink.port, settings(lists)) as world:
        hold_id = hold(world)
        world.gateway.configure(_ON)
        world.gateway.reload()
        wait_until(lambda: digests(sink), "Kim is told")
        (message,) = sink.messages
        assert (message.sender, message.recipients) == ("", (KIM,))
        url = link(digests(sink)[0], "release")
        sink.messages.clear()
        with urllib.request.urlopen(url, timeout=30) as page:
            assert "Release this message?" in page.read().decode()
        assert not sink.messages
        assert posted(url)[0] == 200
        wait_until(lambda: sink.messages, "it is released")
        assert b"Monday 0" in sink.messages[0].content
        assert posted(url)[0] == 410
        (record,) = world.gateway.journal()
        assert (record["id"], record["outcomes"][KIM]["fate"]) == (hold_id, "released")
        assert len(sink.messages) == 1


def test_after_a_reload_or_by_hand_nobody_is_told_again(sink: Exchange, lists: DnsServer) -> None:
    with worlds.proxy(sink.port, settings(lists) + _ON) as world:
        hold(world)
        (first,) = world.gateway.run("digest")
        assert (first["recipient"], first["fate"], first["messages"]) == (KIM, "delivered", 1)
        world.gateway.reload()
        assert world.gateway.run("digest") == []
        assert len(digests(sink)) == 1


def test_a_list_of_the_directory_gets_none_and_its_members_do(sink: Exchange, lists: DnsServer) -> None:
    with Slapd() as slapd:
        slapd.add(*PEOPLE)
        with worlds.proxy(sink.port, settings(lists) + directory_settings(slapd)) as world:
            assert send(world.port, ham(), [KIM, "team@example.org"], source=LISTED).startswith("250")
            wait_until(lambda: world.gateway.run("digest", "--dry-run"), "there is something to tell")
            with slapd.hanging():
                (silent,) = world.gateway.run("digest", "--dry-run", "--recipient", KIM, status=1)
                assert silent["reply"].startswith("451 4.3.0 the directory: ")
            assert [told["recipient"] for told in world.gateway.run("digest")] == [KIM]
        assert [message.recipients for message in sink.messages] == [(KIM,)]


@pytest.mark.parametrize("way", [worlds.postfix_milter, worlds.sendmail_milter], ids=lambda way: way.__name__)
def test_put_into_the_mta_it_passes_our_own_milter(sink: Exchange, lists: DnsServer, way: MakeWorld) -> None:
    with way(sink.port, settings(lists)) as world:
        hold(world)
        world.gateway.configure(_ON + _INTO_MTA.format(port=world.port))
        lists.zone["1.0.0.127.list.test"] = {"A": ["127.0.0.2"]}  # we too: all but what we write ourselves is held
        world.gateway.reload()
        wait_until(lambda: digests(sink), "Kim is told")
        (message,) = sink.messages
        assert (message.sender, message.recipients) == ("", (KIM,))
        assert b"x-gatekeeper-release" not in message.content.lower()
        assert len(world.gateway.quarantine()) == 1, "the digest is not held"
        record = world.gateway.record("")
        assert record["notes"] == ["written by us"]
        assert [verdict["reason"] for verdict in record["verdicts"].values()] == ["written-by-us"]
        assert send(world.port, message.content, [KIM], sender="").startswith("250")
        wait_until(lambda: len(world.gateway.quarantine()) == 2, "whoever sends it again is judged")


def test_a_gateway_that_is_killed_while_it_tells_tells_nobody_twice(lists: DnsServer) -> None:
    """The next hop keeps silent at the dot, so nobody knows; then it is killed."""
    with Exchange(delays={"dot": 60.0}) as slow:
        hop = {worlds.DOMAIN: f"esmtp:[127.0.0.1]:{slow.port}"}
        with Gateway(hop, settings(lists), accidents=True) as gateway:
            hold(World(gateway.port, gateway))
            gateway.configure(_ON)
            gateway.reload()
            wait_until(lambda: "DATA" in slow.verbs() or "BDAT" in slow.verbs(), "it is being sent")
            gateway.kill()
            slow.behaviour.delays.clear()
            before = slow.verbs().count("MAIL")
            assert gateway.run("digest") == []
            assert slow.verbs().count("MAIL") == before
