"""Worms that ClamAV's daemon knows, refused every way gatekeeper can be hooked in; and what happens when it is ill."""

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gatekeeper.stores.journal import Journal
from tests.messages import EICAR, attached, ham
from tests.servers import worlds
from tests.servers.clamd import EICAR_NAME, HEURISTIC, HEURISTIC_NAME, WORM, WORM_NAME, Clamd
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import free_port, wait_until
from tests.servers.worlds import MakeWorld, World
from tests.system.arrival import added, without_added
from tests.system.test_replay import judged_again

SETTINGS = """
[antivirus]
engines = {engines}
timeout = 1.0
[checks.signatures]
enabled = false
"""  # or EICAR would never come as far as the engine
WAYS = [worlds.proxy, worlds.postfix_milter, worlds.sendmail_milter]


@dataclass(frozen=True, slots=True)
class Place:
    world: World
    sink: Exchange
    engine: Clamd


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    make: MakeWorld = request.param
    with (
        Clamd() as engine,
        Exchange(connections=1000) as sink,
        make(sink.port, SETTINGS.format(engines=[engine.unix])) as world,
    ):
        yield Place(world, sink, engine)


@pytest.fixture(autouse=True)
def _empty(request: pytest.FixtureRequest) -> None:
    if "place" in request.fixturenames:
        request.getfixturevalue("place").sink.messages.clear()


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", data)
    return packed.getvalue()


def plain(data: bytes) -> bytes:
    return ham().replace(b"Dear Kim,\r\n", data + b"\r\n")


@pytest.mark.parametrize(("worm", "name"), [(WORM, WORM_NAME), (EICAR, EICAR_NAME)], ids=["our worm", "eicar"])
@pytest.mark.parametrize(
    "wrap",
    [plain, lambda worm: attached("notes.txt", worm), lambda worm: attached("notes.zip", zipped(worm))],
    ids=["plain", "base64", "zip"],
)
def test_a_worm_is_refused_and_never_arrives(
    place: Place, wrap: Callable[[bytes], bytes], worm: bytes, name: str
) -> None:
    reply = send(place.world.port, wrap(worm), sender="worm@out.test")
    assert reply.startswith("550 5.7.1 ")
    assert "[virus-found] (" in reply
    assert send(place.world.port, ham(99)).startswith("250 2.")
    wait_until(lambda: place.sink.messages, "what was sent after it arrives")
    assert [b"Monday 99" in message.content for message in place.sink.messages] == [True]
    last = place.world.gateway.journal(sender="worm@out.test")[-1]
    (finding,) = last["verdicts"]["kim@example.org"]["findings"]
    assert (finding["name"], name in finding["evidence"]) == ("virus-found", True)
    assert any(asked[0] == "virus" and answer == ["found", [name]] for asked, answer in last["tape"])


def test_a_guess_of_the_engine_tags_and_every_byte_arrives(place: Place) -> None:
    message = attached("odd.bin", HEURISTIC)
    assert send(place.world.port, message).startswith("250 2.")
    wait_until(lambda: place.sink.messages, "it arrives")
    (arrived,) = place.sink.messages
    assert without_added(arrived.content) == message
    assert "VIRUS_SUSPECTED" in added(arrived.content)["x-spam-status"]


def test_an_engine_that_is_down_puts_mail_off_and_nothing_is_lost(place: Place) -> None:
    place.engine.kill()
    reply = send(place.world.port, ham(1), sender="down@out.test")
    assert reply.startswith("451 4.")
    outcome = place.world.gateway.record("down@out.test")
    assert outcome["verdicts"]["kim@example.org"]["reason"] == "antivirus-down"
    assert not place.sink.messages
    place.engine.start()
    wait_until(lambda: send(place.world.port, ham(1)).startswith("250 2."), "the client comes back and is heard")
    wait_until(lambda: place.sink.messages, "it arrives")
    assert without_added(place.sink.messages[0].content) == ham(1)


def test_an_engine_that_hangs_puts_mail_off(place: Place) -> None:
    place.engine.hang()
    try:
        reply = send(place.world.port, ham(2), sender="hang@out.test")
    finally:
        place.engine.resume()
    assert reply.startswith("451 4.")
    outcome = place.world.gateway.record("hang@out.test")
    assert outcome["verdicts"]["kim@example.org"]["reason"] == "antivirus-timeout"
    wait_until(lambda: send(place.world.port, ham(2)).startswith("250 2."), "the client comes back and is heard")


# what is the same for every front


@pytest.fixture
def second() -> Iterator[Clamd]:
    with Clamd("StreamMaxLength 100K\n") as engine:
        yield engine


def settled(engines: list[str], more: str = "") -> str:
    return SETTINGS.format(engines=engines) + more


@pytest.mark.parametrize("ill", ["absent", "killed", "hanging"])
def test_the_second_engine_is_asked(second: Clamd, sink: Exchange, ill: str) -> None:
    with Clamd() as first:
        engines = [f"tcp:127.0.0.1:{free_port()}" if ill == "absent" else first.unix, second.tcp]
        with worlds.proxy(sink.port, settled(engines)) as world:
            if ill == "killed":
                first.kill()
            if ill == "hanging":
                first.hang()
            assert send(world.port, attached("a.bin", WORM)).startswith("550 5.7.1 ")
            assert send(world.port, ham()).startswith("250 2.")
            first.resume()


