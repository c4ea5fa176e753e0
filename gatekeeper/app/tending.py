"""tending: keeps what is served in step with what was learnt, and what passed or was reported within its bounds, while
mail flows.

    every few seconds    is the model behind (something was forgotten, or who learnt was interrupted)? Then it is made
                         anew. Is anything marked to be learnt without a teacher? Then it is learnt
    every minute         what passed or was reported too long ago, or is too much, goes

While somebody learns, this waits: it acts on what has not changed since its last look. What fails is logged once, and
tried again.
"""

import logging
import os
import threading
import time
from pathlib import Path

from gatekeeper.app import state
from gatekeeper.app.autolearn import autolearn
from gatekeeper.app.learning import Learning
from gatekeeper.config.schema import Config
from gatekeeper.observe.log import event
from gatekeeper.stores import model_file
from gatekeeper.stores.opening import StoreError

EVERY = 2.0  # seconds
PRUNE = 60.0  # seconds
_NICE = 5
_log = logging.getLogger(__name__)

Look = tuple[tuple[int, int] | None, ...]
"""Time and size of each file that says how far learning has come."""


class Tending:
    """Of the classifier that `config` describes. Nothing is made that is not there."""

    def __init__(self, config: Config) -> None:
        self._settings = config.classifier
        self._directory = state.classifier(config)
        self._passed = state.passed(config, create=False)
        self._campaigns, self._kept = state.campaigns(config, create=False), config.campaigns
        self._learning = Learning(self._directory, config.classifier, create=False)
        self._look: Look = ()
        self._done: Look = ()
        self._pruned = self._expired = float("-inf")
        self._told: list[str] = []
        self._ending = threading.Event()

    def start(self) -> None:
        """In a thread that yields to mail; it ends with the process."""
        threading.Thread(target=self._run, name="tending", daemon=True).start()

    def close(self) -> None:
        """Begin nothing more."""
        self._ending.set()

    def once(self) -> None:
        """Do what is to be done now. Trouble with what passed does not keep the model from being made anew."""
        wrong: list[str] = []
        for step in (self._passing, self._reporting, self._catch_up):
            try:
                step()
            except StoreError as error:
                wrong.append(str(error))
        for problem in wrong:
            if problem not in self._told:
                _log.error("%s", problem)
        self._told = wrong

    def _run(self) -> None:
        _yield()
        while not self._ending.wait(EVERY):
            try:
                self.once()
            except Exception:
                _log.exception("what was learnt is not tended")

    def _passing(self) -> None:
        if not self._passed.path.exists():
            return
        if self._settings.autolearn and (learnt := self._autolearn()):
            event(_log, "autolearnt", messages=learnt)
        if time.monotonic() >= self._pruned + PRUNE:
            self._pruned = time.monotonic()
            if forgotten := self._passed.prune(self._settings.keep_days, self._settings.keep_size):
                event(_log, "pruned", passed=forgotten)

    def _reporting(self) -> None:
        if self._campaigns.path.exists() and time.monotonic() >= self._expired + PRUNE:
            self._expired = time.monotonic()
            if forgotten := self._campaigns.prune(self._kept.keep_days, self._kept.keep):
                event(_log, "pruned", campaigns=forgotten)

    def _autolearn(self) -> int:
        """Nothing is sure before anything was learnt."""
        return autolearn(self._passed, self._learning) if self._learning.training.path.exists() else 0

    def _catch_up(self) -> None:
        before, self._look = self._look, self._seen()
        if self._look != before or self._look == self._done or self._look[0] is None:
            return
        if not self._done or self._learning.behind:  # the configuration may be another one than before
            self._learning.publish()
        if self._learning.behind:
            began = time.monotonic()
            event(_log, "rebuilding", directory=self._directory)
            self._learning.rebuild()
            event(_log, "rebuilt", seconds=round(time.monotonic() - began, 1))
        self._done = self._look = self._seen()

    def _seen(self) -> Look:
        store = self._learning.training.path
        return tuple(map(_stamp, (store, store.with_name(f"{store.name}-wal"), self._directory / model_file.CARD)))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _yield() -> None:
    """Behind mail, or where whoever started us has put all of it already: nobody but root may go forward again."""
    thread = threading.get_native_id()  # on Linux that is the thread alone
    os.setpriority(os.PRIO_PROCESS, thread, max(_NICE, os.getpriority(os.PRIO_PROCESS, thread)))
