"""What passed is found by its id and by its text, for as long as it may be kept, and keeping it holds up nobody."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.classifier.features import Features
from gatekeeper.stores import passed as module
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.passed import Passed
from gatekeeper.values import Absent, Fate, Label, Outcome, Record, Words

from . import samples

FEATURES = Features((b"subj:hello", b"w\xffrd"), np.array([3, 70_000, 1_000_000], np.uint32))
DIGEST = "00112233445566778899aabbccddeeff"


def message(
    *recipients: str,
    digest: str = DIGEST,
    fate: Fate = Fate.DELIVERED,
    age: float = 0.0,
    learn: Label | None = None,
    features: Features | None = FEATURES,
) -> Record:
    """The record of a message whose words were asked about."""
    record = samples.record("ann@out.test", *recipients, received_at=time.time() - age)
    return replace(
        record,
        outcomes=dict.fromkeys(record.outcomes, Outcome(fate)),
        verdicts={address: replace(verdict, learn=learn) for address, verdict in record.verdicts.items()},
        tape=(*record.tape, (Words(digest, features), Absent())),
    )


@pytest.fixture
def passed(tmp_path: Path) -> Iterator[Passed]:
    store = Passed(tmp_path / "classifier" / "passed.db")
    yield store
    store.close()


def keep(store: Passed, *records: Record) -> list[str]:
    """Keep them, and wait until that is done; their ids."""
    for record in records:
        store.keep(record)
    assert store.flush()
    return [record.envelope.id for record in records]


def test_a_message_is_found_by_its_id(passed: Passed) -> None:
    record = message("kim@example.org", "lee\udcff@example.org")
    keep(passed, record, message())
    trace = passed.get(record.envelope.id)
    assert trace is not None
    assert (trace.id, trace.time) == (record.envelope.id, record.envelope.received_at)
    assert (trace.digest.hex(), trace.recipients) == (DIGEST, ("kim@example.org", "lee\udcff@example.org"))
    back = Features.unpack(trace.features)
    assert (back.words, back.grams.tolist()) == (FEATURES.words, FEATURES.grams.tolist())
    assert passed.get("0000000000000") is None
    assert passed.get("\udc80") is None


def test_messages_are_found_by_their_text_the_newest_first(passed: Passed) -> None:
    ids = keep(passed, message("a@x.org"), message("b@x.org"), message(digest="ff" * 16))
    assert [trace.id for trace in passed.find(bytes.fromhex(DIGEST))] == [ids[1], ids[0]]
    assert passed.find(b"nothing") == []


@pytest.mark.parametrize("fate", Fate)
def test_it_is_kept_for_those_who_have_it_or_may(passed: Passed, fate: Fate) -> None:
    (message_id,) = keep(passed, message(fate=fate))
    had = {Fate.HANDED_OVER, Fate.DELIVERED, Fate.HELD, Fate.UNCONFIRMED, Fate.UNCERTAIN}
    assert (passed.get(message_id) is not None) is (fate in had)


def test_who_was_refused_is_not_among_its_recipients(passed: Passed) -> None:
    record = message("in@x.org", "out@x.org")
    record.outcomes["out@x.org"] = Outcome(Fate.REFUSED)
    (message_id,) = keep(passed, record)
    trace = passed.get(message_id)
    assert trace is not None
    assert trace.recipients == ("in@x.org",)


def test_without_features_there_is_nothing_to_keep(passed: Passed) -> None:
    keep(passed, samples.record(), message(features=None))
    assert not passed.path.exists()


def test_what_is_sure_waits_until_it_is_settled(passed: Passed) -> None:
    spam, _, refused = keep(passed, message(learn=Label.SPAM), message(), message(learn=Label.SPAM, fate=Fate.REFUSED))
    assert [(trace.id, trace.sure) for trace in passed.sure()] == [(spam, Label.SPAM), (refused, Label.SPAM)]
    assert [trace.id for trace in passed.sure(limit=1)] == [spam]
    passed.settle([spam])
    assert [(trace.id, trace.recipients) for trace in passed.sure()] == [(refused, ())]
    assert passed.get(spam) is not None


def test_the_old_are_forgotten(passed: Passed) -> None:
    old, new = keep(passed, message(age=3 * 86_400), message())
    assert passed.prune(days=2, size=10**9) == 1
    assert passed.get(old) is None
    assert passed.get(new) is not None
    assert passed.prune(days=2, size=10**9) == 0


def test_the_oldest_go_when_it_is_too_large(passed: Passed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PRUNE", 10)
    random = np.random.default_rng(1)

    def large() -> Features:
        return Features((), np.unique(random.integers(0, 2**20, 4000, dtype=np.uint32)))

    ids = keep(passed, *(message(features=large()) for _ in range(60)))
    size = 250_000
    assert passed.path.stat().st_size + passed.path.with_name("passed.db-wal").stat().st_size > size
    gone = passed.prune(days=30, size=size)
    assert 20 < gone < 50
    assert [passed.get(message_id) is None for message_id in ids] == [n < gone for n in range(60)]
    assert passed.prune(days=30, size=size) == 0
    keep(passed, *(message(features=large()) for _ in range(gone)))
    passed.close()
    assert passed.path.stat().st_size < 2 * size + 250_000, "what was deleted left room"


def test_a_locked_file_holds_up_nobody(passed: Passed, caplog: pytest.LogCaptureFixture) -> None:
    keep(passed, message())
    with sqlite3.connect(passed.path, timeout=0) as other:
        other.execute("BEGIN IMMEDIATE")
        record, began = message(), time.monotonic()
        passed.keep(record)
        assert time.monotonic() - began < 0.5
        assert passed.get(record.envelope.id) is None
        other.execute("ROLLBACK")
    assert passed.flush()
    assert passed.get(record.envelope.id) is not None


def test_what_cannot_be_written_is_counted_and_never_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "classifier").write_text("in the way")
    lost: list[int] = []
    store = Passed(tmp_path / "classifier" / "passed.db", lost.append)
    store.keep(message())
    store.close(timeout=0.2)
    assert sum(lost) == 1
    assert "passed.db" in caplog.text
    with pytest.raises(StoreError):
        store.get("0000000000000")


def test_several_threads_keep_together(passed: Passed) -> None:
    batches = [[message() for _ in range(20)] for _ in range(4)]
    threads = [threading.Thread(target=lambda batch=batch: [passed.keep(r) for r in batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.flush()
    assert all(passed.get(record.envelope.id) for batch in batches for record in batch)
