"""Postfix's own tables, every way gatekeeper can be hooked in: the same replies for the same messages."""

from collections.abc import Iterator

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World

HEADER = """\
/^subject:.*make\\s+(money)\\s+fast/  REJECT no $1 here
/^x-later:/                         REJECT 4.7.1 come back
/^x-gone:/                          DISCARD
/^x-odd:/                           HOLD
/^content-disposition:.*\\.(?!txt)/  REJECT 5.6.0 only text
"""
BODY = "/^a (worm|virus)$/ REJECT $1\n"


@pytest.fixture(
    scope="module", params=[worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter], ids=lambda w: w.__name__
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Exchange]]:
    make: MakeWorld = request.param
    files = tmp_path_factory.mktemp("tables")
    files.chmod(0o755)
    header, body = files / "header_checks", files / "body_checks"
    header.write_text(HEADER)
    body.write_text(BODY)
    settings = f'[tables]\nheader_checks = "pcre:{header}"\nbody_checks = "regexp:{body}"\n'
    with Exchange(connections=1000) as sink, make(sink.port, settings) as world:
        yield world, sink


def message(field: bytes, body: bytes = b"hello") -> bytes:
    head, _, _ = ham().partition(b"\r\n\r\n")
    return field + b"\r\n" + head + b"\r\n\r\n" + body + b"\r\n"


@pytest.mark.parametrize(
    ("content", "reply"),
    [
        (message(b"Subject: make\r\n money fast"), "550 5.7.1 no money here"),
        (message(b"X-Later: 1"), "45"),
        (message(b"Content-Disposition: attachment; filename=a.doc"), "550 5.6.0 only text"),
        (message(b"X-A: b", b"before\r\na WORM\r\nafter"), "550 5.7.1 WORM"),
    ],
    ids=["folded", "later", "look-ahead", "body"],
)
def test_what_is_refused_never_arrives(place: tuple[World, Exchange], content: bytes, reply: str) -> None:
    world, sink = place
    said = send(world.port, content)
    assert said.startswith(reply)
    if reply == "45":
        assert "4.7.1 come back" in said
    assert not sink.messages


@pytest.mark.parametrize("field", [b"X-Gone: 1", b"X-Odd: 1"])
def test_what_is_discarded_or_held_is_taken_and_does_not_arrive(place: tuple[World, Exchange], field: bytes) -> None:
    world, sink = place
    assert send(world.port, message(field)).startswith("250 2.")
    assert send(world.port, message(b"X-Last: 1")).startswith("250 2.")
    wait_until(lambda: sink.messages, "what was sent after it arrives")
    (arrived,) = sink.messages
    sink.messages.clear()
    assert b"X-Last: 1" in arrived.content
