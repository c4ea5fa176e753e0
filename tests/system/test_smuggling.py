"""SMTP smuggling (CVE-2023-51764 and kin): one message in, at most one out, before a server that takes any line end."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from tests.servers.gateway import Gateway
from tests.servers.raw import Raw
from tests.servers.room import wait_until
from tests.servers.tolerant_sink import TolerantSink

ENDS = (b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r")
FALSE_ENDS = [end for a, b in product(ENDS, ENDS) if b"\r\n.\r\n" not in (end := a + b"." + b)]
HEAD = b"From: a@out.test\r\nSubject: outer\r\n\r\nText"
SMUGGLED = b"MAIL FROM:<boss@example.org>\r\nRCPT TO:<kim@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nPay."
SETTINGS = '[smtp]\nnormalise_networks = ["127.0.0.7"]\n'


@dataclass(frozen=True, slots=True)
class Place:
    gateway: Gateway
    sink: TolerantSink


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with TolerantSink() as sink, Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, SETTINGS) as gateway:
        yield Place(gateway, sink)


@pytest.fixture(autouse=True)
def _empty(place: Place) -> None:
    place.sink.messages.clear()
    place.sink.commands.clear()


def went_out(place: Place) -> int:
    """How many messages the sink took, once a last honest one has come through."""
    with Raw(place.gateway.port) as last:
        assert last.begin()[-1].startswith("354")
        last.write(b"Subject: last\r\n\r\nIt is.\r\n.\r\n")
        assert last.reply().startswith("250")
    wait_until(lambda: any(b"Subject: last" in message for message in place.sink.messages), "the last message")
    assert not any(message.startswith(b"Subject: smuggled") for message in place.sink.messages)
    assert place.sink.commands.count("DATA") == len(place.sink.messages)
    return len(place.sink.messages) - 1


@pytest.mark.parametrize("end", FALSE_ENDS, ids=repr)
def test_no_false_end_of_data_lets_a_second_message_through(place: Place, end: bytes) -> None:
    with Raw(place.gateway.port) as client:
        assert client.begin()[-1].startswith("354")
        client.write(HEAD + end + SMUGGLED + b"\r\n.\r\n")
        assert client.reply().startswith("550 5.6.11 ")
        assert client.say(b"NOOP")[0].startswith("250")
    assert went_out(place) == 0


@pytest.mark.parametrize("end", FALSE_ENDS, ids=repr)
def test_a_listed_client_has_its_line_ends_made_crlf_and_is_one_message(place: Place, end: bytes) -> None:
    with Raw(place.gateway.port, source="127.0.0.7") as client:
        assert client.begin()[-1].startswith("354")
        client.write(HEAD + end + SMUGGLED + b"\r\n.\r\n")
        assert client.reply().startswith("250")
        assert client.say(b"NOOP")[0].startswith("250")
    assert went_out(place) == 1
    (message,) = [m for m in place.sink.messages if b"Subject: outer" in m]
    assert b"Pay." in message


@pytest.mark.parametrize("end", [b"\r\n.\r\n", *FALSE_ENDS], ids=repr)
def test_in_a_chunk_a_dot_ends_nothing(place: Place, end: bytes) -> None:
    content = HEAD + end + SMUGGLED + b"\r\n"
    with Raw(place.gateway.port) as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test>", b"RCPT TO:<kim@example.org>")
        client.write(b"BDAT %d LAST\r\n" % len(content) + content)
        reply = client.reply()
        assert client.say(b"NOOP")[0].startswith("250")
    if end == b"\r\n.\r\n":
        assert reply.startswith("250")
        assert went_out(place) == 1
        assert any(b"Text\r\n..\r\nMAIL FROM" in message for message in place.sink.messages)
    else:
        assert reply.startswith("550 5.6.11 ")
        assert went_out(place) == 0


@pytest.mark.parametrize("cut", [b"\r", b"\r\n", b"\r\n.", b"\r\n.\r"], ids=repr)
def test_the_end_of_data_may_be_cut_between_chunks_and_is_still_content(place: Place, cut: bytes) -> None:
    content = HEAD + b"\r\n.\r\n" + SMUGGLED + b"\r\n"
    at = content.index(b"\r\n.\r\n") + len(cut)
    with Raw(place.gateway.port) as client:
        client.say(b"EHLO raw.test", b"MAIL FROM:<ann@out.test>", b"RCPT TO:<kim@example.org>")
        client.write(b"BDAT %d\r\n" % at + content[:at])
        assert client.reply().startswith("250")
        client.write(b"BDAT %d LAST\r\n" % (len(content) - at) + content[at:])
        assert client.reply().startswith("250")
    assert went_out(place) == 1


@pytest.mark.parametrize("junk", [b"a\x00b", b"\r", b"\n", b"a\rb", b"a\nb"], ids=repr)
def test_nul_and_bare_line_ends_are_refused_wherever_they_stand(place: Place, junk: bytes) -> None:
    for content in (junk + b"\r\n", b"Subject: " + junk + b"\r\n\r\nText\r\n", HEAD + junk + b"\r\n"):
        with Raw(place.gateway.port) as client:
            assert client.begin()[-1].startswith("354")
            client.write(content + b"\r\n.\r\n")
            assert client.reply().startswith("550 5.6.11 ")
    assert went_out(place) == 0


def test_commands_end_with_crlf_only(place: Place) -> None:
    with Raw(place.gateway.port) as client:
        client.say(b"EHLO raw.test")
        client.write(b"MAIL FROM:<ann@out.test>\nRCPT TO:<kim@example.org>\nDATA\r\n")
        assert client.reply().startswith("5")
        assert client.say(b"RCPT TO:<kim@example.org>")[0].startswith("503")
