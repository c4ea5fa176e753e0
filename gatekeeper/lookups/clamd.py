"""clamd: does an antivirus engine know these bytes? ClamAV daemons are asked in their order until one says.

Never raises. `Found` has the names of signatures, `Absent` says that there is none. What is larger than allowed, here
or by the engine, is `Exceeded`; an engine that is down `Failed`, one that does not answer in time `TimedOut`: then the
next is asked. One that failed several times in a row is left alone for a while, unless it is the messages that take so
long. Answers are remembered as long as the signatures of the engine stay the same.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence

from gatekeeper.config.addresses import ClamdSocket
from gatekeeper.lookups import clamd_engine
from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.clamd_engine import Patience
from gatekeeper.values import Absent, Answer, Exceeded, Failed, Found, Refused, TimedOut, Virus

_VERSION_HOLDS = 60.0  # seconds until an engine is asked again which signatures it has
_MOST_FAILURES = 3  # in a row, then an engine is left alone for a while
_REST = 2.0, 30.0  # seconds, at first and at most: while the only one is left alone, mail is put off
_REMEMBERED = 20_000
_TELLING = (Exceeded, Refused, TimedOut, Failed)  # of several failures the first of these says most
_log = logging.getLogger(__name__)


class Clamd:
    """`size` is how many bytes are scanned at most, `at_once` how many scans run at a time, `remember` how many seconds
    an answer is good.
    """

    def __init__(
        self,
        engines: Sequence[ClamdSocket],
        patience: Patience | None = None,
        size: int = 25_000_000,
        at_once: int = 10,
        remember: float = 300.0,
    ) -> None:
        patience = patience or Patience()
        self._engines = [Engine(place, patience) for place in engines]
        self._size = size
        self._free = asyncio.Semaphore(at_once)
        self._memory = Memory(_REMEMBERED, remember)
        self.patience = (len(self._engines) + 1) * (patience.reply + patience.connect)

    def known(self, question: Virus) -> Answer | None:
        """The answer, if it is remembered, or if there is nobody to ask."""
        if len(question.data) > self._size:
            return Exceeded(f"more than {self._size} bytes")
        versions = (engine.version for engine in self._engines)
        return next((kept for v in versions if v and (kept := self._memory.get((v, question.sha256)))), None)

    async def answer(self, question: Virus) -> Answer:
        """Have it scanned by the first engine that does."""
        async with self._free:
            failures: list[Answer] = []
            for engine in self._engines:
                answer = await engine.scan(question)
                if isinstance(answer, Found | Absent):
                    self._memory.put((engine.version, question.sha256), answer)
                    return answer
                failures.append(answer)
        return min(failures, key=lambda failure: _TELLING.index(type(failure)), default=Failed("no engine is named"))


class Engine:
    """One ClamAV daemon and how it fares."""

    def __init__(self, place: ClamdSocket, patience: Patience) -> None:
        self._place = place
        self._patience = patience
        self._version = ""
        self._asked = float("-inf")
        self._breaker = Breaker(_MOST_FAILURES, *_REST, successes=1, trial=2 * patience.reply)

    @property
    def version(self) -> str:
        """Its program and signatures; empty if that is not known, or not any more."""
        return self._version if time.monotonic() < self._asked + _VERSION_HOLDS else ""

    async def scan(self, question: Virus) -> Answer:
        """What it says, or why it does not; an engine that rests is not asked."""
        if not self._breaker.allows(time.monotonic()):
            return Failed(f"{self._place}: left alone, it failed several times")
        try:
            if not self.version:
                self._version = await clamd_engine.version(self._place, self._patience)
                self._asked = time.monotonic()
            answer = await clamd_engine.scan(self._place, question.data, self._patience)
        except TimeoutError:
            late = TimedOut(f"{self._place}: no answer in {self._patience.reply:g} s")
            return late if await self._lives() else self._failed(late)
        except OSError as error:
            return self._failed(Failed(f"{self._place}: {clamd_engine.told(error)}"))
        self._breaker.succeeded(time.monotonic())
        return answer

    async def _lives(self) -> bool:
        """It is the message that takes so long: whoever sends such must not have the engine left alone."""
        try:
            await clamd_engine.version(self._place, Patience(self._patience.connect, self._patience.connect))
        except OSError:
            return False
        return True

    def _failed(self, answer: TimedOut | Failed) -> Answer:
        self._breaker.failed(time.monotonic())
        _log.warning("antivirus: %s", answer.why)
        return answer


class Memory:
    """Answers by signatures and digest, `most` of them, each for `seconds`. Threads may share it."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._kept: dict[tuple[str, str], tuple[float, Answer]] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Answer | None:
        """The answer, if it is still good."""
        until, answer = self._kept.get(key, (0.0, None))
        return answer if time.monotonic() < until else None

    def put(self, key: tuple[str, str], answer: Answer) -> None:
        """Keep an answer, in place of the oldest."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = time.monotonic() + self._seconds, answer
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
