"""Rules of the operator's own in a gateway that runs: found, replaced by a reload, kept when new ones are broken."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages import attached, ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import World
from tests.system.arrival import added, without_added

pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")

RULE = 'rule {name} {{ meta: {meta} strings: $a = "{text}" condition: $a }}\n'
FIRST = RULE.format(name="First", meta='action = "reject"', text="first-of-our-own")
SECOND = RULE.format(name="Second", meta="score = 6.5", text="second-of-our-own")
SLOW = """rule Slow {
    condition: filesize < 100 and for any i in (0..999999): (for any j in (0..999999): (uint8(j) == 1))
}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "own.yar").write_text(FIRST)
    return tmp_path


@pytest.fixture
def world(rules: Path, sink: Exchange) -> Iterator[World]:
    with worlds.proxy(sink.port, f'[antivirus]\nyara = "{rules}"\nyara_timeout = 2.0\n') as world:
        yield world


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", data)
    return packed.getvalue()


def reload(world: World, sink: Exchange) -> None:
    """Until what scans is ready: it starts beside the worker."""
    world.gateway.reload()
    wait_until(lambda: send(world.port, ham()).startswith("250 2."), "messages are scanned")
    sink.messages.clear()


def test_what_a_rule_matches_is_refused_also_in_an_archive(world: World, sink: Exchange) -> None:
    for message in (attached("a.bin", b"first-of-our-own"), attached("a.zip", zipped(b"first-of-our-own"))):
        reply = send(world.port, message, sender="rule@out.test")
        assert reply.startswith("550 5.7.1 ")
        assert "[yara-match] (" in reply
    assert send(world.port, ham()).startswith("250 2.")
    wait_until(lambda: sink.messages, "the other arrives")
    assert without_added(sink.messages[0].content) == ham()
    plain, packed = world.gateway.journal(2, sender="rule@out.test")
    evidence = [record["verdicts"]["kim@example.org"]["findings"][-1]["evidence"] for record in (plain, packed)]
    assert evidence == ["First in 1.2", "First in 1.2/zip:notes.txt"]
    assert any(question[0] == "yara" and answer[0] == "matched" for question, answer in plain["tape"])


def test_a_reload_takes_new_rules_and_keeps_the_old_ones_when_those_are_broken(
    world: World, rules: Path, sink: Exchange
) -> None:
    (rules / "own.yar").write_text(SECOND)
    reload(world, sink)
    message = attached("a.bin", b"first-of-our-own second-of-our-own")
    assert send(world.port, message).startswith("250 2.")
    wait_until(lambda: sink.messages, "it arrives")
    assert "YARA_MATCH" in added(sink.messages[0].content)["x-spam-status"]
    (rules / "own.yar").write_text(SECOND + "rule Broken { condition: nosuch }\n")
    reload(world, sink)
    assert f"{rules}/own.yar:2" in world.gateway.log()
    assert send(world.port, message).startswith("250 2.")
    wait_until(lambda: sink.messages, "it arrives too")
    assert "YARA_MATCH" in added(sink.messages[0].content)["x-spam-status"]


def test_a_rule_that_never_ends_costs_its_message_a_tag_and_no_other_anything(
    world: World, rules: Path, sink: Exchange
) -> None:
    (rules / "own.yar").write_text(FIRST + SLOW)
    reload(world, sink)
    assert send(world.port, attached("a.bin", b"first-of-our-own")).startswith("250 2.")
    wait_until(lambda: sink.messages, "it arrives")
    assert "antivirus-limit" in added(sink.messages[0].content)["x-gatekeeper-reason"]
    (rules / "own.yar").write_text(FIRST)
    reload(world, sink)
    assert send(world.port, attached("a.bin", b"first-of-our-own")).startswith("550 5.7.1 ")
