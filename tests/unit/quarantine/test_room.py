"""How long what is kept, and how much of it."""

import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.room import DAY, Retention, Usage
from gatekeeper.stores.opening import NoRoom
from gatekeeper.values import Action, Fate, Outcome, Verdict

from .samples import RAW, SPAM, again, fates, files, held, hold

WORM = Verdict(Action.QUARANTINE, "virus-found")
DAYS = Retention(30, {Kind.VIRUS: 7, Kind.SPAM: 14}, large=1000, large_days=3)


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch):
    """Go back so many days."""
    now = time.time()

    def go(days: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now - days * DAY)

    return go


@pytest.mark.parametrize(
    ("verdicts", "size", "days"),
    [
        ([SPAM], 10, 14),
        ([WORM], 10, 7),
        ([WORM, SPAM], 10, 14),
        ([Verdict(Action.QUARANTINE, "sender-held"), WORM], 10, 30),
        ([WORM, SPAM], 1000, 3),
        ([SPAM], 999, 14),
    ],
)
def test_each_kind_has_its_time_and_what_is_large_less(
    quarantine: Quarantine, past, verdicts: list[Verdict], size: int, days: float
) -> None:
    one = hold(b"x" * size, *(f"{number}@example.org" for number in range(len(verdicts))))
    past(days - 0.01)
    hold_id = held(quarantine, replace(one, verdicts=dict(zip(one.verdicts, verdicts, strict=True))))
    past(0)
    assert quarantine.expire(DAYS) == []
    assert files(quarantine) == {hold_id}
    past(-0.02)
    assert quarantine.expire(DAYS) == [(hold_id, address) for address in one.verdicts]
    assert set(fates(quarantine, hold_id).values()) == {Fate.EXPIRED}
    assert files(quarantine) == set()


def test_many_expire_in_parts_and_what_stays_does_not_hide_them(
    quarantine: Quarantine, past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeper.quarantine.quarantine._SOME", 2)
    past(10)
    stays = [held(quarantine, hold(b"%d" % number)) for number in range(5)]
    goes = [held(quarantine, hold(b"worm %d" % number, verdict=WORM)) for number in range(5)]
    past(0)
    assert sorted(quarantine.expire(DAYS)) == sorted((hold_id, "bob@example.org") for hold_id in goes)
    assert files(quarantine) == set(stays)


def test_an_entry_stays_twice_as_long_as_the_longest(quarantine: Quarantine, past) -> None:
    past(20)
    hold_id = held(quarantine, hold(verdict=WORM))
    past(0)
    quarantine.expire(DAYS)
    assert quarantine.get(hold_id) is not None
    past(-40.1)
    quarantine.expire(DAYS)
    assert quarantine.get(hold_id) is None


def test_what_is_there_is_counted(quarantine: Quarantine) -> None:
    def stock() -> tuple[int, int]:
        usage = quarantine.usage()
        return usage.messages, usage.size

    held(quarantine, first := hold(RAW))
    assert stock() == (1, len(RAW))
    held(quarantine, second := again(first))
    assert stock() == (1, len(RAW)), "it took the place of the first"
    held(quarantine, third := hold(b"12345"))
    assert stock() == (2, len(RAW) + 5)
    quarantine.withdraw(third.envelope.id)
    assert stock() == (1, len(RAW))
    quarantine.settle(second.envelope.id, "bob@example.org", Outcome(Fate.RELEASED))
    assert stock() == (1, len(RAW))
    quarantine.expire(Retention(-1))
    assert stock() == (0, 0)
    usage = quarantine.usage()
    assert 0 < usage.free < usage.disk


def test_a_full_quarantine_promises_nothing_and_leaves_nothing(quarantine: Quarantine) -> None:
    quarantine.limit = 2 * len(RAW)
    first = held(quarantine, hold(RAW))
    held(quarantine, hold(RAW, sender="other@example.com"))
    with pytest.raises(
        NoRoom, match=f"{2 * len(RAW)} of {2 * len(RAW)} bytes are taken, 1 more are too many; release or"
    ):
        quarantine.hold(hold(b"x"))
    assert quarantine.usage().messages == len(files(quarantine)) == 2
    quarantine.withdraw(first)
    quarantine.hold(hold(b"x"))


def test_a_disk_without_room_is_known_by_its_error(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, views: object) -> int:
        raise OSError(122, "Disk quota exceeded")

    monkeypatch.setattr(os, "writev", full)
    with pytest.raises(NoRoom, match="Disk quota exceeded; make room on the disk"):
        quarantine.hold(hold())


def test_the_disk_is_what_is_looked_at(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    held(quarantine, hold())
    disk = SimpleNamespace(f_blocks=105, f_bfree=15, f_bavail=10, f_frsize=4096)  # five are root's
    monkeypatch.setattr(os, "statvfs", lambda path: disk)
    assert quarantine.usage() == Usage(1, len(RAW), 0, 40_960, 409_600)


@pytest.mark.parametrize(
    ("usage", "share"),
    [
        (Usage(1, 50, 0, 25, 100), 0.75),
        (Usage(1, 50, 100, 90, 100), 0.5),
        (Usage(1, 50, 100, 10, 100), 0.9),
        (Usage(1, 120, 100, 100, 100), 1.2),
        (Usage(0, 0, 0, 0, 0), 0.0),
    ],
)
def test_whichever_ends_first_counts(usage: Usage, share: float) -> None:
    assert usage.share == share
