"""writer: a bounded queue, and one thread that writes what has gathered in it.

Putting something in never blocks and never raises. When writing fails with `StoreError` it is tried again until it
succeeds or `close` runs out of patience; meanwhile the queue fills, and what no longer fits is lost, counted, and
logged. Started by the first `put` in each process, so nothing of it is carried through a fork.
"""

import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gatekeeper.stores.opening import StoreError

T = TypeVar("T")

LINGER = 0.1  # seconds that the first of a batch waits for company
BATCH = 512
RETRY = 1.0  # seconds
_QUIET = 10.0  # seconds between two lines about losses

_log = logging.getLogger(__name__)


class Writer(Generic[T]):
    """`write` is called in the thread with what was put in, in order; `on_loss` with how many were lost, anywhere."""

    def __init__(
        self, write: Callable[[Sequence[T]], object], capacity: int, on_loss: Callable[[int], object] = lambda _: None
    ) -> None:
        self.lost = 0
        self._write, self._capacity, self._on_loss = write, capacity, on_loss
        self._begin()
        begin = weakref.WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (again := begin()) and again())

    def _begin(self) -> None:
        """Start with nothing, as in a new process: what waits in the parent is the parent's to write."""
        self._waiting: deque[T | threading.Event] = deque()  # an event is a mark: set it when you get here
        self._lock = threading.Lock()
        self._awake = threading.Event()
        self._hurry = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._deadline = float("inf")
        self._told = -_QUIET

    def put(self, item: T) -> None:
        """Have `item` written soon."""
        if len(self._waiting) >= self._capacity:
            self._lose(1, "the queue is full")
            return
        self._waiting.append(item)
        if not self._awake.is_set():
            self._wake()

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was put in before is written or lost; False if that takes too long."""
        if self._thread is None and not self._waiting:
            return True
        mark = threading.Event()
        self._waiting.append(mark)
        self._hurry.set()
        self._wake()
        return mark.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write the rest and end the thread; what cannot be written in time is lost."""
        if self._waiting:
            self._wake()
        if self._thread is None:
            return
        self._deadline = time.monotonic() + timeout
        for event in (self._ending, self._hurry, self._awake):
            event.set()
        self._thread.join()
        self._thread, self._deadline = None, float("inf")
        self._ending.clear()

    def _wake(self) -> None:
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="writer", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    _log.exception("no thread to write with")  # the next `put` tries again
                    return
                self._thread = thread
            self._awake.set()

    def _run(self) -> None:
        while not (self._ending.is_set() and not self._waiting):
            self._awake.wait()
            self._hurry.wait(LINGER)
            self._awake.clear()
            self._hurry.clear()
            while self._waiting:
                self._write_some()

    def _write_some(self) -> None:
        batch: list[T] = []
        marks: list[threading.Event] = []
        while self._waiting and len(batch) < BATCH:
            item = self._waiting.popleft()
            if isinstance(item, threading.Event):
                marks.append(item)
            else:
                batch.append(item)
        if batch:
            self._persist(batch)
        for mark in marks:
            mark.set()

    def _persist(self, batch: Sequence[T]) -> None:
        """Write `batch`; one that can never be written does not keep back the others."""
        try:
            self._insist(batch)
        except Exception as error:
            if len(batch) == 1:
                _log.exception("it cannot be written")
                self._lose(1, type(error).__name__)
                return
            for item in batch:
                self._persist([item])

    def _insist(self, batch: Sequence[T]) -> None:
        """Try until it is written, or until the end."""
        failed = False
        while True:
            try:
                self._write(batch)
            except StoreError as error:
                if time.monotonic() > self._deadline:
                    self._lose(len(batch), str(error))
                    return
                if not failed:
                    _log.error("%d wait to be written: %s", len(batch) + len(self._waiting), error)
                failed = True
                time.sleep(RETRY / 10) if self._ending.is_set() else self._ending.wait(RETRY)
            else:
                break
        if failed:
            _log.warning("written at last; %d were lost so far", self.lost)

    def _lose(self, count: int, why: str) -> None:
        with self._lock:
            self.lost += count
            now = time.monotonic()
            tell, self._told = now - self._told >= _QUIET, now
        self._on_loss(count)
        if tell:
            _log.critical("%d lost, %d in all: %s", count, self.lost, why)
