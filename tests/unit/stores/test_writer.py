import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from gatekeeper.stores import writer
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.writer import Writer

FULL = StoreError(Path("/state/journal.db"), "database or disk is full", "make room on the disk")


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LINGER", 0.001)
    monkeypatch.setattr(writer, "RETRY", 0.01)


class Paper:
    """Takes what is written, or has a trouble."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.trouble: Exception | None = None
        self.tried = threading.Event()

    def write(self, batch: Sequence[int]) -> None:
        self.tried.set()
        if self.trouble is not None:
            raise self.trouble
        if 13 in batch:
            raise ValueError("unlucky")
        self.batches.append(list(batch))

    @property
    def written(self) -> list[int]:
        return [item for batch in self.batches for item in batch]


def test_everything_is_written_in_order_by_flush() -> None:
    paper = Paper()
    writing = Writer(paper.write, 10_000)
    for number in range(20, 2020):
        writing.put(number)
    assert writing.flush()
    assert paper.written == list(range(20, 2020))
    assert max(map(len, paper.batches)) <= writer.BATCH
    writing.close()


def test_close_writes_the_rest_and_ends_the_thread() -> None:
    paper = Paper()
    writing = Writer(paper.write, 100)
    writing.put(1)
    thread = writing._thread
    writing.close()
    assert paper.written == [1]
    assert thread is not None
    assert not thread.is_alive()


def test_it_starts_again_after_close() -> None:
    paper = Paper()
    writing = Writer(paper.write, 100)
    for number in (1, 2):
        writing.put(number)
        writing.close()
    assert paper.written == [1, 2]


def test_one_that_was_never_used_has_no_thread_and_closes() -> None:
    writing = Writer(Paper().write, 100)
    assert writing.flush()
    writing.close()
    assert writing._thread is None


def test_what_cannot_be_written_now_waits_and_is_written_later(caplog: pytest.LogCaptureFixture) -> None:
    paper = Paper()
    paper.trouble = FULL
    writing = Writer(paper.write, 100)
    for number in (1, 2, 3):
        writing.put(number)
    assert paper.tried.wait(10)
    assert not writing.flush(0.05)
    paper.trouble = None
    assert writing.flush()
    writing.close()
    assert paper.written == [1, 2, 3]
    assert writing.lost == 0
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert "/state/journal.db: database or disk is full; make room on the disk" in caplog.text


def test_what_does_not_fit_is_lost_counted_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    paper, losses = Paper(), []
    paper.trouble = FULL
    writing = Writer(paper.write, 5, losses.append)
    writing.put(0)
    assert paper.tried.wait(10)
    while writing._waiting:
        pass
    for number in range(1, 9):
        writing.put(number)
    assert writing.lost == 3
    assert losses == [1, 1, 1]
    assert [record.levelno for record in caplog.records].count(logging.CRITICAL) == 1
    paper.trouble = None
    writing.close()
    assert paper.written == [0, 1, 2, 3, 4, 5]


def test_close_gives_up_and_counts_what_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    paper, losses = Paper(), []
    paper.trouble = FULL
    writing = Writer(paper.write, 100, losses.append)
    for number in range(7):
        writing.put(number)
    writing.close(timeout=0.03)
    assert writing.lost == 7
    assert sum(losses) == 7
    assert "7 lost" in caplog.text


def test_one_bad_item_does_not_keep_back_the_others(caplog: pytest.LogCaptureFixture) -> None:
    paper = Paper()
    writing = Writer(paper.write, 100)
    for number in range(11, 16):
        writing.put(number)
    writing.close()
    assert paper.written == [11, 12, 14, 15]
    assert writing.lost == 1
    assert "unlucky" in caplog.text


def test_put_survives_that_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper()
    writing = Writer(paper.write, 100)

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        writing.put(1)
    writing.put(2)
    writing.close()
    assert paper.written == [1, 2]


def test_many_threads_lose_nothing() -> None:
    paper = Paper()
    writing = Writer(paper.write, 100_000)
    threads = [
        threading.Thread(target=lambda n=n: [writing.put(n * 1000 + i) for i in range(100, 600)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writing.close()
    assert sorted(paper.written) == sorted(n * 1000 + i for n in range(8) for i in range(100, 600))


def test_a_child_writes_its_own_and_not_what_waits_in_the_parent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paper = tmp_path / "paper"

    def write(batch: Sequence[int]) -> None:
        with paper.open("a") as file:
            file.writelines(f"{os.getpid()} {item}\n" for item in batch)

    monkeypatch.setattr(writer, "LINGER", 0.2)
    writing = Writer(write, 100)
    writing.put(1)
    child = os.fork()
    if child == 0:
        writing.put(2)
        writing.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    writing.close()
    assert sorted(paper.read_text().splitlines()) == sorted([f"{child} 2", f"{os.getpid()} 1"])
