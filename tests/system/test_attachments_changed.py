"""A part is stripped or renamed on its way through real servers; the original is kept, and can be sent after all."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.messages import attached
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World
from tests.system.arrival import added

RULES = """\
strip       ext exe                  -- a Windows program
strip       kind exe                 -- a Windows program
rename      ext zip                  -- an archive
quarantine  ext pif                  -- a shortcut
"""
WAYS = [worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter]


@dataclass(frozen=True, slots=True)
class Place:
    """A world, and the server behind it."""

    world: World
    sink: Exchange

    def arrived(self) -> bytes:
        wait_until(lambda: self.sink.messages, "the message arrives")
        (message,) = self.sink.messages
        return message.content


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    make: MakeWorld = request.param
    rules: Path = tmp_path_factory.mktemp("rules") / "attachments.rules"
    rules.write_text(RULES)
    settings = f'[tables]\nattachments = "{rules}"\n'
    with Exchange(connections=1000) as sink, make(sink.port, settings) as world:
        yield Place(world, sink)


@pytest.fixture(autouse=True)
def _empty(place: Place) -> None:
    place.sink.messages.clear()


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def hold(place: Place, raw: bytes) -> dict[str, Any]:
    hold_id = added(raw)["x-gatekeeper-id"].split()[0]

    def known() -> list[dict[str, Any]]:
        return [held for held in place.world.gateway.quarantine("changed") if held["id"] == hold_id]

    wait_until(known, "the MTA to be known to have it")
    (held,) = known()
    return held


def test_a_program_is_stripped_and_the_original_can_be_sent_after_all(place: Place) -> None:
    raw = attached("setup.exe", b"MZ" + bytes(300), 1)
    assert send(place.world.port, raw).startswith("250 2.")
    content = place.arrived()
    notice, text, note = (part for part in read(content).walk() if not part.is_multipart())
    assert "setup.exe: removed (a Windows program)" in notice.get_content()
    assert text.get_content().strip() == "See the attachment."
    assert note.get_content().startswith("setup.exe: removed")
    assert added(content)["x-gatekeeper-reason"] == "stripped-attachment"
    held = hold(place, content)
    original = place.world.gateway.original(held["id"])
    body = raw.partition(b"\r\n\r\n")[2]
    assert original.endswith(body)
    place.sink.messages.clear()
    place.world.gateway.run("quarantine", "release", held["id"], "--to", "kim@example.org")
    assert place.arrived().endswith(body)


def test_an_archive_is_renamed_in_every_reading(place: Place) -> None:
    zipped = b"PK\x05\x06" + bytes(18)
    assert send(place.world.port, attached("figures.zip", zipped, 2)).startswith("250 2.")
    content = place.arrived()
    (part,) = read(content).iter_attachments()
    assert part.get_filename() == "figures.zip.txt"
    assert part.get_content_type() == "text/plain"
    assert part.get_payload(decode=True) == zipped
    assert content.count(b"figures.zip") == content.count(b"figures.zip.txt")
    assert added(content)["x-gatekeeper-reason"] == "renamed-attachment"


def test_a_message_that_is_the_attachment_becomes_a_note(place: Place) -> None:
    raw = (
        b"From: ann@out.test\r\nTo: kim@example.org\r\nSubject: only this\r\nMessage-ID: <3@out.test>\r\n"
        b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment;\r\n filename=setup.exe\r\nContent-Transfer-Encoding: 7bit\r\n\r\nMZ\r\n"
    )
    assert send(place.world.port, raw).startswith("250 2.")
    arrived = read(place.arrived())
    assert arrived["Subject"] == "only this"
    assert arrived.get_content_type() == "text/plain"
    assert "setup.exe: removed (a Windows program)" in arrived.get_content()
    assert len(arrived.get_all("Content-Type")) == 1
    assert arrived["Content-Disposition"] == "inline"


def test_what_is_signed_is_held_instead(place: Place) -> None:
    raw = attached("setup.exe", b"MZ" + bytes(300), 4).replace(
        b"multipart/mixed;", b'multipart/signed; protocol="application/pgp-signature";'
    )
    assert b"multipart/signed" in raw
    assert send(place.world.port, raw).startswith("250 2.")
    assert send(place.world.port, attached("figures.zip", b"PK\x05\x06" + bytes(18), 5)).startswith("250 2.")
    assert b"figures.zip.txt" in place.arrived()
    held = {each["recipients"][0]["reason"] for each in place.world.gateway.quarantine()}
    assert held & {"signed-attachment", "attachment-unchangeable"}
