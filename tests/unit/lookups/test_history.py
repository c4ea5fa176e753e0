"""What is known of senders is told at once; a store that cannot be read is a failure, told of once."""

from pathlib import Path

import pytest

from gatekeeper.lookups import history as module
from gatekeeper.lookups.history import QUESTIONS, Recollection
from gatekeeper.stores.history import History, Store
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Absent, Acquainted, Counted, Failed, Known, Rate, Reputation, Reputed, Seen, Suspended

RATE = Rate("client:192.0.2.1", 3, 60.0)


@pytest.fixture
def store(tmp_path: Path):
    history = History(tmp_path / "history.db")
    yield history
    history.close()


def level(recollection: Recollection, rate: Rate = RATE) -> float:
    answer = recollection.known(rate)
    assert isinstance(answer, Counted)
    return answer.level


def test_every_kind_of_question_is_answered(store: History) -> None:
    recollection = Recollection(store)
    asked = (Known("a@b.test", "", ("kim@example.org",)), Reputation("domain:b.test"), Seen("k", 1, 2, 3), RATE)
    assert [type(question) for question in asked] == list(QUESTIONS)
    assert [type(recollection.known(q)) for q in asked] == [Acquainted, Reputed, Absent, Counted]


def test_a_burst_is_seen_before_it_is_written(store: History) -> None:
    recollection = Recollection(store, clock=lambda: 1.7e9)
    store.note = lambda changes: None  # type: ignore[method-assign]  # nothing is ever written
    assert [level(recollection) for _ in range(5)] == pytest.approx([1, 2, 3, 4, 4])


def test_what_does_not_fit_does_not_count_so_that_waiting_helps(store: History) -> None:
    now = [1.7e9]
    recollection = Recollection(store, clock=lambda: now[0])
    for _ in range(10):
        level(recollection)
    assert level(recollection) == pytest.approx(4)
    now[0] += 20
    assert level(recollection) == pytest.approx(3)
    assert level(recollection) == pytest.approx(4)


def test_workers_count_together(store: History) -> None:
    one, other = Recollection(store), Recollection(store)
    level(one)
    level(one)
    assert store.flush()
    assert 2.9 < level(other) <= 3
    assert store.flush()
    assert level(one) > 3


def test_who_only_looks_counts_nothing(store: History) -> None:
    looking = Recollection(store, counting=False)
    assert [level(looking) for _ in range(3)] == [1, 1, 1]
    assert store.flush()
    assert [level(looking)] == [1]


def test_keys_without_end_are_not_remembered(store: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEYS", 10)
    recollection = Recollection(store)
    for number in range(100):
        level(recollection, Rate(f"client:{number}", 3, 60.0))
    assert len(recollection._empty_at) == 10


def test_without_a_store_nothing_is_asked() -> None:
    assert isinstance(Recollection(None).known(RATE), Suspended)


class Broken(Store):
    def __init__(self) -> None:
        self.asked = 0
        self.broken = True

    def ask(self, question):
        self.asked += 1
        if self.broken:
            raise StoreError(Path("history.db"), "disk I/O error", "look for its errors in the kernel's log")
        return Reputed(1.0)


def test_a_store_that_cannot_be_read_is_told_of_once_and_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, now = Broken(), [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    recollection = Recollection(store)
    asked = Reputation("domain:b.test")
    assert [recollection.known(asked) for _ in range(3)] == [Failed("disk I/O error")] * 3
    assert store.asked == 1, "it is left alone for a while"
    now[0] += module.AGAIN
    assert recollection.known(asked) == Failed("disk I/O error")
    assert store.asked == 2
    assert caplog.text.count("disk I/O error") == 1
    store.broken = False
    now[0] += module.AGAIN
    assert recollection.known(asked) == Reputed(1.0)
    assert "can be read again" in caplog.text
