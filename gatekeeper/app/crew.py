"""crew: the workers that run now; forks them, hears them, buries them, and replaces those that died unasked.

A worker that keeps dying young is replaced ever later, and reported as a failure from the third time on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence

from gatekeeper.app.process import READY, Role, Worker, fork
from gatekeeper.app.sockets import Sockets
from gatekeeper.observe.log import event

HEALTHY = 10.0  # seconds after which a death counts as the first again
GRACE = 5.0  # seconds beyond a worker's own deadline before it is killed
FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
REPORTED = 3  # deaths in a row after which it is called a failure, not an accident

_log = logging.getLogger(__name__)


class Crew:
    """`ready()` is called whenever a worker serves, `died(worker, status)` for one that was not told to end,
    `buried(pid)` for every one that has ended.

    `private` are sockets of the supervisor that no worker may hold.
    """

    def __init__(
        self,
        sockets: Sockets,
        selector: selectors.BaseSelector,
        private: Sequence[socket.socket],
        ready: Callable[[], None],
        died: Callable[[Worker, int], None],
        buried: Callable[[int], None],
    ) -> None:
        self._sockets = sockets
        self._selector = selector
        self._private = private
        self._ready = ready
        self._died = died
        self._buried = buried
        self._workers: dict[int, Worker] = {}
        self._deaths: dict[tuple[str, int], int] = {}
        self._absent: list[tuple[float, Worker]] = []  # when to fork whom again

    def __iter__(self) -> Iterator[Worker]:
        return iter(self._workers.values())

    def __len__(self) -> int:
        return len(self._workers)

    def muster(self, roles: Sequence[Role], generation: int) -> None:
        """Fork all workers of a generation."""
        for role in roles:
            for slot in range(role.count):
                self._fork(role, slot, generation)

    def drain(self, patience: float, spare: int | None = None) -> None:
        """Let all finish but those of generation `spare`; nobody absent is replaced any more."""
        self._absent.clear()
        for worker in self:
            if worker.generation != spare:
                worker.drain(patience + GRACE, soon=spare is None)

    def kill(self) -> None:
        """End all at once."""
        for worker in self:
            worker.kill()

    def replace(self, worker: Worker, status: int) -> None:
        """Fork a dead worker again, after a pause that doubles while it keeps dying young."""
        key = (worker.role.name, worker.slot)
        young = time.monotonic() - worker.started < HEALTHY
        deaths = self._deaths[key] = self._deaths.get(key, 0) + 1 if young else 1
        delay = min(FIRST_DELAY * 2 ** (deaths - 2), LONGEST_DELAY) if deaths > 1 else 0.0
        log = _log.error if deaths >= REPORTED else _log.warning
        log("worker %s ended with status %d, %d times in a row; again in %g s", worker.name, status, deaths, delay)
        self._absent.append((time.monotonic() + delay, worker))

    def bury(self) -> None:
        """Take note of all that have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            worker = self._workers.pop(pid, None)
            if worker is not None:
                self._ended(worker, os.waitstatus_to_exitcode(status))

    def due(self) -> float | None:
        """When `keep_time` has something to do, in monotonic time."""
        deadlines = [worker.deadline for worker in self if worker.deadline is not None]
        return min([when for when, _ in self._absent] + deadlines, default=None)

    def keep_time(self) -> None:
        """Fork whose pause is over; kill who did not finish in time."""
        now = time.monotonic()
        for entry in [entry for entry in self._absent if entry[0] <= now]:
            self._absent.remove(entry)
            self._fork(entry[1].role, entry[1].slot, entry[1].generation)
        for worker in self:
            if worker.deadline is not None and worker.deadline <= now:
                _log.warning("worker %s (pid %d) did not finish in time", worker.name, worker.pid)
                worker.kill()
                worker.deadline = now + GRACE

    def _fork(self, role: Role, slot: int, generation: int) -> None:
        own = [s for endpoint in role.listen for s in self._sockets.share(endpoint, slot, role.count)]
        foreign = [s for s in self._sockets.all() if s not in own]
        channels = [worker.channel for worker in self]
        worker = fork(role, slot, generation, own, [*foreign, *channels, *self._private])
        self._workers[worker.pid] = worker
        self._selector.register(worker.channel, selectors.EVENT_READ, lambda: self._hear(worker))

    def _hear(self, worker: Worker) -> None:
        try:
            said = worker.channel.recv(16)
        except OSError:
            said = b""
        if said == READY:
            worker.ready = True
            self._ready()
        else:
            self._selector.unregister(worker.channel)  # it is ending: `bury` will tell how

    def _ended(self, worker: Worker, status: int) -> None:
        event(_log, "worker ended", worker=worker.name, pid=worker.pid, status=status, draining=worker.draining)
        with contextlib.suppress(KeyError):
            self._selector.unregister(worker.channel)
        worker.channel.close()
        self._buried(worker.pid)
        if not worker.draining:
            self._died(worker, status)
