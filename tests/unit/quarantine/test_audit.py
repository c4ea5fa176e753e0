"""The trail of what people did: only ever added to, and what is done within the index is in it or was not done."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.quarantine import Quarantine, audit, deletion
from gatekeeper.quarantine.acts import UNDO_SECONDS, Act, NotDone, Reviewer, Role
from gatekeeper.quarantine.audit import UNENDED, Back, Ended, Trail
from gatekeeper.quarantine.room import Retention
from gatekeeper.quarantine.tables import MIGRATIONS
from gatekeeper.stores.opening import connect
from gatekeeper.values import Fate, Outcome

from .samples import RAW, fates, files, held, hold

ANN = Reviewer("ann", Role.USER, frozenset(("bob@example.org",)))
CHIEF = Reviewer("chief", Role.ADMINISTRATOR)
HELP = Reviewer("help", Role.HELPDESK)
BOB, EVE = "bob@example.org", "eve@example.org"


@pytest.fixture
def trail(quarantine: Quarantine) -> Iterator[Trail]:
    trail = Trail(quarantine.directory)
    yield trail
    trail.close()


def waiting(quarantine: Quarantine, *recipients: str) -> str:
    hold_id = held(quarantine, hold(RAW, *recipients))
    quarantine.confirm(hold_id)
    return hold_id


def delete(quarantine: Quarantine, trail: Trail, hold_id: str, *recipients: str, seconds: float = 60.0) -> int:
    message = quarantine.get(hold_id)
    assert message is not None
    until = time.time() + seconds
    return trail.database.write(lambda c: deletion.delete(c, ANN, message, recipients or (BOB,), until))


def undo(trail: Trail, who: Reviewer, entry: int) -> int:
    def work(connection: sqlite3.Connection) -> int:
        line, act, back = audit.take_back(connection, who, entry)
        deletion.restore(connection, entry, act.hold_id, back.waited)
        audit.end(connection, line, Ended("undone"))
        return line

    return trail.database.write(work)


def test_the_newest_lines_come_first_and_are_found_by_what_stands_in_them(trail: Trail) -> None:
    first = trail.begin(ANN, Act.REQUEST, "one", [BOB])
    trail.end(first, Ended("asked"))
    second = trail.begin(CHIEF, Act.RELEASE, "two", [BOB, "\udcff@x"])
    trail.end(second, Ended("released \udcff"))
    newest, oldest = trail.entries()
    assert (newest.entry, newest.who, newest.role, newest.act) == (second, "chief", Role.ADMINISTRATOR, Act.RELEASE)
    assert (newest.recipients, newest.detail, newest.undone) == ((BOB, "\udcff@x"), "released \udcff", False)
    assert abs(newest.time - time.time()) < 60
    assert [e.entry for e in trail.entries(hold_id="one")] == [first]
    assert [e.entry for e in trail.entries(act=Act.RELEASE)] == [second]
    assert [e.entry for e in trail.entries(who="ann")] == [first]
    assert trail.entries(who="Ann' OR 1=1 --") == []
    assert trail.entries(limit=1) == [newest]
    assert trail.entries(before=second) == [oldest]


def test_an_act_whose_end_was_not_written_down_says_so_and_cannot_be_undone(trail: Trail) -> None:
    entry = trail.begin(ANN, Act.ALLOW, "one")
    assert trail.entries()[0].detail == UNENDED
    with pytest.raises(NotDone, match="cannot be undone"):
        undo(trail, ANN, entry)


@pytest.mark.parametrize("table", ["trail", "trail_ends"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET time = 0", "DELETE FROM {}"])
def test_nothing_in_it_is_changed_or_taken_out(trail: Trail, table: str, deed: str) -> None:
    trail.end(trail.begin(ANN, Act.REQUEST, "one"), Ended("asked"))
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        trail.database.write(lambda connection: connection.execute(deed.format(table)))


def test_what_was_offered_is_known_later(trail: Trail) -> None:
    entry = trail.begin(CHIEF, Act.RELEASE, "one")
    assert trail.offered(entry) == ()
    trail.end(entry, Ended("released", offered=("two", "three")))
    assert trail.offered(entry) == ("two", "three")
    assert trail.offered(entry + 1) == ()


def test_who_deletes_waits_no_more_and_the_bytes_stay_until_it_cannot_be_undone(
    quarantine: Quarantine, trail: Trail
) -> None:
    hold_id = waiting(quarantine)
    entry = delete(quarantine, trail, hold_id)
    assert fates(quarantine, hold_id) == {BOB: Fate.DELETED}
    assert trail.entries()[0].entry == entry
    assert quarantine.purge() == []
    assert quarantine.read(hold_id) == RAW
    undo(trail, ANN, entry)
    assert fates(quarantine, hold_id) == {BOB: Fate.HELD}
    assert [(e.act, e.undone) for e in trail.entries()] == [(Act.UNDO, False), (Act.DELETE, True)]


def test_after_that_they_go_over_a_restart_too(quarantine: Quarantine, trail: Trail) -> None:
    hold_id, kept = waiting(quarantine), waiting(quarantine, "carol@example.org")
    entry = delete(quarantine, trail, hold_id, seconds=-0.001)
    quarantine.close()
    again = Quarantine(quarantine.directory)
    assert again.purge() == [hold_id]
    assert again.purge() == []
    assert files(again) == {kept}
    assert again.sweep() == []
    again.close()
    with pytest.raises(NotDone, match="too late"):
        undo(trail, ANN, entry)


def test_the_last_moment_is_not_too_late_and_the_next_is(
    quarantine: Quarantine, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_id = waiting(quarantine)
    entry = delete(quarantine, trail, hold_id)
    (back,) = trail.database.read("SELECT json_extract(back, '$.until') FROM trail_ends")[0]
    monkeypatch.setattr(audit.time, "time", lambda: back + 0.001)
    with pytest.raises(NotDone, match=f"{UNDO_SECONDS:g} seconds"):
        undo(trail, ANN, entry)
    monkeypatch.setattr(audit.time, "time", lambda: back)
    undo(trail, ANN, entry)
    assert fates(quarantine, hold_id) == {BOB: Fate.HELD}


def test_what_the_purge_was_faster_to_take_does_not_come_back(
    quarantine: Quarantine, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the limit itself both may: whoever commits first has it, and the other is told."""
    hold_id = waiting(quarantine)
    entry = delete(quarantine, trail, hold_id)
    ((due,),) = trail.database.read("SELECT due FROM doomed WHERE entry = ?", (entry,))
    monkeypatch.setattr(time, "time", lambda: due)
    assert quarantine.purge() == [hold_id]
    with pytest.raises(NotDone, match="gone"):
        undo(trail, ANN, entry)
    assert fates(quarantine, hold_id) == {BOB: Fate.DELETED}
    assert [e.act for e in trail.entries()] == [Act.DELETE], "the attempt leaves nothing behind"


