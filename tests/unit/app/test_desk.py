"""Acts at the desk: done, checked against matrix and scope, written into the trail; and two reviewers at once."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.app.desk import Desk
from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, Done, NotDone, Reviewer, Role
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Finding, Label, Outcome, Verdict
from tests.unit.app.desk_world import (
    BANNED,
    BOB,
    CHIEF,
    EVE,
    EVERYBODY,
    HELP,
    OTHER,
    POLICY,
    RAW,
    SPAM,
    USER,
    WORM,
    World,
    furnished,
    proven,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with furnished(tmp_path, '[quarantine]\nadministrators = ["chief@own.test", "deputy@own.test"]\n') as world:
        yield world


Deed = Callable[[Desk, Reviewer, str], Coroutine[Any, Any, object]]


async def raw(desk: Desk, who: Reviewer, hold_id: str) -> bytes:
    return desk.raw(who, hold_id)


async def get(desk: Desk, who: Reviewer, hold_id: str) -> object:
    return desk.get(who, hold_id)


async def download(desk: Desk, who: Reviewer, hold_id: str) -> object:
    return desk.download(who, hold_id)


async def zipped(desk: Desk, who: Reviewer, hold_id: str) -> object:
    return desk.sealed(who, hold_id)


DEEDS: dict[str, Deed] = {
    "get": get,
    "raw": raw,
    "release": lambda desk, who, hold_id: desk.release(who, hold_id),
    "delete": lambda desk, who, hold_id: desk.delete(who, hold_id),
    "request": lambda desk, who, hold_id: desk.request(who, hold_id),
    "allow": lambda desk, who, hold_id: desk.release(who, hold_id, allow=True),
    "block": lambda desk, who, hold_id: desk.block_sender(who, hold_id),
    "ham": lambda desk, who, hold_id: desk.teach(who, hold_id, Label.HAM),
    "spam": lambda desk, who, hold_id: desk.teach(who, hold_id, Label.SPAM),
    "forward": lambda desk, who, hold_id: desk.forward(who, hold_id),
    "download": download,
    "zip": zipped,
    "part": lambda desk, who, hold_id: desk.release_attachment(who, hold_id, "1"),
}
LOOKING = ("get", "raw")
SEEING = {"get", "raw", "forward"}
DELETING = {"delete", "block", "spam"}
RELEASING = {"release", "allow", "ham", "download", "zip", "part"}


def test_what_is_released_arrives_as_it_was_and_the_trail_has_it(world: World) -> None:
    hold_id = world.hold()
    done = world.run(world.desk.release(USER, hold_id))
    assert [(m.content, m.recipients) for m in world.exchange.messages] == [(RAW, (BOB,))]
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}
    assert (done.act, done.hold_id, done.said) == (Act.RELEASE, hold_id, f"Released to {BOB}.")
    assert (done.undo_until, done.outcomes[BOB].fate) == (None, Fate.RELEASED)
    (entry,) = world.desk.audit()
    assert (entry.entry, entry.who, entry.role, entry.act) == (done.entry, "bob", Role.USER, Act.RELEASE)
    assert (entry.hold_id, entry.recipients, entry.detail) == (hold_id, (BOB,), done.said)


def test_a_release_cannot_be_undone(world: World) -> None:
    done = world.run(world.desk.release(USER, world.hold()))
    with pytest.raises(NotDone, match="left this machine"):
        world.run(world.desk.undo(USER, done.entry))


def test_who_cannot_be_reached_stays_held_and_is_told_why(world: World) -> None:
    world.exchange.behaviour.verify = {EVE}
    hold_id = world.hold(BOB, EVE)
    done = world.run(world.desk.release(CHIEF, hold_id))
    assert done.said == f"Released to {EVE}. Still held for {BOB} (550 5.1.1 User unknown): try again later."
    assert world.fates(hold_id) == {BOB: Fate.HELD, EVE: Fate.RELEASED}


def test_a_release_goes_the_way_that_is_configured(tmp_path: Path) -> None:
    with furnished(tmp_path, '[quarantine]\nrelease_via = "mta"\nmta = "{mta}"\n') as world:
        world.run(world.desk.release(USER, world.hold()))
        assert world.exchange.messages[0].content.startswith(b"X-Gatekeeper-Release: ")


def test_what_is_deleted_is_gone_for_who_deleted_it_and_comes_back(world: World) -> None:
    hold_id = world.hold(BOB, EVE)
    done = world.run(world.desk.delete(USER, hold_id))
    assert world.fates(hold_id) == {BOB: Fate.DELETED, EVE: Fate.HELD}
    assert done.undo_until is not None
    assert 0 < done.undo_until - time.time() <= UNDO_SECONDS
    back = world.run(world.desk.undo(USER, done.entry))
    assert (back.act, back.said) == (Act.UNDO, "Undone: it is held as before.")
    assert world.fates(hold_id) == {BOB: Fate.HELD, EVE: Fate.HELD}
    assert [(e.act, e.undone) for e in world.desk.audit(hold_id=hold_id)] == [(Act.UNDO, False), (Act.DELETE, True)]


def test_what_is_undone_has_the_reason_of_before_again(world: World) -> None:
    hold_id = world.hold()
    world.quarantine.settle(hold_id, BOB, Outcome(Fate.HELD, "esmtp:[x]", "451 later"))
    done = world.run(world.desk.delete(USER, hold_id))
    world.run(world.desk.undo(USER, done.entry))
    assert world.desk.get(USER, hold_id).outcomes[BOB] == Outcome(Fate.HELD, "esmtp:[x]", "451 later")


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_held_for_others_is_answered_as_what_does_not_exist(world: World, deed: str) -> None:
    hold_id = world.hold(BOB)
    with pytest.raises(NotDone) as of_another:
        world.run(DEEDS[deed](world.desk, OTHER, hold_id))
    with pytest.raises(NotDone) as of_nothing:
        world.run(DEEDS[deed](world.desk, OTHER, "t411vhxrypjg9"))
    assert str(of_another.value).replace(hold_id, "ID") == str(of_nothing.value).replace("t411vhxrypjg9", "ID")
    assert of_another.value.missing
    assert of_nothing.value.missing
    assert world.fates(hold_id) == {BOB: Fate.HELD}
    assert world.desk.audit() == []


@pytest.mark.parametrize("hold_id", ["../../etc/passwd", "", "x" * 5000, "t411vhxrypjg9\r\nX: y", "' OR 1=1 --"])
@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_no_id_is_missing(world: World, deed: str, hold_id: str) -> None:
    with pytest.raises(NotDone) as told:
        world.run(DEEDS[deed](world.desk, CHIEF, hold_id))
    assert told.value.missing
    assert len(str(told.value)) < 100


@pytest.mark.parametrize(
    ("who", "verdict", "granted"),
    [
        (USER, SPAM, SEEING | DELETING | RELEASING | {"request"}),
        (USER, POLICY, SEEING | DELETING | {"request"}),
        (USER, BANNED, SEEING | DELETING | {"request"}),
        (USER, WORM, set()),
        (OTHER, SPAM, set()),
        (HELP, SPAM, SEEING | DELETING | RELEASING | {"request"}),
        (HELP, BANNED, SEEING | DELETING | {"request"}),
        (HELP, WORM, SEEING),
        (CHIEF, WORM, SEEING | DELETING | RELEASING),
    ],
)
@pytest.mark.parametrize("deed", DEEDS)
def test_the_matrix_holds_for_every_act(
    world: World, who: Reviewer, verdict: Verdict, granted: set[str], deed: str
) -> None:
    hold_id = world.hold(verdict=proven(verdict))
    if deed in granted:
        world.run(DEEDS[deed](world.desk, who, hold_id))
        assert len(world.desk.audit()) == (deed not in LOOKING)
        return
    with pytest.raises(NotDone) as told:
        world.run(DEEDS[deed](world.desk, who, hold_id))
    assert told.value.missing is ("get" not in granted)
    assert world.fates(hold_id) == {BOB: Fate.HELD}
    assert not world.exchange.messages
    assert world.desk.audit() == []
    assert not (world.state / "senders").exists()
    assert not (world.state / "classifier").exists()


@pytest.mark.parametrize("deed", ["release", "delete", "request"])
def test_nobody_names_a_recipient_who_is_none_of_theirs(world: World, deed: str) -> None:
    hold_id = world.hold(BOB, EVE)
    with pytest.raises(NotDone, match="not held for eve@own") as of_another:
        world.run(getattr(world.desk, deed)(USER, hold_id, [BOB, EVE]))
    with pytest.raises(NotDone) as of_nobody:
        world.run(getattr(world.desk, deed)(USER, hold_id, [BOB, "nil@own.test"]))
    assert str(of_another.value).replace(EVE, "X") == str(of_nobody.value).replace("nil@own.test", "X")
    assert world.fates(hold_id) == {BOB: Fate.HELD, EVE: Fate.HELD}
    assert not world.exchange.messages


def test_nothing_that_a_user_sees_names_the_other_recipients(world: World) -> None:
    about_eve = replace(SPAM, findings=(Finding("sender-held", only_for=(EVE, BOB)), Finding("bayes-spam", 9.0)))
    hold_id = world.hold_each({BOB: about_eve, EVE: about_eve})
    held = world.desk.get(USER, hold_id)
    assert EVE not in repr(held)
    assert held.envelope.recipients == (BOB,)
    assert [finding.name for finding in held.verdicts[BOB].findings] == ["sender-held", "bayes-spam"]
    assert EVE in repr(world.desk.get(HELP, hold_id))


def test_of_a_message_with_several_reasons_only_what_is_granted_is_done(world: World) -> None:
    hold_id = world.hold_each({BOB: SPAM, EVE: BANNED})
    done = world.run(world.desk.release(HELP, hold_id))
    assert world.fates(hold_id) == {BOB: Fate.RELEASED, EVE: Fate.HELD}
    assert set(done.outcomes) == {BOB}
    with pytest.raises(NotDone, match="attached"):
        world.run(world.desk.release(HELP, hold_id, [EVE]))


def test_who_does_not_wait_any_more_is_told_what_became_of_it(world: World) -> None:
    hold_id = world.hold()
    world.run(world.desk.release(USER, hold_id))
    with pytest.raises(NotDone, match=r"nobody waits for it any more: bob@own\.test \(released\)"):
        world.run(world.desk.release(USER, hold_id))
    with pytest.raises(NotDone, match=r"bob@own\.test does not wait for it: released"):
        world.run(world.desk.release(USER, hold_id, [BOB]))
    assert len(world.exchange.messages) == 1


def test_who_got_it_changed_gets_the_original_if_they_are_named(world: World) -> None:
    hold_id = world.hold()
    world.quarantine.settle(hold_id, BOB, Outcome(Fate.DELIVERED))
    with pytest.raises(NotDone, match="name who is to have it"):
        world.run(world.desk.release(CHIEF, hold_id))
    world.run(world.desk.release(CHIEF, hold_id, [BOB]))
    assert world.exchange.messages[0].content == RAW


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - {"get", "request"}))
def test_of_what_is_not_kept_any_more_nothing_can_be_done(world: World, deed: str) -> None:
    """And nobody is told where it was on disk."""
    hold_id = world.hold(verdict=proven(SPAM))
    world.quarantine._files.remove(hold_id)
    with pytest.raises(NotDone, match="not kept any more") as told:
        world.run(DEEDS[deed](world.desk, CHIEF, hold_id))
    assert str(world.state) not in str(told.value)
    assert world.desk.audit() == []


def test_two_who_release_at_once_release_it_once(world: World) -> None:
    hold_id = world.hold()

    async def both() -> list[Done | BaseException]:
        acts = (world.desk.release(who, hold_id) for who in (USER, CHIEF))
        return await asyncio.gather(*acts, return_exceptions=True)

    first, second = world.run(both())
    assert isinstance(first, Done)
    assert isinstance(second, NotDone)
    assert len(world.exchange.messages) == 1
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}
    assert [e.detail for e in world.desk.audit(who="chief")] == [f"not done: {second}"]


def test_what_is_being_released_is_not_deleted(world: World) -> None:
    hold_id = world.hold()

    async def both() -> list[Done | BaseException]:
        return await asyncio.gather(
            world.desk.release(USER, hold_id), world.desk.delete(CHIEF, hold_id), return_exceptions=True
        )

    first, second = world.run(both())
    assert isinstance(first, Done)
    assert isinstance(second, NotDone)
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}
    assert world.quarantine.read(hold_id) == RAW


def test_what_somebody_has_just_deleted_is_not_released(world: World) -> None:
    hold_id = world.hold()
    world.run(world.desk.delete(USER, hold_id))
    with pytest.raises(NotDone, match="deleted"):
        world.run(world.desk.release(CHIEF, hold_id, [BOB]))
    assert not world.exchange.messages


def test_two_who_delete_at_once_delete_it_once(world: World) -> None:
    hold_id = world.hold()

    async def both() -> list[Done | BaseException]:
        return await asyncio.gather(
            world.desk.delete(USER, hold_id), world.desk.delete(CHIEF, hold_id), return_exceptions=True
        )

    first, second = world.run(both())
    assert isinstance(first, Done)
    assert isinstance(second, NotDone)
    assert len(world.desk.audit()) == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_undoes_what_is_not_theirs_but_administrators(world: World, who: Reviewer) -> None:
    hold_id = world.hold()
    entry = world.run(world.desk.delete(USER, hold_id)).entry
    if who in (USER, CHIEF):
        world.run(world.desk.undo(who, entry))
        assert world.fates(hold_id) == {BOB: Fate.HELD}
        return
    with pytest.raises(NotDone) as told:
        world.run(world.desk.undo(who, entry))
    assert told.value.missing
    assert world.fates(hold_id) == {BOB: Fate.DELETED}


def test_a_crash_between_release_and_trail_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line was begun before anything was sent, so nothing is ever sent without one."""
    hold_id = world.hold()

    def crash(*_: object) -> None:
        raise StoreError(Path("index.db"), "disk full", "make room")

    with monkeypatch.context() as broken:
        broken.setattr(type(world.desk.trail), "end", crash)
        with pytest.raises(StoreError):
            world.run(world.desk.release(USER, hold_id))
    assert len(world.exchange.messages) == 1
    (entry,) = world.desk.audit()
    assert (entry.act, entry.detail) == (Act.RELEASE, "begun; what came of it was not written down")


def test_what_cannot_be_written_into_the_trail_is_not_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_id = world.hold()

    def full(*_: object) -> int:
        raise StoreError(Path("index.db"), "disk full", "make room")

    monkeypatch.setattr("gatekeeper.quarantine.audit.begin", full)
    for deed in ("release", "delete"):
        with pytest.raises(StoreError):
            world.run(DEEDS[deed](world.desk, USER, hold_id))
    assert not world.exchange.messages
    assert world.fates(hold_id) == {BOB: Fate.HELD}


class Killed(BaseException):
    """As a signal would, in the middle."""


@pytest.mark.parametrize("half", ["begin", "end"])
def test_a_deletion_and_its_line_are_there_together_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    hold_id = world.hold()

    def killed(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(f"gatekeeper.quarantine.audit.{half}", killed)
        with pytest.raises(Killed):
            world.run(world.desk.delete(USER, hold_id))
    assert world.fates(hold_id) == {BOB: Fate.HELD}
    assert world.desk.audit() == []
    assert world.quarantine.purge() == []
    world.run(world.desk.delete(USER, hold_id))
