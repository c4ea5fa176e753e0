"""patterns: the databases that let the pattern sets of a configuration look for all their patterns in one pass.

They are kept in the state directory. What is not there is compiled aside, by a child process with limits, and taken by
each process that serves as soon as it is there; until then, and if it never comes, the patterns are looked for one by
one. Nothing here fails: what goes wrong is logged.
"""

import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gatekeeper.config.schema import Config
from gatekeeper.observe.log import event
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.pattern_cache import PatternCache
from gatekeeper.tables import Tables
from gatekeeper.tables.hyperscan import ENGINE, EngineError
from gatekeeper.tables.one_pass import DatabaseError
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.values import Problem

_FEW = 4  # patterns that are found one by one as quickly
_EVERY, _SELDOM = 1.0, 60.0  # seconds between two looks: at first, and in the end
_DELAY = 10.0  # seconds until compiling begins: what has just started, or is being reloaded, has other things to do
_CPU = 600  # seconds for all databases
_MEMORY = 4 << 30  # bytes
_NICE = 10
_log = logging.getLogger(__name__)


def cache(config: Config) -> PatternCache:
    """Where the databases are kept."""
    return PatternCache(Path(config.gateway.state) / "patterns")


def load(sets: Iterable[PatternSet], kept: PatternCache) -> list[PatternSet]:
    """Let all have their databases; those are returned that have none that can be used."""
    missing = [each for each in sets if len(each) >= _FEW and not each.loaded] if ENGINE else []
    return [each for each in missing if not _loaded(each, kept)]


def missing_engine(sets: Iterable[PatternSet]) -> Iterator[Problem]:
    """Where Hyperscan is missed."""
    patterns = sum(len(each) for each in sets if len(each) >= _FEW)
    if patterns and not ENGINE:
        message = f"{patterns} patterns are looked for one by one: Hyperscan is not installed, or a version that errs"
        yield Problem("patterns", 0, "warning", message, "apt install libhyperscan5")


def make(sets: Iterable[PatternSet], kept: PatternCache) -> int:
    """Compile and keep what is not there, load all, and forget what nobody wants any more. How many were compiled;
    `StoreError` if they cannot be kept.
    """
    wanted = list(sets)
    made = 0
    for each in load(wanted, kept):
        began = time.monotonic()
        try:
            database = each.compiled()
        except EngineError as error:
            _log.error("%d patterns are looked for one by one, they do not compile: %s", len(each), error)
            continue
        kept.write(each.digest, database)
        _loaded(each, kept)
        made += 1
        seconds = round(time.monotonic() - began, 1)
        event(_log, "patterns", compiled=len(each), bytes=len(database), seconds=seconds)
    kept.prune({each.digest for each in wanted})
    return made


class Watch:
    """Takes the databases that come while a process serves. `start` after the fork."""

    def __init__(self, config: Config, tables: Tables) -> None:
        self._kept, self._without = cache(config), list(tables.pattern_sets())
        self._ending = threading.Event()

    def start(self) -> None:
        """Take those that are there, and wait for the others in a thread."""
        self._without = load(self._without, self._kept)
        if self._without:
            threading.Thread(target=self._wait, name="patterns", daemon=True).start()

    def close(self) -> None:
        """Wait no more."""
        self._ending.set()

    def _wait(self) -> None:
        pause = _EVERY
        while self._without and not self._ending.wait(pause):
            self._without = load(self._without, self._kept)
            pause = min(pause * 1.1, _SELDOM)


class Compiling:
    """A child process that compiles what is not there yet; none where there are no patterns to speak of. To be begun
    while there is one thread.
    """

    def __init__(self, config: Config, tables: Tables) -> None:
        self._closed = False
        self._waiting: threading.Thread | None = None
        if not any(len(each) >= _FEW for each in tables.pattern_sets()):
            return
        self._pid = os.fork()
        if self._pid == 0:
            _live(tables.pattern_sets(), cache(config))
        self._waiting = threading.Thread(target=self._wait, name="compiling", daemon=True)
        self._waiting.start()

    def close(self) -> None:
        """End it if it still runs."""
        self._closed = True
        with suppress(ProcessLookupError):
            if self._waiting and self._waiting.is_alive():
                os.kill(self._pid, signal.SIGKILL)
        if self._waiting:
            self._waiting.join()

    def _wait(self) -> None:
        status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        if status and not self._closed:
            _log.error("patterns are looked for one by one: what compiles them ended with status %d", status)


def _live(sets: Iterable[PatternSet], kept: PatternCache) -> None:
    """The whole life of the child; never returns."""
    status = 1
    try:
        os.nice(_NICE)
        time.sleep(_DELAY)
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        make(sets, kept)
        status = 0
    except StoreError as error:
        _log.error("compiled patterns are not kept: %s", error)
    except BaseException:
        _log.exception("compiling patterns failed")
    finally:
        logging.shutdown()
        os._exit(status)


def _loaded(each: PatternSet, kept: PatternCache) -> bool:
    try:
        database = kept.read(each.digest)
        if database is not None:
            each.load(database)
    except (StoreError, DatabaseError) as error:
        _log.warning("a database of %d patterns is not used: %s", len(each), error)
        return False
    return each.loaded
