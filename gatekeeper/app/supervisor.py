"""supervisor: binds every socket, forks the workers, and is the only process that takes signals.

    SIGHUP            reload: check the configuration, fork new workers, and once all of them serve, let the old ones
                      finish. A configuration that does not check, or whose workers do not come up, changes nothing.
    a table changed   the same: the files that tables were read from are looked at every few seconds
    SIGTERM, SIGINT   stop: let all workers finish; a second one ends them at once
    a worker dies     a new one takes its place

A start is a reload from nothing: it fails, with exit status 1, where a reload would have left things as they were.
No threads and no event loop here: one `select` over the workers' channels and the wake-up socket of the signals.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.app import account
from gatekeeper.app.crew import Crew
from gatekeeper.app.notify import notify
from gatekeeper.app.plan import Plan, UnusableError
from gatekeeper.app.process import Worker
from gatekeeper.app.sockets import Counts, Sockets
from gatekeeper.app.watch import Watch
from gatekeeper.observe.log import event

ONE_WISH = 0.5  # seconds in which a second signal to stop is the first again: timeout(1) and wrappers send two
COMING_UP = 60.0  # seconds a new generation may take before the reload is given up

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan whose workers are coming up; `counts` undoes what was bound for it."""

    plan: Plan
    generation: int
    counts: Counts
    deadline: float


class Supervisor:
    """`load` reads the configuration anew at each call, or raises `UnusableError`; `buried` hears of workers' ends."""

    def __init__(
        self, load: Callable[[], Plan], pid_file: Path | None = None, buried: Callable[[int], None] = lambda _: None
    ) -> None:
        self._load = load
        self._pid_file = pid_file
        self._sockets = Sockets()
        self._selector = selectors.DefaultSelector()
        self._wakeup = socket.socketpair()
        self._crew = Crew(self._sockets, self._selector, self._wakeup, self._ready, self._died, buried)
        self._plan = Plan(())
        self._watch = Watch()
        self._generation = 0  # of the workers that serve; 0 before the first
        self._tries = 0  # generations that were ever begun
        self._candidate: Candidate | None = None
        self._again = False  # a reload was asked for while one was under way
        self._status: int | None = None  # what to exit with, once stopping
        self._told = 0.0  # when to stop was asked first

    def run(self) -> int:
        """Serve until told to stop. The exit status: 0, or 1 if the gateway could not start."""
        with self._signals(), self._pid():
            self._reload()
            while self._status is None or len(self._crew):
                for key, _ in self._selector.select(self._patience()):
                    key.data()
                self._crew.bury()
                self._keep_time()
        return self._status

    def _patience(self) -> float | None:
        dues = [self._crew.due(), self._candidate.deadline if self._candidate else None, self._watch.due]
        known = [due for due in dues if due is not None]
        return max(0.0, min(known) - time.monotonic()) if known else None

    def _keep_time(self) -> None:
        self._crew.keep_time()
        if self._candidate is not None and self._candidate.deadline <= time.monotonic():
            self._abandon(self._candidate, f"the new workers did not come up within {COMING_UP:g} s")
        if changed := self._watch.changed():
            event(_log, "changed", files=", ".join(changed))
            self._reload()

    def _signalled(self) -> None:
        for number in self._wakeup[0].recv(4096):
            if number == signal.SIGHUP:
                self._reload()
            elif number in (signal.SIGTERM, signal.SIGINT):
                self._stop(0)

    def _stop(self, status: int) -> None:
        if self._status is not None:
            if time.monotonic() > self._told + ONE_WISH:
                self._crew.kill()
            return
        self._told = time.monotonic()
        notify("STOPPING=1")
        event(_log, "stopping", workers=len(self._crew))
        self._status = status
        self._candidate = None
        self._sockets.keep(())
        self._crew.drain(self._plan.drain)

    def _reload(self) -> None:
        if self._status is not None:
            return
        if self._candidate is not None:
            self._again = True
            return
        notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            plan = self._load()
            counts = self._claim(plan)
        except UnusableError as error:
            self._refuse(error.problems)
        except OSError as error:
            self._refuse([f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)])
        else:
            self._tries += 1
            self._candidate = Candidate(plan, self._tries, counts, time.monotonic() + COMING_UP)
            self._crew.muster(plan.roles, self._tries)

    def _claim(self, plan: Plan) -> Counts:
        """Sockets and directories; at the start as root, and then root no more."""
        account.make(plan.own, plan.user)
        if self._generation:
            account.require(plan.own)
            return self._sockets.bind(plan.endpoints)
        counts = self._sockets.bind(plan.endpoints)
        account.become(plan.user)
        account.require(plan.own)
        return counts

    def _ready(self) -> None:
        candidate = self._candidate
        if candidate is not None and all(w.ready for w in self._crew if w.generation == candidate.generation):
            self._promote(candidate)

    def _promote(self, candidate: Candidate) -> None:
        """Every new worker serves: the old ones may finish."""
        patience, self._plan, self._candidate = self._plan.drain, candidate.plan, None
        self._generation = candidate.generation
        self._watch.follow(self._plan.files)
        self._sockets.keep(self._plan.endpoints)
        self._crew.drain(patience, spare=self._generation)
        event(_log, "serving", generation=self._generation, on=", ".join(map(str, self._plan.endpoints)))
        self._announce()

    def _abandon(self, candidate: Candidate, why: str) -> None:
        self._candidate = None
        for worker in self._crew:
            if worker.generation == candidate.generation:
                worker.kill()
                worker.drain(0.0)
        self._sockets.restore(candidate.counts)
        self._refuse([why])

    def _refuse(self, problems: list[str]) -> None:
        """Go on as before; a start has no before."""
        for problem in problems:
            _log.error("%s", problem)
        if not self._generation:
            self._stop(1)
            return
        _log.error("not reloaded: the gateway goes on serving as before")
        self._announce()

    def _announce(self) -> None:
        notify("READY=1", f"STATUS=generation {self._generation}")
        if self._again:
            self._again = False
            self._reload()

    def _died(self, worker: Worker, status: int) -> None:
        if self._status is not None:
            return
        if worker.generation == self._generation:
            self._crew.replace(worker, status)
        elif self._candidate is not None:
            self._abandon(self._candidate, f"worker {worker.name} ended with status {status} before all served")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        reading, writing = self._wakeup
        reading.setblocking(False)
        writing.setblocking(False)
        self._selector.register(reading, selectors.EVENT_READ, self._signalled)
        before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        wakeup = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            reading.close()
            writing.close()

    @contextlib.contextmanager
    def _pid(self) -> Iterator[None]:
        """The pid file, written while we are still root, and gone with us if it can be."""
        if self._pid_file is not None:
            self._pid_file.write_text(f"{os.getpid()}\n")
        try:
            yield
        finally:
            if self._pid_file is not None:
                with contextlib.suppress(OSError):
                    self._pid_file.unlink()
