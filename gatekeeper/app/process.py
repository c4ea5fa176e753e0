"""process: one forked worker, seen from both sides.

The two are joined by a pair of sockets: the worker says when it serves, the supervisor says when to drain, and an end
of file tells either that the other is gone. A worker takes no signals: those are for the supervisor alone, and
libmilter would stop itself at most of them. Whatever escapes from a worker's role is logged and ends it with status 1.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gatekeeper.app.sockets import Endpoint

READY, DRAIN, STOP = b"R", b"D", b"S"
_IGNORED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_RARELY = 50_000, 20, 100  # objects of a message die by reference; the cycle collector cost a sixth of a scan
_log = logging.getLogger(__name__)


class Control:
    """The worker's end."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def fileno(self) -> int:
        """Readable as soon as the worker shall drain; for an event loop."""
        return self._channel.fileno()

    def ready(self) -> None:
        """Tell the supervisor that connections are being accepted."""
        with contextlib.suppress(OSError):  # it is gone: `wait` will say so
            self._channel.send(READY)

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the supervisor says drain, or is gone, which means the same. False: not within `timeout`."""
        return bool(select.select([self._channel], [], [], timeout)[0])

    def soon(self) -> bool:
        """What was said, once `fileno` is readable: True to stop as soon as possible, False to finish at leisure.

        After a reload others serve already, so a client need not be sent away.
        """
        try:
            return self._channel.recv(1) != DRAIN
        except OSError:
            return True


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of worker: `run` serves on the sockets it is given until it is told to drain, and returns when done."""

    name: str
    run: Callable[[Sequence[socket.socket], Control], None]
    count: int = 1
    listen: tuple[Endpoint, ...] = ()


@dataclass(slots=True)
class Worker:
    """A running worker, seen from the supervisor."""

    role: Role
    slot: int
    generation: int
    pid: int
    channel: socket.socket
    started: float = field(default_factory=time.monotonic)
    ready: bool = False
    deadline: float | None = None

    @property
    def name(self) -> str:
        """As it stands in the log."""
        return f"{self.role.name}-{self.slot}"

    @property
    def draining(self) -> bool:
        """It was told to finish."""
        return self.deadline is not None

    def drain(self, patience: float, soon: bool = False) -> None:
        """Let it finish what it has begun, `soon` because nobody takes its place; `deadline` is when patience ends."""
        if self.deadline is None or soon:
            self.deadline = time.monotonic() + patience
            with contextlib.suppress(OSError):
                self.channel.send(STOP if soon else DRAIN)

    def kill(self) -> None:
        """End it and whatever it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def fork(
    role: Role, slot: int, generation: int, own: Sequence[socket.socket], foreign: Iterable[socket.socket]
) -> Worker:
    """Start a worker on the sockets `own`. It closes the `foreign` ones, or it would hold open what others close."""
    ours, theirs = socket.socketpair()
    signal.pthread_sigmask(signal.SIG_BLOCK, _IGNORED)  # none may meet the child before it ignores them
    try:
        pid = os.fork()
        if pid == 0:
            _live(role, slot, own, [ours, *foreign], Control(theirs))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _IGNORED)
    theirs.close()
    with contextlib.suppress(OSError):  # the child does it too; whoever is first
        os.setpgid(pid, pid)
    ours.setblocking(False)
    return Worker(role, slot, generation, pid, ours)


def collect_rarely() -> None:
    """What all workers share stays shared, and is not gone through again and again."""
    gc.freeze()
    gc.set_threshold(*_RARELY)


def _live(role: Role, slot: int, own: Sequence[socket.socket], foreign: Iterable[socket.socket], up: Control) -> None:
    """The whole life of a worker; never returns."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _IGNORED)
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        for stranger in foreign:
            stranger.close()
        collect_rarely()
        role.run(own, up)
        status = 0
    except BaseException:
        _log.exception("worker %s-%d failed", role.name, slot)
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
