import os
import threading
from pathlib import Path

import pytest

from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.room import Retention
from gatekeeper.values import Fate, new_id

from .samples import RAW, age, digest, files, held, hold


def test_a_sweep_puts_aside_what_no_entry_knows_and_nothing_else(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gatekeeper.quarantine.quarantine._SOME", 2)
    known = [held(quarantine, hold(b"%d" % number)) for number in range(5)]
    orphan, young = new_id(), new_id()
    for hold_id in (orphan, young):
        quarantine._files.write(hold_id, [b"half way"])
    for hold_id in (*known, orphan):
        age(quarantine, "messages", hold_id, 7200)
    assert quarantine.sweep() == [orphan]
    assert files(quarantine) == {*known, young}
    assert files(quarantine, "orphans") == {orphan}
    assert orphan in caplog.text
    assert quarantine.sweep() == []


def test_an_orphan_is_kept_as_long_as_a_hold(quarantine: Quarantine) -> None:
    held(quarantine, hold())
    orphan = new_id()
    quarantine._files.write(orphan, [b"half way"])
    age(quarantine, "messages", orphan, 7200)
    quarantine.sweep()
    quarantine.expire(Retention(30))
    assert files(quarantine, "orphans") == {orphan}
    age(quarantine, "orphans", orphan, 31 * 86_400)
    quarantine.expire(Retention(30))
    assert files(quarantine, "orphans") == set()


def test_a_lost_index_costs_no_message(quarantine: Quarantine) -> None:
    """An operator moves a damaged index away: nothing that was promised is deleted for that."""
    hold_id = held(quarantine, hold())
    age(quarantine, "messages", hold_id, 7200)
    quarantine.close()
    for path in quarantine.directory.glob("index.db*"):
        path.unlink()
    assert quarantine.sweep() == [hold_id]
    assert (quarantine.directory / "orphans" / f"{hold_id}.eml").read_bytes() == RAW


def _hold_until_killed(directory: Path, writing: int, number: int) -> None:
    quarantine = Quarantine(directory)
    for count in range(10_000):
        one = hold(b"Subject: %d of %d\r\n\r\n" % (count, number) + os.urandom(3000))
        quarantine.hold(one)
        os.write(writing, f"{one.envelope.id} {one.sha256}\n".encode())
        if count % 3 == 0:
            quarantine.confirm(one.envelope.id)


@pytest.mark.parametrize("attempt", range(3))
def test_what_was_promised_survives_kill_9(tmp_path: Path, attempt: int) -> None:
    """Three processes are killed in the midst of their holds; each hold that returned is there, byte for byte."""
    directory = tmp_path / "quarantine"
    reading, writing = os.pipe()
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            os.close(reading)
            _hold_until_killed(directory, writing, number)
            os._exit(0)
        children.append(child)
    os.close(writing)
    told = b""
    while told.count(b"\n") < 60 + attempt:
        told += os.read(reading, 4096)
    for child in children:
        os.kill(child, 9)
    while more := os.read(reading, 65_536):
        told += more
    for child in children:
        assert os.waitpid(child, 0)[1] == 9
    os.close(reading)
    promised = dict(line.split() for line in told.decode().splitlines())
    quarantine = Quarantine(directory, create=False)
    for hold_id, sha256 in promised.items():
        found = quarantine.get(hold_id)
        assert found is not None
        assert digest(quarantine.read(hold_id)) == sha256 == found.sha256
    there = files(quarantine)
    for hold_id in there:
        age(quarantine, "messages", hold_id, 7200)
    orphans = quarantine.sweep()
    assert not promised.keys() & set(orphans)
    assert {found.id for found in quarantine.find(limit=100_000)} == files(quarantine) == there - set(orphans)
    quarantine.hold(hold(b"and it goes on"))
    quarantine.close()


def test_many_threads_hold_at_once(quarantine: Quarantine) -> None:
    failures: list[BaseException] = []

    def some(number: int) -> None:
        try:
            for count in range(10):
                quarantine.confirm(held(quarantine, hold(b"%d %d" % (number, count))))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=some, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(quarantine.find(fates=[Fate.HELD], limit=1000)) == 80
