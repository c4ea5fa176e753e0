"""Confirmations are written behind the MTA's back, but before the worker ends; one that fails harms no other."""

import threading
from pathlib import Path

from gatekeeper.fronts.milter_confirm import Confirmations, Kept
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate


class Store:
    """Quarantine and journal; waits for `go` before it writes."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.written: list[tuple[object, ...]] = []

    def confirm(self, hold_id):
        assert self.go.wait(10)
        if hold_id == "broken":
            raise StoreError(Path("index.db"), "disk full", "make room")
        self.written.append((hold_id,))

    def settle(self, hold_id, recipient, outcome):
        self.written.append((hold_id, recipient, "settled", outcome.fate))

    def update_fate(self, hold_id, recipient, outcome):
        self.written.append((hold_id, recipient, outcome.fate))


def test_nobody_waits_but_the_end():
    store = Store()
    confirmations = Confirmations(store, store)
    confirmations.put(Kept("one", ("a", "b")))
    confirmations.put(Kept("two", ("c",)))
    assert store.written == []
    threading.Timer(0.1, store.go.set).start()
    confirmations.close()
    assert store.written == [
        ("one",),
        ("one", "a", Fate.HELD),
        ("one", "b", Fate.HELD),
        ("two",),
        ("two", "c", Fate.HELD),
    ]


def test_one_that_fails_is_logged(caplog):
    store = Store()
    store.go.set()
    confirmations = Confirmations(store, store)
    confirmations.put(Kept("broken", ("a",)))
    confirmations.put(Kept("two", ("c",)))
    confirmations.close()
    assert store.written == [("two",), ("two", "c", Fate.HELD)]
    assert "hold broken could not be confirmed" in caplog.text


def test_the_end_does_not_wait_for_ever(caplog):
    store = Store()
    confirmations = Confirmations(store, store)
    confirmations.put(Kept("one", ("a",)))
    confirmations.close(timeout=0.05)
    assert store.written == []
    store.go.set()


def test_who_got_it_changed_does_not_wait_for_it():
    store = Store()
    store.go.set()
    confirmations = Confirmations(store, store)
    confirmations.put(Kept("one", (), ("a",)))
    confirmations.put(Kept("two", ("b",), ("c",)))
    confirmations.close()
    assert store.written == [
        ("one", "a", "settled", Fate.HANDED_OVER),
        ("two", "c", "settled", Fate.HANDED_OVER),
        ("two",),
        ("two", "b", Fate.HELD),
    ]
