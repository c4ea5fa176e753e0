"""What is special to Postfix with the milter: the chroot, the client's address, refusing one recipient, being down."""

import grp
import stat
from collections.abc import Iterator

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import connect, send, submit
from tests.servers.exchange import Exchange
from tests.servers.postfix import Postfix
from tests.servers.room import wait_until
from tests.servers.swaks import swaks
from tests.servers.worlds import World
from tests.system.arrival import added

FAR = "far@out.test"
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
    access.write_text("To:closed@example.org\tERROR:5.2.1:550 Mailbox closed\nFrom:loud.test\tREJECT\n")
    with worlds.postfix_milter(inner.port, SETTINGS.format(access=access)) as world:
        yield world


def test_the_socket_lies_below_the_chroot_with_the_owner_and_mode_of_the_configuration(world: World) -> None:
    assert isinstance(world.mta, Postfix)
    found = (world.mta.queue / "gatekeeper/milter.sock").stat()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o660
    assert (found.st_uid, grp.getgrgid(found.st_gid).gr_name) == (0, "postfix")


def test_one_recipient_is_refused_and_the_other_gets_the_message(world: World, inner: Exchange) -> None:
    with connect(world.port) as session:
        session.mail("two@out.test")
        assert session.rcpt("closed@example.org")[0] == 550
        assert session.rcpt("kim@example.org")[0] == 250
        assert session.data(ham())[0] == 250
    wait_until(lambda: inner.messages, "it arrives")
    assert inner.messages[0].recipients == ("kim@example.org",)
    record = world.gateway.record("two@out.test")
    assert {address: outcome["fate"] for address, outcome in record["outcomes"].items()} == {
        "closed@example.org": "refused",
        "kim@example.org": "handed-over",
    }


def test_the_sender_is_refused_by_the_access_map(world: World) -> None:
    assert send(world.port, ham(), sender="x@loud.test").startswith("550 5.7.1 ")


def test_the_journal_names_the_client_that_postfix_names(world: World) -> None:
    said = swaks(world.port, ham(), "--xclient-addr", "192.0.2.7", "--xclient-name", "mail.out.test", sender=FAR)
    assert said.final.startswith("250 ")
    record = world.gateway.record(FAR)
    assert record["envelope"]["client"]["address"] == "192.0.2.7"
    assert record["envelope"]["client"]["name"] == "mail.out.test"
    assert record["envelope"]["queue_id"]


def test_forged_headers_of_ours_are_removed_and_the_journal_says_so(world: World, inner: Exchange) -> None:
    forged = b"X-Spam-Status: No, score=-99\r\nX-Gatekeeper-Id: mine\r\nx-spam-flag: NO\r\n" + ham()
    assert send(world.port, forged, sender="forger@out.test").startswith("250")
    wait_until(lambda: inner.messages, "it arrives")
    content = inner.messages[0].content
    assert content.lower().count(b"x-spam-status:") == 1
    assert b"score=-99" not in content
    assert b"Id: mine" not in content
    assert "x-spam-flag" not in added(content)
    record = world.gateway.record("forger@out.test")
    assert any("x-spam-status" in note.lower() for note in record["notes"])


def test_several_messages_in_one_session_are_several_records(world: World) -> None:
    with connect(world.port) as session:
        for number in range(3):
            assert submit(session, ham(number), sender="many@out.test").startswith("250")
        session.mail("ann@out.test")
        session.rset()
        assert submit(session, ham(3), sender="many@out.test").startswith("250")
    ids = [record["envelope"]["id"] for record in world.gateway.journal(4, sender="many@out.test")]
    assert len(ids) == len(set(ids)) == 4


def test_while_gatekeeper_is_down_clients_are_put_off(inner: Exchange) -> None:
    with worlds.postfix_milter(inner.port) as world:
        world.gateway.stop()
        assert send(world.port, ham()).startswith("451 4.7.1 ")
