"""What the gateway learns at the desk: whom to let in or keep out, what a message is; and that it can be undone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app import state
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.message import parse
from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, NotDone, Reviewer
from gatekeeper.stores.history import Take
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.values import Fate, Label, Reputation, Reputed
from tests.unit.app.desk_world import BOB, CHIEF, EVE, HELP, OTHER, RAW, SPAM, USER, World, furnished, proven

LET_IN = "allow a@example.net dkim"
KEPT_OUT = "deny a@example.net dkim"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with furnished(tmp_path) as world:
        yield world


def lines(world: World) -> list[str]:
    return OwnSenders(world.state / "senders").lines()


def learnt(world: World) -> list[tuple[str, str, str, str]]:
    """Label, source, teacher and id of all that was taught."""
    learning = Learning(state.classifier(world.desk.setup.config), create=False)
    try:
        return [(e.label, e.source, e.teacher, e.id) for e in learning.training.find()]
    finally:
        learning.close()


def learn(world: World, label: Label, hold_id: str, source: str, raw: bytes = RAW, teacher: str = "autolearn") -> None:
    learning = Learning(state.classifier(world.desk.setup.config))
    message = parse(raw)
    learning.learn([Sample(features_of(message), digest_of(message), label, hold_id)], source, teacher)
    learning.close()


def test_who_releases_and_lets_in_writes_a_line_and_can_undo_it(world: World) -> None:
    hold_id = world.hold(verdict=proven(SPAM))
    done = world.run(world.desk.release(CHIEF, hold_id, allow=True))
    assert lines(world) == [LET_IN]
    assert (
        done.said
        == f"Released to {BOB}. Mail from a@example.net is let in from now on, as far as it is proven by dkim."
    )
    assert done.undo_until is not None
    assert 0 < done.undo_until - time.time() <= UNDO_SECONDS
    undone = world.run(world.desk.undo(CHIEF, done.entry))
    assert lines(world) == []
    assert undone.said == "Undone: the list of senders is as it was. What was sent stays sent."
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}, "what has left the machine has left it"


def test_a_user_lets_in_for_themselves_alone(world: World) -> None:
    world.run(world.desk.release(USER, world.hold(BOB, EVE, verdict=proven(SPAM)), allow=True))
    assert lines(world) == [f"{LET_IN} for={BOB}"]


def test_who_proved_nothing_is_not_let_in_and_nothing_is_sent(world: World) -> None:
    hold_id = world.hold()
    with pytest.raises(NotDone, match="nothing proves who sent it"):
        world.run(world.desk.release(CHIEF, hold_id, allow=True))
    assert world.fates(hold_id) == {BOB: Fate.HELD}
    assert not world.exchange.messages
    assert lines(world) == []


def test_what_could_not_be_sent_lets_nobody_in(world: World) -> None:
    world.exchange.behaviour.connections = 0
    done = world.run(world.desk.release(CHIEF, world.hold(verdict=proven(SPAM)), teach=True, allow=True))
    assert lines(world) == []
    assert done.undo_until is None
    assert not (world.state / "classifier").exists()


def test_who_is_blocked_and_let_in_again_by_an_undo(world: World) -> None:
    hold_id = world.hold(verdict=proven(SPAM))
    world.run(world.desk.release(CHIEF, hold_id, allow=True))
    done = world.run(world.desk.block_sender(HELP, hold_id))
    assert (done.act, lines(world)) == (Act.BLOCK, [KEPT_OUT])
    assert done.said == "Mail from a@example.net is kept out from now on, as far as it is proven by dkim."
    world.run(world.desk.undo(HELP, done.entry))
    assert lines(world) == [LET_IN]


def test_a_user_blocks_for_their_own_mailboxes(world: World) -> None:
    world.run(world.desk.block_sender(USER, world.hold(BOB, EVE)))
    assert lines(world) == [f"deny a@example.net client=192.0.2.1 for={BOB}"]


@pytest.mark.parametrize(("who", "source"), [(USER, "web"), (HELP, "review"), (CHIEF, "review")])
def test_what_somebody_says_is_learnt_by_its_id(world: World, who: Reviewer, source: str) -> None:
    hold_id = world.hold()
    done = world.run(world.desk.teach(who, hold_id, Label.SPAM))
    teacher = BOB if who is USER else who.name
    assert learnt(world) == [("spam", source, teacher, hold_id)]
    assert (done.act, done.said) == (Act.TEACH_SPAM, "It is learnt as spam.")
    assert done.undoing == ""
    assert world.run(world.desk.undo(who, done.entry)).said == "Undone: what was learnt from it is forgotten."
    assert learnt(world) == []


def test_a_release_that_taught_and_let_somebody_in_is_undone_as_one(world: World) -> None:
    done = world.run(world.desk.release(CHIEF, world.hold(verdict=proven(SPAM)), teach=True, allow=True))
    undone = world.run(world.desk.undo(CHIEF, done.entry))
    forgotten = "what was learnt from it is forgotten, and the list of senders is as it was"
    assert undone.said == f"Undone: {forgotten}. What was sent stays sent."
    assert (learnt(world), lines(world)) == ([], [])


def test_what_was_learnt_unasked_gives_way_and_comes_back(world: World) -> None:
    hold_id = world.hold()
    learn(world, Label.SPAM, hold_id, "auto")
    done = world.run(world.desk.release(CHIEF, hold_id, teach=True))
    assert learnt(world) == [("ham", "review", "chief", hold_id)]
    assert done.said == f"Released to {BOB}. It is learnt as wanted mail."
    assert done.undoing == "what was learnt (it stays sent)"
    undone = world.run(world.desk.undo(CHIEF, done.entry))
    assert undone.said == "Undone: what was learnt from it is forgotten. What was sent stays sent."
    assert learnt(world) == [("spam", "auto", "autolearn", hold_id)]
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}
    assert len(world.exchange.messages) == 1


def test_a_release_by_itself_forgets_what_was_learnt_unasked(world: World) -> None:
    hold_id, other = world.hold(), world.hold(raw=b"Subject: another\r\n\r\nquite another text\r\n")
    learn(world, Label.SPAM, hold_id, "auto")
    learn(world, Label.SPAM, other, "mail", b"Subject: another\r\n\r\nquite another text\r\n", "ann@own.test")
    assert world.run(world.desk.release(CHIEF, hold_id)).said.endswith("What was learnt from it unasked is forgotten.")
    assert learnt(world) == [("spam", "mail", "ann@own.test", other)]
    world.run(world.desk.release(CHIEF, other))
    assert learnt(world) == [("spam", "mail", "ann@own.test", other)], "somebody has said so"


def test_what_is_known_already_is_not_learnt_twice(world: World) -> None:
    hold_id = world.hold()
    world.run(world.desk.teach(CHIEF, hold_id, Label.HAM))
    done = world.run(world.desk.teach(CHIEF, hold_id, Label.HAM))
    assert (done.said, done.undo_until) == ("It was known as ham already.", None)
    assert len(learnt(world)) == 1
    with pytest.raises(NotDone, match="changed nothing"):
        world.run(world.desk.undo(CHIEF, done.entry))


def test_a_user_who_has_taught_enough_is_told_and_an_administrator_is_not(tmp_path: Path) -> None:
    with furnished(tmp_path, "[classifier]\nteacher_daily = 1\n") as world:
        first, second = (world.hold(raw=b"Subject: x\r\n\r\nmany words of number %d\r\n" % n) for n in range(2))
        world.run(world.desk.teach(USER, first, Label.SPAM))
        with pytest.raises(NotDone, match="only tomorrow"):
            world.run(world.desk.teach(USER, second, Label.SPAM))
        assert world.desk.audit(limit=1)[0].detail.startswith("not done: not learnt")
        world.run(world.desk.teach(CHIEF, second, Label.SPAM))
        assert len(learnt(world)) == 2


def test_what_cannot_be_learnt_is_told_and_the_release_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError(Path("training.db"), "disk full", "make room")

    monkeypatch.setattr("gatekeeper.app.desk_teaching.teach", full)
    hold_id = world.hold(verdict=proven(SPAM))
    done = world.run(world.desk.release(CHIEF, hold_id, teach=True, allow=True))
    assert "But not everything was learnt from it: training.db: disk full; make room." in done.said
    assert world.fates(hold_id) == {BOB: Fate.RELEASED}
    assert lines(world) == [LET_IN]
    world.run(world.desk.undo(CHIEF, done.entry))
    assert lines(world) == [], "what was learnt can be undone"


def test_an_undoing_that_failed_is_in_the_trail_and_can_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = world.run(world.desk.teach(CHIEF, world.hold(), Label.SPAM))

    def full(*_: object) -> None:
        raise StoreError(Path("training.db"), "disk full", "make room")

    with monkeypatch.context() as broken:
        broken.setattr("gatekeeper.app.desk_teaching.unteach", full)
        with pytest.raises(StoreError):
            world.run(world.desk.undo(CHIEF, done.entry))
    undoing, taught = world.desk.audit()
    assert undoing.detail == "not done: training.db: disk full; make room"
    assert not taught.undone
    world.run(world.desk.undo(CHIEF, done.entry))
    assert learnt(world) == []
    assert world.desk.audit()[-1].undone


@pytest.mark.parametrize("who", [USER, OTHER, HELP])
def test_only_they_or_an_administrator_undo_what_was_learnt(world: World, who: Reviewer) -> None:
    done = world.run(world.desk.teach(CHIEF, world.hold(), Label.SPAM))
    with pytest.raises(NotDone) as told:
        world.run(world.desk.undo(who, done.entry))
    assert told.value.missing
    assert len(learnt(world)) == 1


def test_what_is_released_counts_for_its_sender_though_nothing_was_remembered_when_the_desk_was_made(
    world: World,
) -> None:
    hold_id = world.hold(verdict=proven(SPAM))
    history = state.history(world.desk.setup.config)
    history.note([Take("client:192.0.2.9", 1.0, time.time())])
    history.flush()
    world.run(world.desk.release(CHIEF, hold_id))
    world.desk.sending.history.flush()
    found = history.ask(Reputation("domain:example.net"))
    assert isinstance(found, Reputed)
    assert found.ham > 0
    history.close()


def reviews(world: World) -> tuple[float, float]:
    """What reviewers said of example.net: wanted, spam."""
    history = state.history(world.desk.setup.config)
    found = history.ask(Reputation("domain:example.net"))
    history.close()
    assert isinstance(found, Reputed)
    return round(found.ham, 2), round(found.spam, 2)


def remembering(world: World) -> None:
    """As where the gateway runs."""
    history = state.history(world.desk.setup.config)
    history.note([Take("client:192.0.2.9", 1.0, time.time())])
    history.close()


def test_what_is_taken_back_is_held_neither_for_nor_against_its_sender(world: World) -> None:
    remembering(world)
    hold_id = world.hold(verdict=proven(SPAM))
    learn(world, Label.HAM, hold_id, "auto")
    done = world.run(world.desk.teach(CHIEF, hold_id, Label.SPAM))
    assert reviews(world) == (0.0, 1.0)
    world.run(world.desk.undo(CHIEF, done.entry))
    assert reviews(world) == (0.0, 0.0), "nobody else has said anything"


def test_what_somebody_said_before_holds_again(world: World) -> None:
    remembering(world)
    hold_id = world.hold(verdict=proven(SPAM))
    world.run(world.desk.teach(CHIEF, hold_id, Label.HAM))
    done = world.run(world.desk.teach(CHIEF, hold_id, Label.SPAM))
    assert reviews(world) == (0.0, 1.0)
    world.run(world.desk.undo(CHIEF, done.entry))
    assert reviews(world) == (1.0, 0.0)


def test_the_last_word_before_is_what_holds_again(world: World) -> None:
    remembering(world)
    hold_id = world.hold(verdict=proven(SPAM))
    world.run(world.desk.release(CHIEF, hold_id))
    world.desk.sending.history.flush()
    world.run(world.desk.teach(CHIEF, hold_id, Label.SPAM))
    done = world.run(world.desk.teach(CHIEF, hold_id, Label.HAM))
    assert reviews(world) == (1.0, 0.0)
    world.run(world.desk.undo(CHIEF, done.entry))
    assert reviews(world) == (0.0, 1.0)
    assert [label for label, *_ in learnt(world)] == ["spam"]


def test_what_was_released_stays_a_word_for_its_sender(world: World) -> None:
    remembering(world)
    hold_id = world.hold(verdict=proven(SPAM))
    done = world.run(world.desk.release(CHIEF, hold_id, teach=True))
    world.desk.sending.history.flush()
    world.run(world.desk.undo(CHIEF, done.entry))
    assert (learnt(world), reviews(world)) == ([], (1.0, 0.0))


def test_what_is_typed_into_the_list_stands_in_the_trail_and_is_undone(world: World) -> None:
    world.quarantine.usage()  # as a gateway that has begun has one
    world.run(world.desk.list_senders(CHIEF, ["allow a@example.net dkim"]))
    done = world.run(world.desk.list_senders(CHIEF, [KEPT_OUT]))
    assert lines(world) == [KEPT_OUT]
    (entry,) = world.desk.audit(limit=1)
    assert (entry.who, entry.act, entry.hold_id, entry.detail) == (
        CHIEF.name,
        Act.BLOCK,
        "",
        f"Added to the list: '{KEPT_OUT}' in place of '{LET_IN}'.",
    )
    assert world.run(world.desk.undo(CHIEF, done.entry)).said == "Undone: the list of senders is as it was."
    assert lines(world) == [LET_IN]


def test_what_is_taken_off_the_list_stands_in_the_trail_and_comes_back(world: World) -> None:
    world.quarantine.usage()  # as a gateway that has begun has one
    mine = f"{LET_IN} for={BOB}"
    world.run(world.desk.list_senders(USER, [mine]))
    done = world.run(world.desk.unlist_sender(USER, mine))
    assert lines(world) == []
    (entry,) = world.desk.audit(limit=1)
    assert (entry.act, entry.recipients, entry.detail) == (Act.ALLOW, (BOB,), f"Taken off the list: '{mine}'.")
    with pytest.raises(NotDone, match="nothing of this number"):
        world.run(world.desk.undo(OTHER, done.entry))
    world.run(world.desk.undo(USER, done.entry))
    assert lines(world) == [mine]


@pytest.mark.parametrize("typed", [[], [LET_IN], [f"{LET_IN} for={EVE}"], [f"{LET_IN} for={BOB}", LET_IN]])
def test_nobody_changes_the_list_for_others(world: World, typed: list[str]) -> None:
    world.quarantine.usage()  # as a gateway that has begun has one
    with pytest.raises(NotDone) as caught:
        world.run(world.desk.list_senders(USER, typed))
    assert caught.value.missing
    assert lines(world) == []
    assert world.desk.audit() == []
