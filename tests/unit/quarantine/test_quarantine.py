import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.hold import UNTOLD
from gatekeeper.stores import opening
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Action, Fate, Outcome, Verdict, new_id

from .samples import RAW, SPAM, digest, files, held, hold

DELIVERED = Outcome(Fate.RELEASED, "[127.0.0.1]:2526", "250 2.0.0 Ok")


def test_what_is_held_comes_back_whole(quarantine: Quarantine) -> None:
    first = hold(RAW, "bob@example.org", "carol@example.org")
    before = time.time()
    quarantine.hold(first)
    found = quarantine.get(first.envelope.id)
    assert found is not None
    assert (found.id, found.envelope, found.verdicts) == (first.envelope.id, first.envelope, first.verdicts)
    assert found.outcomes == dict.fromkeys(first.verdicts, Outcome(Fate.UNCONFIRMED, reply=UNTOLD))
    assert list(found.waiting) == ["bob@example.org", "carol@example.org"]
    assert (found.size, found.sha256) == (len(RAW), digest(RAW))
    assert before <= found.held_at <= time.time()
    assert quarantine.read(found.id) == RAW
    assert quarantine.read(found.id, 10) == RAW[:10]


@settings(deadline=None, max_examples=30)
@given(
    raw=st.binary(max_size=200),
    sender=st.binary(max_size=9).map(lambda octets: octets.decode("utf-8", "surrogateescape")),
)
def test_any_bytes_from_any_sender_come_back(tmp_path_factory: pytest.TempPathFactory, raw: bytes, sender: str) -> None:
    quarantine = Quarantine(tmp_path_factory.getbasetemp() / "any")
    one = hold(raw, sender, sender=sender, verdict=replace(SPAM, required=inf))
    quarantine.hold(one)
    found = quarantine.get(one.envelope.id)
    assert found is not None
    assert (found.envelope, found.verdicts, quarantine.read(found.id)) == (one.envelope, one.verdicts, raw)
    quarantine.close()


def test_the_index_is_synced_at_every_hold(quarantine: Quarantine) -> None:
    held(quarantine, hold())
    assert quarantine._promises.read("PRAGMA synchronous") == [(2,)]
    modes = {path.name: path.stat().st_mode & 0o777 for path in quarantine.directory.iterdir()}
    assert modes.pop("messages") == 0o700
    assert set(modes.values()) == {0o600}


def test_the_file_is_durable_before_the_entry_exists(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the two may leave a file without an entry, never an entry without its file."""
    held(quarantine, hold())
    fsync, seen = os.fsync, []

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        with closing(sqlite3.connect(quarantine.directory / "index.db")) as other:
            seen.append(
                (Path(f"/proc/self/fd/{descriptor}").readlink().name, *other.execute("SELECT count(*) FROM holds"))
            )

    monkeypatch.setattr(os, "fsync", watched)
    second = held(quarantine, hold(b"another"))
    assert seen == [(f"{second}.eml", (1,)), ("messages", (1,))]
    assert quarantine.get(second) is not None


def test_an_id_that_is_none_is_refused(quarantine: Quarantine) -> None:
    one = hold()
    with pytest.raises(ValueError, match="not an id"):
        quarantine.hold(replace(one, envelope=replace(one.envelope, id="../../../tmp/x")))
    assert quarantine.get("../../../tmp/x") is None


def test_the_same_id_is_held_once(quarantine: Quarantine) -> None:
    one = hold()
    quarantine.hold(one)
    with pytest.raises(StoreError, match="File exists"):
        quarantine.hold(replace(one, segments=[b"another"]))
    assert quarantine.read(one.envelope.id) == RAW


def test_a_full_disk_promises_nothing_and_leaves_nothing(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, views: object) -> int:
        raise OSError(28, "No space left on device")

    one = hold()
    with monkeypatch.context() as patch:
        patch.setattr(os, "writev", full)
        with pytest.raises(StoreError, match=r"\.eml: No space left on device; make room on the disk"):
            quarantine.hold(one)
    assert quarantine.get(one.envelope.id) is None
    assert files(quarantine) == set()


def test_a_locked_index_promises_nothing_and_leaves_nothing(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    first = held(quarantine, hold())
    quarantine.close()
    with closing(sqlite3.connect(quarantine.directory / "index.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"index\.db: database is locked"):
            quarantine.hold(hold(b"another"))
    assert files(quarantine) == {first}


def test_a_file_stays_when_nobody_can_tell_whether_its_entry_was_made(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is done, but its confirmation is lost, and then the index cannot be read."""
    one = hold()
    write = quarantine._promises.write

    def committed_but_failed(work: object) -> None:
        write(work)  # type: ignore[arg-type]
        raise StoreError(Path("index.db"), "disk I/O error", "look")

    def unreadable(*_: object) -> None:
        raise StoreError(Path("index.db"), "disk I/O error", "look")

    with monkeypatch.context() as patch:
        patch.setattr(quarantine._promises, "write", committed_but_failed)
        patch.setattr(quarantine._notes, "read", unreadable)
        with pytest.raises(StoreError):
            quarantine.hold(one)
    assert quarantine.read(one.envelope.id) == RAW
    assert quarantine.get(one.envelope.id) is not None


@pytest.fixture
def three(quarantine: Quarantine) -> list[str]:
    banned = Verdict(Action.QUARANTINE, "banned-attachment")
    mixed = hold(b"2", "bob@example.org", "carol@example.org", sender="Mallory@example.com")
    ids = [
        held(quarantine, hold(b"1")),
        held(quarantine, replace(mixed, verdicts={"bob@example.org": SPAM, "carol@example.org": banned})),
        held(quarantine, hold(b"3", "carol@example.org", sender="")),
    ]
    quarantine.confirm(ids[0])
    quarantine.settle(ids[2], "carol@example.org", DELIVERED)
    return ids


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [2, 1, 0]),
        ({"limit": 1}, [2]),
        ({"sender": "mallory@EXAMPLE.com"}, [1]),
        ({"recipient": "carol@*"}, [2, 1]),
        ({"reason": "banned-attachment"}, [1]),
        ({"reason": "banned-attachment", "recipient": "bob@example.org"}, []),
        ({"fates": [Fate.HELD]}, [0]),
        ({"fates": [Fate.HELD, Fate.UNCONFIRMED]}, [1, 0]),
        ({"fates": [Fate.RELEASED], "recipient": "bob@example.org"}, []),
        ({"since": 0.0}, [2, 1, 0]),
        ({"since": 4e9}, []),
    ],
)
def test_finding(quarantine: Quarantine, three: list[str], wanted: dict, found: list[int]) -> None:
    assert [found.id for found in quarantine.find(**wanted)] == [three[place] for place in found]


def test_looking_where_nothing_ever_was_fails_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        Quarantine(tmp_path / "quarantine", create=False).find()
    assert list(tmp_path.iterdir()) == []


def test_reading_what_is_gone_names_the_file(quarantine: Quarantine) -> None:
    with pytest.raises(StoreError, match=r"\.eml: No such file"):
        quarantine.read(new_id())
