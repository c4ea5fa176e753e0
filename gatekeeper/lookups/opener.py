"""opener: what is inside an archive or a document, opened by a process that holds nothing else.

Never raises. What the attachment itself brings about is `Exceeded` (time, memory, …) or `Failed` (a crash); that nobody
had time for it is `TimedOut` or `Refused`, and may be better the next time. What was opened is remembered for a while,
because one attachment comes with many messages.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Sequence

from gatekeeper.lookups import opener_wire
from gatekeeper.lookups.opener_process import PROGRAM, GoneError, Heard, OpenerProcess
from gatekeeper.lookups.opener_wire import Cage
from gatekeeper.values import Answer, Contents, Exceeded, Failed, Opened, Refused, TimedOut

_WAITING = 200  # attachments that may wait for a free process
_PAUSE = 1.0  # seconds between two attempts to start what ended before it was ready
_REMEMBERED = 256, 32_000_000  # answers, and their bytes together
_FINAL = frozenset({"cpu time", "memory", "file size", "processes", "descriptors", "size of the answer"})
_SIGNALS = {signal.SIGXCPU: "cpu time", signal.SIGXFSZ: "file size", signal.SIGKILL: "memory"}  # by the system
_log = logging.getLogger(__name__)


class Opener:
    """`at_once` attachments are opened at a time, each in `seconds` by the clock; others wait as long at most."""

    def __init__(self, cage: Cage, at_once: int = 2, seconds: float = 10.0, program: Sequence[str] = PROGRAM) -> None:
        self._cage = cage
        self._seconds = seconds
        self._program = program
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._process: OpenerProcess | None = None
        self._started = 0.0
        self._barren = 0  # starts since it was last ready
        self._memory = Memory(*_REMEMBERED)

    @property
    def patience(self) -> float:
        """How long an answer may take in all."""
        return 2 * self._seconds + 1

    def start(self) -> None:
        """Start the process, unless it runs; now rather than with the first question."""
        if self._process is None or self._process.has_ended():
            self._started = time.monotonic()
            self._barren += 1
            self._process = OpenerProcess(self._cage, self._program)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()

    def known(self, question: Contents) -> Answer | None:
        """The answer, if it is remembered."""
        return self._memory.get((question.sha256, question.names))

    async def answer(self, question: Contents) -> Answer:
        """Open one attachment."""
        if self._waiting >= _WAITING:
            return Refused("too many attachments are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            return TimedOut(f"no process was free for {self._seconds:g} s")
        finally:
            self._waiting -= 1
        try:
            return await self._open(question)
        except GoneError:
            _log.error("the opener has ended; it is started again")
            return Failed("the opener has ended")
        finally:
            self._free.release()

    async def _open(self, question: Contents) -> Answer:
        if self._barren > 1 and time.monotonic() < self._started + _PAUSE:
            return Failed("the opener does not start")
        self.start()
        assert self._process is not None
        await self._process.ready()
        self._barren = 0
        heard = await self._process.open(question, self._seconds)
        answer = judge(heard, self._cage.cpu)
        if isinstance(answer, Opened) or (isinstance(answer, Exceeded) and answer.why in _FINAL):
            self._memory.put((question.sha256, question.names), answer, len(heard.written))
        return answer


def judge(heard: Heard, cpu: int) -> Answer:
    """What a child's words and its end mean. `cpu` is the time that it was allowed."""
    if heard.long:
        return Exceeded("size of the answer")
    try:
        return opener_wire.decode(heard.written)
    except ValueError:
        pass  # it ended before it had answered, or something made it write nonsense
    if heard.late:
        return Exceeded("time")
    if heard.cpu >= cpu:
        return Exceeded("cpu time")
    if heard.status >= 0:
        return Failed(f"ended with status {heard.status}")
    killed = signal.Signals(-heard.status)
    return Exceeded(_SIGNALS[killed]) if killed in _SIGNALS else Failed(f"crashed: {killed.name}")


class Memory:
    """The last answers, `most` of them, and together not above `octets`. Threads may share it."""

    def __init__(self, most: int, octets: int) -> None:
        self._most = most
        self._octets = octets
        self._held = 0
        self._kept: dict[tuple[str, tuple[str, ...]], tuple[Answer, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, tuple[str, ...]]) -> Answer | None:
        """The answer, which stays longer for having been asked for."""
        with self._lock:
            if (kept := self._kept.pop(key, None)) is None:
                return None
            self._kept[key] = kept
            return kept[0]

    def put(self, key: tuple[str, tuple[str, ...]], answer: Answer, size: int) -> None:
        """Keep an answer that takes `size` bytes, in place of those that were not asked for longest."""
        with self._lock:
            self._held -= self._kept.pop(key, (None, 0))[1]
            self._kept[key] = answer, size
            self._held += size
            while self._held > self._octets or len(self._kept) > self._most:
                self._held -= self._kept.pop(next(iter(self._kept)))[1]
