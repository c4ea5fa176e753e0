import os
from pathlib import Path

import pytest

from gatekeeper.app.watch import EVERY, Watch, stamp


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table"
    path.write_text("one")
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(table: Path, clock: Clock) -> Watch:
    watch = Watch(clock)
    watch.follow({str(table): stamp(str(table)), "/no/such/file": None})
    return watch


def looked(watch: Watch, clock: Clock) -> list[str]:
    clock.time += EVERY
    return watch.changed()


def rewritten(path: Path) -> None:
    path.write_text("another text")


def replaced(path: Path) -> None:
    before = path.stat()
    new = path.with_name("new")
    new.write_text(path.read_text())
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.rename(path)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("change", [rewritten, replaced, touched, Path.unlink, lambda path: path.chmod(0o600)])
def test_a_change_is_named_once_it_has_settled_and_only_once(watch: Watch, clock: Clock, table: Path, change) -> None:
    assert looked(watch, clock) == []
    change(table)
    assert looked(watch, clock) == []
    assert looked(watch, clock) == [str(table)]
    assert looked(watch, clock) == looked(watch, clock) == []


def test_a_file_that_is_being_written_is_left_alone(watch: Watch, clock: Clock, table: Path) -> None:
    for length in range(4):
        table.write_text("x" * (10 + length))
        assert looked(watch, clock) == []
    assert looked(watch, clock) == [str(table)]


def test_what_is_back_as_it_was_has_not_changed(watch: Watch, clock: Clock, table: Path) -> None:
    aside = table.rename(table.with_name("aside"))
    assert looked(watch, clock) == []
    aside.rename(table)
    assert looked(watch, clock) == looked(watch, clock) == []


def test_what_was_written_while_it_was_read_is_a_change(clock: Clock, table: Path) -> None:
    before = stamp(str(table))
    rewritten(table)
    watch = Watch(clock)
    watch.follow({str(table): before})
    assert looked(watch, clock) == []
    assert looked(watch, clock) == [str(table)]


def test_it_looks_no_more_often_than_it_should(watch: Watch, clock: Clock, table: Path) -> None:
    assert watch.due == clock.time + EVERY
    rewritten(table)
    assert watch.changed() == []
    assert watch.due == clock.time + EVERY
    assert Watch(clock).due is None
    assert Watch(clock).changed() == []
