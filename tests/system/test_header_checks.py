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
/^x-drop:/                          IGNORE
/^x-new:\\s*(.*)/                   REPLACE X-New: not $1
/^x-other:\\s*(.*)/                 REPLACE X-Renamed: $1
/^x-before:\\s*(.*)/                PREPEND X-Put: $1
/^x-elsewhere:/                     REDIRECT pat@example.org
/^x-copy:/                          BCC pat@example.org
/^content-disposition:.*\\.(?!txt)/  REJECT 5.6.0 only text
"""
BODY = """\
/^a (worm|virus)$/ REJECT $1
/^drop/ IGNORE
/^change (.*)$/ REPLACE changed $1
/^front/ PREPEND in front
"""


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


def arrived(sink: Exchange) -> tuple[list[str], bytes]:
    """Recipients and content of the one message that has come."""
    wait_until(lambda: sink.messages, "a message arrives")
    (found,) = sink.messages
    sink.messages.clear()
    return sorted(found.recipients), found.content


def test_lines_are_changed_and_every_other_byte_stays(place: tuple[World, Exchange]) -> None:
    world, sink = place
    fields = (b"X-Keep: a\r\n\tb", b"X-Drop: 1", b"X-New: old", b"X-Drop: 2", b"X-Keep: c", b"X-New: older",
              b"X-Other: x", b"X-Before: y")  # fmt: skip
    body = b"one\r\ndrop this\r\nchange that\r\nfront of this\r\n\r\nlast \r\ncaf\xe9"
    assert send(world.port, message(b"\r\n".join(fields), body), sender="lines@out.test").startswith("250 2.")
    _, content = arrived(sink)
    changed = b"one\r\nchanged that\r\nin front\r\nfront of this\r\n\r\nlast \r\ncaf\xe9\r\n"
    assert content.partition(b"\r\n\r\n")[2] == changed
    assert b"\r\nX-Keep: a\r\n\tb\r\nX-New: not old\r\nX-Keep: c\r\nX-New: not older\r\n" in content
    for line in (b"X-Renamed: x\r\n", b"X-Put: y\r\n", b"X-Before: y\r\n"):
        assert content.count(line) == 1
    assert b"X-Drop" not in content
    assert b"X-Other" not in content
    notes = world.gateway.record("lines@out.test")["notes"]
    assert any(note.startswith("IGNORE by ") and note.endswith("header: X-Drop: 1") for note in notes)


def test_a_redirection_is_for_all_and_a_copy_is_one_more(place: tuple[World, Exchange]) -> None:
    world, sink = place
    to = ["kim@example.org", "lee@example.org"]
    assert send(world.port, message(b"X-Elsewhere: 1"), to, sender="far@out.test").startswith("250 2.")
    assert arrived(sink)[0] == ["pat@example.org"]
    assert set(world.gateway.record("far@out.test")["outcomes"]) == set(to)
    held = len(world.gateway.quarantine())
    assert send(world.port, message(b"X-Copy: 1"), to, sender="two@out.test").startswith("250 2.")
    wait_until(lambda: sum(len(one.recipients) for one in sink.messages) == 3, "all have it")
    assert sorted(address for one in sink.messages for address in one.recipients) == [*to, "pat@example.org"]
    sink.messages.clear()
    outcomes = world.gateway.record("two@out.test")["outcomes"]
    assert set(outcomes) == {*to, "pat@example.org"}
    assert {outcome["fate"] for outcome in outcomes.values()} <= {"delivered", "handed-over"}
    assert len(world.gateway.quarantine()) == held
