"""training_lock: one learns at a time; the next waits for it. Fails with `StoreError` that says who holds it.

A lock of the kernel's (flock(2)) on a file beside the store: it ends with the process, whatever becomes of that.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gatekeeper.stores import private
from gatekeeper.stores.opening import StoreError, explained

PATIENCE = 30.0  # seconds that one waits for another
_LOOK = 0.05


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Inside, nobody else learns."""
    deadline = time.monotonic() + PATIENCE
    with explained(path):
        descriptor = _open(path)
    try:
        with explained(path):
            queue = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:  # who waits stands first in the queue, or the one who has it would always have it again
                _wait(queue, deadline, path, descriptor)
                _wait(descriptor, deadline, path, descriptor)
            finally:
                _let_go(queue)
            _sign(descriptor)
        yield
    finally:
        _let_go(descriptor)


def _let_go(descriptor: int) -> None:
    """Closing alone would not do: a process that was forked meanwhile has it open too."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _open(path: Path) -> int:
    private.make_directory(path.parent)
    with suppress(FileExistsError):
        os.close(private.create(path))
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)


def _wait(descriptor: int, deadline: float, path: Path, signed: int) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                who = os.pread(signed, 200, 0).decode("utf-8", "replace").strip() or "another process"
                raise StoreError(path, f"{who} is learning", "try again when it is done, or end it") from None
            time.sleep(_LOOK)
        else:
            return


def _sign(descriptor: int) -> None:
    """So that others can say who it is."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} ({Path(sys.argv[0]).name})\n".encode("utf-8", "replace"), 0)
