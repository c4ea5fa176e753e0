"""What the desk sends: to administrators, and one part of a message by itself."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

import pytest

from gatekeeper.app.desk_post import part_of
from gatekeeper.quarantine.acts import Act, NotDone
from gatekeeper.values import Fate, Outcome
from tests.messages import attached
from tests.unit.app.desk_world import BANNED, BOB, CHIEF, EVE, HELP, RAW, USER, World, furnished

BOSS, DEPUTY = "chief@own.test", "deputy@own.test"
SETTINGS = f'[quarantine]\nadministrators = ["{BOSS}", "{DEPUTY}"]\n'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with furnished(tmp_path, SETTINGS) as world:
        yield world


def test_what_is_forwarded_arrives_attached_as_it_was(world: World) -> None:
    hold_id = world.hold(raw=RAW + b"\xff\r\n")
    done = world.run(world.desk.forward(USER, hold_id))
    (letter,) = world.exchange.messages
    assert (letter.sender, letter.recipients) == ("", (BOSS,))
    assert RAW + b"\xff\r\n" in letter.content
    assert done.said == f"Forwarded to {BOSS}."
    assert world.fates(hold_id) == {BOB: Fate.HELD}
    assert world.desk.audit()[0].act is Act.FORWARD


def test_it_goes_to_an_administrator_and_nobody_else(world: World) -> None:
    hold_id = world.hold()
    world.run(world.desk.forward(USER, hold_id, DEPUTY.upper()))
    with pytest.raises(NotDone, match=r"quarantine\.administrators"):
        world.run(world.desk.forward(CHIEF, hold_id, "friend@elsewhere.test"))
    assert [m.recipients for m in world.exchange.messages] == [(DEPUTY.upper(),)]


def test_where_nobody_is_named_it_says_so(tmp_path: Path) -> None:
    with furnished(tmp_path) as world, pytest.raises(NotDone, match=r"quarantine\.administrators"):
        world.run(world.desk.forward(CHIEF, world.hold()))


def test_an_administrator_who_cannot_be_reached_is_told(world: World) -> None:
    world.exchange.behaviour.connections = 0
    with pytest.raises(NotDone, match=rf"{BOSS} could not be reached: 451"):
        world.run(world.desk.forward(USER, world.hold()))
    assert world.desk.audit()[0].detail.startswith("not done: ")


def test_what_goes_back_into_the_mta_passes_our_own_milter_once(tmp_path: Path) -> None:
    settings = SETTINGS + 'release_via = "mta"\nmta = "{mta}"\n'
    with furnished(tmp_path, settings) as world:
        hold_id = world.hold()
        world.run(world.desk.forward(USER, hold_id))
        (letter,) = world.exchange.messages
        token = letter.content.split(b"\r\n", 1)[0].decode().partition(": ")[2]
        assert world.quarantine.verify(token, letter.content, [BOSS]) == hold_id


def test_who_asks_has_it_told_to_every_administrator_once(world: World) -> None:
    hold_id = world.hold(verdict=BANNED)
    done = world.run(world.desk.request(USER, hold_id))
    assert [m.recipients for m in world.exchange.messages] == [(BOSS,), (DEPUTY,)]
    assert done.said == "Asked for. The administrators have a letter about it."
    with pytest.raises(NotDone, match="already"):
        world.run(world.desk.request(USER, hold_id))
    assert len(world.exchange.messages) == 2
    (entry,) = world.desk.audit(act=Act.REQUEST)
    assert (entry.who, entry.recipients) == ("bob", (BOB,))
    world.run(world.desk.request(HELP, hold_id))


def test_a_request_that_nobody_could_be_told_of_stands_all_the_same(world: World) -> None:
    world.exchange.behaviour.connections = 0
    done = world.run(world.desk.request(USER, world.hold()))
    assert done.said == "Asked for. An administrator will see it here."
    assert len(world.desk.audit(act=Act.REQUEST)) == 1


def test_one_part_goes_to_who_waits_and_to_who_got_the_rest(world: World) -> None:
    hold_id = world.hold(BOB, EVE, raw=attached("notes.zip", b"\x00packed"), verdict=BANNED)
    world.quarantine.settle(hold_id, EVE, Outcome(Fate.DELIVERED))
    done = world.run(world.desk.release_attachment(CHIEF, hold_id, "1.2"))
    assert [m.recipients for m in world.exchange.messages] == [(BOB,), (EVE,)]
    for letter in world.exchange.messages:
        (part,) = message_from_bytes(letter.content, policy=default).iter_attachments()  # type: ignore[attr-defined]
        assert (part.get_filename(), part.get_content()) == ("notes.zip", b"\x00packed")
    assert done.said == f"notes.zip: Released to {BOB}, {EVE}."
    held = world.desk.get(CHIEF, hold_id)
    assert [outcome.fate for outcome in held.outcomes.values()] == [Fate.HELD, Fate.DELIVERED]


@pytest.mark.parametrize("path", ["1", "1.9", "", "../..", "1.2~1", "x" * 5000])
def test_what_is_no_part_is_told(world: World, path: str) -> None:
    hold_id = world.hold(raw=attached("notes.zip", b"\x00packed"))
    with pytest.raises(NotDone, match="no such part"):
        world.run(world.desk.release_attachment(CHIEF, hold_id, path))
    assert world.desk.audit() == []


def test_a_message_of_one_part_is_that_part() -> None:
    assert part_of(RAW, "1") == ("text/plain", b"Pay at once.\r\n")


def test_what_is_handed_out_is_exact_and_in_the_trail(world: World) -> None:
    pyzipper = pytest.importorskip("pyzipper", reason="gatekeeper[web] is not installed")
    hold_id = world.hold()
    assert world.desk.download(USER, hold_id) == RAW
    archive, password = world.desk.sealed(USER, hold_id)
    with pyzipper.AESZipFile(BytesIO(archive)) as opened:
        assert opened.read(f"{hold_id}.eml", pwd=password.encode()) == RAW
    assert [e.detail for e in world.desk.audit()] == ["downloaded in a zip with a password", "downloaded"]
    assert password not in repr(world.desk.audit())