@pytest.mark.parametrize(
    ("cell", "code", "held", "arrives"),
    [("defer", "451", 0, 0), ("hold", "250", 1, 0), ("tag", "250", 0, 1), ("pass", "250", 0, 1)],
)
def test_while_no_engine_answers_the_table_says_what_becomes_of_mail(
    sink: Exchange, cell: str, code: str, held: int, arrives: int
) -> None:
    nobody = settled([f"tcp:127.0.0.1:{free_port()}"], f'[dependencies.antivirus]\ndown = "{cell}"\n')
    with worlds.proxy(sink.port, nobody) as world:
        assert send(world.port, ham()).startswith(code)
        wait_until(lambda: len(sink.messages) == arrives, "it arrives, or not")
        holds = world.gateway.quarantine()
        assert len(holds) == held
        if held:
            assert without_added(world.gateway.original(holds[0]["id"])) == ham()
        if arrives:
            assert ("x-gatekeeper-reason" in added(sink.messages[0].content)) == (cell == "tag")


@pytest.mark.parametrize("limit", ["ours", "the engine's"])
def test_what_is_too_large_is_tagged_and_passes_whole(second: Clamd, sink: Exchange, limit: str) -> None:
    large = attached("large.bin", bytes(range(256)) * 2000)
    size = "size = 100_000\n" if limit == "ours" else ""
    settings = SETTINGS.replace("timeout = 1.0\n", f"timeout = 1.0\n{size}").format(engines=[second.unix])
    with worlds.proxy(sink.port, settings) as world:
        assert send(world.port, large).startswith("250 2.")
        wait_until(lambda: sink.messages, "it arrives")
        assert without_added(sink.messages[0].content) == large
        assert "ANTIVIRUS_LIMIT" in added(sink.messages[0].content)["x-spam-status"]


def test_in_a_large_message_a_small_worm_is_found_all_the_same(second: Clamd, sink: Exchange) -> None:
    filler = base64.encodebytes(bytes(300_000)).replace(b"\n", b"\r\n")
    two = attached("worm.bin", WORM).replace(b"See the attachment.\r\n", b"See the attachment.\r\n" + filler)
    with worlds.proxy(sink.port, settled([second.unix])) as world:
        assert send(world.port, two).startswith("550 5.7.1 ")


def test_the_tape_alone_gives_the_same_findings(sink: Exchange, tmp_path: Path) -> None:
    pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")
    (tmp_path / "own.yar").write_text('rule Inside { meta: score = 1.0 strings: $a = "rule-of-our-own" condition: $a }')
    message = attached("odd.zip", zipped(HEURISTIC + b" rule-of-our-own"))
    with Clamd() as engine:
        settings = settled([engine.unix]).replace("timeout", f'yara = "{tmp_path}"\ntimeout', 1)
        with worlds.proxy(sink.port, settings) as world:
            assert send(world.port, message).startswith("250 2.")
            world.gateway.journal()
            world.gateway.stop()
            engine.kill()
            journal = Journal(world.gateway.home / "state" / "journal.db", create=False)
            (record,) = journal.find()
            journal.close()
            verdicts, tape = judged_again(world.gateway, record, message)
    assert not tape.missed
    (verdict,) = record.verdicts.values()
    assert verdicts["kim@example.org"].findings == verdict.findings
    evidence = {finding.name: finding.evidence for finding in verdict.findings}
    assert evidence["yara-match"] == "Inside in 1.2/zip:notes.txt"
    assert HEURISTIC_NAME in evidence["virus-suspected"]


def test_a_message_of_a_thousand_parts_ends_and_costs_others_nothing(sink: Exchange) -> None:
    part = "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    parts = "".join(f"{part}{base64.b64encode(b'part %d' % number).decode()}\r\n" for number in range(1000))
    top = (
        "From: ann@out.test\r\nSubject: many\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    many = f"{top}{parts}--b--\r\n".encode()
    worm = many.replace(base64.b64encode(b"part 999"), base64.b64encode(WORM))
    with Clamd() as engine, worlds.proxy(sink.port, settled([engine.unix])) as world:
        assert send(world.port, many, sender="many@out.test").startswith("250 2.")
        assert send(world.port, worm).startswith("550 5.7.1 ")
        assert send(world.port, ham()).startswith("250 2.")
        (verdict,) = world.gateway.record("many@out.test")["verdicts"].values()
    names = {finding["name"] for finding in verdict["findings"]}
    assert "virus-unscanned" in names


def test_a_worm_padded_beyond_what_the_engine_unpacks_is_told(sink: Exchange) -> None:
    """clamd 1.4 says OK of such a zip, `AlertExceedsMax` or not."""
    message = attached("padded.zip", zipped(bytes(300_000) + WORM))
    with Clamd("MaxFileSize 100K\n") as engine:
        settings = settled([engine.unix], "[checks.virus]\nmember = 100_000\n")
        with worlds.proxy(sink.port, settings) as world:
            assert send(world.port, message).startswith("250 2.")
            (verdict,) = world.gateway.record()["verdicts"].values()
    evidence = {finding["name"]: finding["evidence"] for finding in verdict["findings"]}
    assert evidence["virus-unscanned"] == "1.2/zip:notes.txt is too large for the engine"
