"""Whatever goes wrong: a clear error that names the file and the remedy, and the store is as it was before."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gatekeeper.app import chunk, learning, rebuilding, turn
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier import linear
from gatekeeper.stores import model_file, opening, training_lock
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_rows import Row
from gatekeeper.values import Label
from tests.unit.app.learning_samples import HAM, SPAM, digest, everything, sample, samples, truth

MIXED = [(number, SPAM if number % 2 else HAM) for number in range(20)]
MORE = [(number, SPAM if number % 2 else HAM) for number in range(20, 26)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of some kilobytes."""
    monkeypatch.setattr(linear, "BITS", 12)


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learning]:
    learner = Learning(tmp_path / "a")
    learner.learn(samples(MIXED))
    yield learner
    learner.close()


@pytest.fixture
def direct(tmp_path: Path) -> Iterator[Learning]:
    learner = Learning(tmp_path / "b")
    yield learner
    learner.close()


def database(learner: Learning) -> Path:
    return learner.directory / "training.db"


def test_without_a_store_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"training\.db: no such file"):
        Learning(tmp_path, create=False).training.state()


def test_a_locked_database(learner: Learning, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(learner)
    learner.close()
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    with closing(sqlite3.connect(database(learner), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"training\.db: database is locked; .*fuser"):
            learner.learn(samples(MORE))
    assert everything(learner) == before
    assert learner.learn(samples(MORE)).learnt == 6


def test_a_full_disk(learner: Learning, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(learner)
    pages = learner.training._database.read("PRAGMA page_count")[0][0]
    learner.training._database.read(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreError, match=r"training\.db: database or disk is full; make room"):
        learner.learn([sample(number, SPAM, 2000) for number in range(100, 150)])
    assert everything(learner) == before
    assert learner.learn(samples(MORE)).learnt == 6


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_is_really_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "BITS", 21)  # more than there will be room for
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("this machine mounts nothing")
    learner = Learning(small / "classifier")
    try:
        learner.learn(samples(MIXED))
        before = everything(learner)
        with suppress(OSError), (small / "filler").open("wb", 0) as filler:
            while True:
                filler.write(bytes(4096))
        with pytest.raises(StoreError, match=r"make room on the disk"):
            learner.learn([sample(number, SPAM, 3000) for number in range(1000, 1200)])
        assert everything(learner) == before
        (small / "filler").unlink()
        with (small / "filler").open("wb") as filler:
            disk = os.statvfs(small)
            filler.write(bytes(disk.f_bavail * disk.f_bsize - 4_000_000))  # room for the training, none for the model
        with pytest.raises(StoreError, match=r"model-2\.npz: .* make room on the disk"):
            learner.learn(samples(MORE))
        assert sorted(path.name for path in small.glob("*/model*")) == ["model-1.npz", "model.json"]
        assert (learner.training.state().last, learner.behind) == (26, True)
        (small / "filler").unlink()
        learner.publish()
        assert not learner.behind
    finally:
        learner.close()
        subprocess.run(["umount", "-l", small], check=True)


def test_a_model_that_cannot_be_written_is_made_up_for(learner: Learning, direct: Learning) -> None:
    """The training has it; only what is served is older, until somebody learns again."""
    served = learner.model().known.name
    (learner.directory / "model-2.npz").mkdir()
    with pytest.raises(StoreError, match="model"):
        learner.learn(samples(MORE))
    assert learner.model().known.name == served
    assert learner.behind
    (learner.directory / "model-2.npz").rmdir()
    learner.publish()
    assert not learner.behind
    direct.learn(samples([*MIXED, *MORE]))
    assert everything(learner) == everything(direct)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_truncated_database(learner: Learning, size: int) -> None:
    learner.close()
    data = database(learner).read_bytes()
    database(learner).write_bytes(data[:size])
    if size == 0:  # to SQLite that is a new one
        assert learner.behind
        return
    with pytest.raises(StoreError, match=r"training\.db: .*; put a backup in its place, or move it away"):
        learner.learn(samples(MORE))
    assert database(learner).read_bytes() == data[:size]


def test_a_database_that_is_none(learner: Learning) -> None:
    learner.close()
    database(learner).write_bytes(b"From ann@example.com\n" * 1000)
    with pytest.raises(StoreError, match=r"training\.db: file is not a database; put a backup"):
        learner.learn(samples(MORE))


def test_one_of_a_newer_gatekeeper(learner: Learning) -> None:
    learner.training._database.write(lambda connection: connection.execute("PRAGMA user_version = 99"))
    learner.close()
    with pytest.raises(StoreError, match="newer gatekeeper"):
        learner.learn(samples(MORE))


def test_damaged_features(learner: Learning) -> None:
    learner.training._database.write(lambda c: c.execute("UPDATE features SET packed = x'00' WHERE seq = 6"))
    with pytest.raises(StoreError, match=r"training\.db: event event-5 is damaged .*; put a backup"):
        learner.forget([digest(5)])
    with pytest.raises(StoreError, match="event-5 is damaged"):
        learner.rebuild()
    assert learner.model().known.learnt == (10, 10)
    assert learner.learn(samples(MORE)).learnt == 6


def test_counts_that_do_not_fit_the_events(learner: Learning) -> None:
    learner.training._database.write(lambda c: c.execute("DELETE FROM words WHERE word = CAST('only5' AS BLOB)"))
    before = truth(learner)
    with pytest.raises(StoreError, match=r"training\.db: the counts of 1 words do not fit"):
        learner.forget([digest(5)])
    assert truth(learner) == before


def test_a_damaged_checkpoint_is_passed_over(
    learner: Learning, direct: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "EVERY", 5)
    for number in range(20, 40):
        learner.learn(samples([(number, SPAM)]))
    kept = learner.training.kept()
    assert len(kept) >= 3
    learner.training._database.write(
        lambda c: c.execute("UPDATE checkpoints SET packed = x'00' WHERE seq = ?", (kept[-1],))
    )
    assert next(learner.training.checkpoints()).seq == kept[-2]
    learner.forget([digest(39)])
    learner.rebuild()
    direct.learn(samples([*MIXED, *[(number, SPAM) for number in range(20, 39)]]))
    assert everything(learner) == everything(direct)


@pytest.mark.parametrize("damage", ["gone", "cut", "other", "format", "no card", "no json", "all"])
def test_a_damaged_model_is_named_and_made_anew(learner: Learning, direct: Learning, damage: str) -> None:
    card, arrays = learner.directory / "model.json", learner.directory / "model-1.npz"
    told = {"gone": "no such file", "format": "format 7", "no json": "not the card"}.get(damage, "sha256")
    if damage in ("gone", "all"):
        arrays.unlink()
    if damage == "cut":
        arrays.write_bytes(arrays.read_bytes()[:-100])
    if damage == "other":
        arrays.write_bytes(bytes(arrays.stat().st_size))
    if damage == "format":
        card.write_text(card.read_text().replace('"format": 1', '"format": 7'))
    if damage == "no json":
        card.write_text("{")
    if damage in ("no card", "all"):
        card.unlink()
    if damage not in ("no card", "all"):
        with pytest.raises(model_file.Damaged, match=f"model.*{told}.*gatekeeper learn --rebuild"):
            learner.model()
    assert learner.behind is (damage != "other")
    learner.learn(samples(MORE))
    assert learner.behind
    learner.rebuild()
    direct.learn(samples([*MIXED, *MORE]))
    assert everything(learner) == everything(direct)


@pytest.mark.parametrize("last", [18, 10, 0, -5])
def test_a_card_that_is_wrong_about_what_it_belongs_to(learner: Learning, direct: Learning, last: int) -> None:
    """What the model has of the events already is not counted once more. No digest covers the card."""
    card = learner.directory / "model.json"
    assert '"last": 20' in card.read_text()
    card.write_text(card.read_text().replace('"last": 20', f'"last": {last}'))
    learner.learn(samples(MORE))
    assert learner.model().counts.spam.tolist() == learner.training.words().table()[1].tolist()
    assert learner.behind
    learner.rebuild()
    direct.learn(samples([*MIXED, *MORE]))
    assert everything(learner) == everything(direct)


def test_the_model_of_another_store_is_not_gone_on_from(learner: Learning, direct: Learning) -> None:
    """As far as it can be told from the number of events and of changes, it is ours."""
    direct.learn(samples([(number + 100, label) for number, label in MIXED]))
    for path in direct.directory.glob("model*"):
        shutil.copy(path, learner.directory)
    assert learner.behind
    learner.publish()
    assert learner.behind
    assert learner.model().counts.keys.tolist() == learner.training.words().table()[0].tolist()
    learner.rebuild()
    again = Learning(direct.directory.with_name("c"))
    again.learn(samples(MIXED))
    assert everything(learner) == everything(again)


def test_what_was_committed_and_not_served_is_made_up_for(learner: Learning, direct: Learning) -> None:
    """As after a crash between the two."""
    older = {path.name: path.read_bytes() for path in learner.directory.glob("model*")}
    learner.learn(samples(MORE))
    for path in learner.directory.glob("model*"):
        path.unlink()
    for name, data in older.items():
        (learner.directory / name).write_bytes(data)
    assert learner.behind
    learner.learn([])
    learner.publish()
    direct.learn(samples([*MIXED, *MORE]))
    assert everything(learner) == everything(direct)


def test_the_same_while_the_model_was_behind(
    learner: Learning, direct: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is behind is no checkpoint."""
    monkeypatch.setattr(rebuilding, "EVERY", 3)
    learner.forget([digest(3)])
    older = {path.name: path.read_bytes() for path in learner.directory.glob("model*")}
    learner.learn(samples(MORE))
    for path in learner.directory.glob("model*"):
        path.unlink()
    for name, data in older.items():
        (learner.directory / name).write_bytes(data)
    learner.publish()
    assert learner.behind
    assert not learner.training.kept()
    direct.learn(samples([*[one for one in MIXED if one[0] != 3], *MORE]))
    assert truth(learner) == truth(direct)
    assert learner.model().known.learnt == direct.model().known.learnt
    learner.rebuild()
    assert everything(learner) == everything(direct)


def test_what_fails_in_the_middle_leaves_what_was_committed(
    learner: Learning, direct: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "BLOCK", 2)
    monkeypatch.setattr(chunk, "MOST_MESSAGES", 4)

    def broken() -> Iterator[Sample]:
        yield from samples(MORE)[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learner.learn(broken())
    direct.learn(samples([*MIXED, *MORE[:4]]))
    assert everything(learner) == everything(direct)


def test_an_import_that_fails_changes_nothing(learner: Learning) -> None:
    before = everything(learner)

    def broken() -> Iterator[Row]:
        yield Row(b"a", 1, 1)
        raise ValueError("line 2")

    with pytest.raises(ValueError, match="line 2"):
        learner.import_words(broken(), 5, 5)
    assert everything(learner) == before


def hold(
    directory: Path, ready: "multiprocessing.synchronize.Event", go_on: "multiprocessing.synchronize.Event"
) -> None:
    def slowly() -> Iterator[Sample]:
        yield from samples(MORE)
        ready.set()
        go_on.wait(30)

    learning.BLOCK = 1
    Learning(directory).learn(slowly())


@pytest.fixture
def another(learner: Learning) -> "Iterator[tuple[multiprocessing.Process, multiprocessing.synchronize.Event]]":
    """A process that learns, until it is told to go on."""
    context = multiprocessing.get_context("fork")
    ready, go_on = context.Event(), context.Event()
    process = context.Process(target=hold, args=(learner.directory, ready, go_on))
    process.start()
    assert ready.wait(30)
    yield process, go_on
    process.kill()
    process.join()


def test_two_trainers_the_second_waits(learner: Learning, direct: Learning, another: tuple) -> None:
    process, go_on = another
    go_on.set()
    assert learner.learn(samples([(50, SPAM)])).learnt == 1
    process.join(30)
    direct.learn(samples([*MIXED, *MORE, (50, SPAM)]))
    assert everything(learner) == everything(direct)


def test_two_trainers_the_second_says_who_is_first(
    learner: Learning, another: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, _ = another
    monkeypatch.setattr(training_lock, "PATIENCE", 0.1)
    before = truth(learner)
    with pytest.raises(StoreError, match=rf"training\.lock: process {process.pid} \(.+\) is learning; try again"):
        learner.learn(samples([(50, SPAM)]))
    assert truth(learner) == before


def test_one_that_is_killed_stands_in_nobodys_way(learner: Learning, another: tuple) -> None:
    process, _ = another
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    assert learner.learn(samples([(50, SPAM)])).messages == (11, 10)


def test_who_learns_long_takes_turns(learner: Learning, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that is taught by somebody else is learnt in between."""
    monkeypatch.setattr(learning, "BLOCK", 1)
    monkeypatch.setattr(turn, "LENGTH", 0.0)
    context = multiprocessing.get_context("fork")
    began = context.Event()

    def teach(directory: Path) -> None:
        began.set()
        Learning(directory).learn(samples([(500, SPAM)]))

    def long() -> Iterator[Sample]:
        process = context.Process(target=teach, args=(learner.directory,))
        for number in range(100, 150):
            if number == 110:
                process.start()
                began.wait(30)
            if number > 120 and learner.training.taught([digest(500)]):
                break
            time.sleep(0.01)
            yield sample(number, HAM)
        process.join(30)

    done = learner.learn(long())
    order = [event.id for event in learner.training.events()]
    assert done.learnt < 50
    assert order.index("event-100") < order.index("event-500") < len(order)
    assert not learner.behind


def test_a_model_is_made_anew_while_others_forget(
    learner: Learning, direct: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Learning(learner.directory)
    changes = iter([lambda: other.forget([digest(7)]), lambda: other.learn(samples(MORE))])

    def change(_: int) -> None:
        next(changes, lambda: None)()

    learner.forget([digest(3)])
    learner.rebuild(change)
    other.close()
    direct.learn(samples([*[one for one in MIXED if one[0] not in (3, 7)], *MORE]))
    assert everything(learner) == everything(direct)


def test_a_model_is_made_anew_however_much_others_forget(learner: Learning, direct: Learning) -> None:
    other = Learning(learner.directory)
    rest = iter([5, 8, 9])

    def change(_: int) -> None:
        if (number := next(rest, None)) is not None:
            other.forget([digest(number)])

    learner.forget([digest(3)])
    learner.rebuild(change)
    other.close()
    direct.learn(samples([one for one in MIXED if one[0] not in (3, 5, 8, 9)]))
    assert everything(learner) == everything(direct)


def endlessly(directory: Path) -> None:
    learning.BLOCK, chunk.MOST_MESSAGES, rebuilding.EVERY, turn.LENGTH = 2, 4, 6, 0.05
    learner = Learning(directory)
    for number in range(100, 100_000):
        learner.learn(samples([(number, SPAM), (number - 50, HAM), (number - 60, SPAM)]))
        if number % 3 == 0:
            learner.forget([digest(number - 10)])
        if number % 7 == 0:
            learner.rebuild()


@pytest.mark.parametrize("seconds", [0.05, 0.13, 0.21, 0.34, 0.55])
def test_a_process_killed_at_any_time_leaves_a_store_that_is_whole(
    learner: Learning, direct: Learning, seconds: float
) -> None:
    learner.close()
    process = multiprocessing.get_context("fork").Process(target=endlessly, args=(learner.directory,))
    process.start()
    began = learner.training.state().last
    while learner.training.state().last == began:
        time.sleep(0.01)
    time.sleep(seconds)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(30)
    known = [(int.from_bytes(event.digest, "big"), Label(event.label)) for event in learner.training.events()]
    learner.publish()
    if learner.behind:
        learner.rebuild()
    direct.learn(samples(known))
    assert everything(learner) == everything(direct)