def test_what_has_expired_does_not_come_back(quarantine: Quarantine, trail: Trail) -> None:
    hold_id = waiting(quarantine)
    entry = delete(quarantine, trail, hold_id)
    assert quarantine.expire(Retention(0)) == []
    with pytest.raises(NotDone, match="gone"):
        undo(trail, ANN, entry)


def test_the_bytes_stay_for_others_who_wait(quarantine: Quarantine, trail: Trail) -> None:
    hold_id = waiting(quarantine, BOB, EVE)
    delete(quarantine, trail, hold_id, BOB, seconds=-0.001)
    assert quarantine.purge() == []
    assert fates(quarantine, hold_id) == {BOB: Fate.DELETED, EVE: Fate.HELD}
    assert quarantine.read(hold_id) == RAW


def test_each_deletion_has_its_own_time(quarantine: Quarantine, trail: Trail) -> None:
    hold_id = waiting(quarantine, BOB, EVE)
    delete(quarantine, trail, hold_id, BOB, seconds=-0.001)
    second = delete(quarantine, trail, hold_id, EVE)
    assert quarantine.purge() == []
    undo(trail, ANN, second)
    assert fates(quarantine, hold_id) == {BOB: Fate.DELETED, EVE: Fate.HELD}
    assert quarantine.purge() == []
    assert quarantine.read(hold_id) == RAW


def test_who_does_not_wait_any_more_cannot_be_deleted_and_nothing_is_written(
    quarantine: Quarantine, trail: Trail
) -> None:
    hold_id = waiting(quarantine, BOB, EVE)
    message = quarantine.get(hold_id)
    assert message is not None
    quarantine.settle(hold_id, EVE, Outcome(Fate.RELEASED))
    with pytest.raises(NotDone, match="somebody else"):
        trail.database.write(lambda c: deletion.delete(c, ANN, message, (BOB, EVE), time.time() + 60))
    assert fates(quarantine, hold_id) == {BOB: Fate.HELD, EVE: Fate.RELEASED}
    assert trail.entries() == []


def test_an_act_is_undone_once(quarantine: Quarantine, trail: Trail) -> None:
    entry = delete(quarantine, trail, waiting(quarantine))
    undo(trail, ANN, entry)
    with pytest.raises(NotDone, match="already"):
        undo(trail, ANN, entry)


def test_an_undoing_that_failed_can_be_tried_again(quarantine: Quarantine, trail: Trail) -> None:
    entry = delete(quarantine, trail, waiting(quarantine))
    line, *_ = trail.database.write(lambda connection: audit.take_back(connection, ANN, entry))
    with pytest.raises(NotDone, match="already"):
        undo(trail, ANN, entry)
    trail.end(line, Ended("not done: disk full", done=False))
    undo(trail, ANN, entry)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (ANN, True),
        (CHIEF, True),
        (HELP, False),
        (Reviewer("eve", Role.USER), False),
        (Reviewer("ann", Role.HELPDESK), False),
    ],
)
def test_who_may_undo_it(quarantine: Quarantine, trail: Trail, who: Reviewer, may: bool) -> None:
    entry = delete(quarantine, trail, waiting(quarantine))
    if may:
        undo(trail, who, entry)
        return
    with pytest.raises(NotDone) as told:
        undo(trail, who, entry)
    with pytest.raises(NotDone) as of_nothing:
        undo(trail, who, 99_999)
    assert (str(told.value), told.value.missing) == (str(of_nothing.value), True)


def test_what_changed_nothing_cannot_be_undone(trail: Trail) -> None:
    entry = trail.begin(ANN, Act.RELEASE, "one", [BOB])
    trail.end(entry, Ended("released", Back()))
    with pytest.raises(NotDone, match="left this machine"):
        undo(trail, ANN, entry)


def test_an_index_of_before_has_a_trail_from_now_on(tmp_path: Path) -> None:
    connect(tmp_path / "index.db", MIGRATIONS[:1], "FULL", create=True).close()
    trail = Trail(tmp_path, create=False)
    trail.begin(ANN, Act.REQUEST, "one")
    assert len(trail.entries()) == 1
    trail.close()
