"""cells: hostile bytes are worked on by a process that holds nothing else, has limits, and is replaced if it ends.

Never raises. What the bytes themselves bring about is `Exceeded` (time, memory, …) or `Failed` (a crash); that nobody
had time for them is `TimedOut` or `Refused`, and may be better the next time.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from gatekeeper.lookups.cell_child import Cage
from gatekeeper.lookups.cell_process import CellProcess, GoneError, Heard
from gatekeeper.values import Answer, Exceeded, Failed, Octets, Refused, TimedOut

_WAITING = 200  # questions that may wait for a free process
_PAUSE = 1.0  # seconds between two attempts to start what ended before it was ready
_FINAL = frozenset({"cpu time", "memory", "file size", "processes", "descriptors", "size of the answer"})
_SIGNALS = {signal.SIGXCPU: "cpu time", signal.SIGXFSZ: "file size", signal.SIGKILL: "memory"}  # by the system
_log = logging.getLogger(__name__)

Decode = Callable[[bytes], Answer]
"""What the child wrote as an answer; `ValueError` if it is none."""


class Outcome(NamedTuple):
    """An answer, how many bytes it took, and whether it would be the same another time."""

    answer: Answer
    size: int = 0
    final: bool = False


class Cells:
    """`name` is what the log calls it. `at_once` questions are worked on at a time, each in `seconds` by the clock;
    others wait as long at most. `given` are descriptors that `program` inherits.
    """

    def __init__(
        self,
        name: str,
        program: Sequence[str],
        cage: Cage,
        decode: Decode,
        at_once: int = 2,
        seconds: float = 10.0,
        given: Sequence[int] = (),
    ) -> None:
        self._name = name
        self._program = program
        self._cage = cage
        self._decode = decode
        self._seconds = seconds
        self._given = given
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._process: CellProcess | None = None
        self._started = 0.0
        self._barren = 0  # starts since it was last ready

    @property
    def patience(self) -> float:
        """How long an answer may take in all."""
        return 2 * self._seconds + 1

    def start(self) -> None:
        """Start the process, unless it runs; now rather than with the first question."""
        if self._process is None or self._process.has_ended():
            self._started = time.monotonic()
            self._barren += 1
            self._process = CellProcess(self._cage, self._program, self._given)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()

    async def ask(self, question: Sequence[Octets]) -> Outcome:
        """Have all bytes of `question`, one after the other, worked on."""
        if self._waiting >= _WAITING:
            return Outcome(Refused(f"too much is waiting for the {self._name}"))
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            return Outcome(TimedOut(f"no process was free for {self._seconds:g} s"))
        finally:
            self._waiting -= 1
        try:
            return await self._work(question)
        except GoneError:
            _log.error("the %s has ended; it is started again", self._name)
            return Outcome(Failed(f"the {self._name} has ended"))
        finally:
            self._free.release()

    async def _work(self, question: Sequence[Octets]) -> Outcome:
        if self._barren > 1 and time.monotonic() < self._started + _PAUSE:
            return Outcome(Failed(f"the {self._name} does not start"))
        self.start()
        assert self._process is not None
        await self._process.ready()
        self._barren = 0
        heard = await self._process.ask(question, self._seconds)
        answer = self._judge(heard)
        final = answer.why in _FINAL if isinstance(answer, Exceeded) else not isinstance(answer, Failed)
        return Outcome(answer, len(heard.written), final)

    def _judge(self, heard: Heard) -> Answer:
        """What a child's words and its end mean."""
        if heard.long:
            return Exceeded("size of the answer")
        try:
            return self._decode(heard.written)
        except ValueError:
            pass  # it ended before it had answered, or something made it write nonsense
        if heard.late:
            return Exceeded("time")
        if heard.cpu >= self._cage.cpu:
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
        self._kept: dict[Hashable, tuple[Answer, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer, which stays longer for having been asked for."""
        with self._lock:
            if (kept := self._kept.pop(key, None)) is None:
                return None
            self._kept[key] = kept
            return kept[0]

    def put(self, key: Hashable, outcome: Outcome) -> None:
        """Keep an answer that is final, in place of those that were not asked for longest."""
        if not outcome.final:
            return
        with self._lock:
            self._held -= self._kept.pop(key, (None, 0))[1]
            self._kept[key] = outcome.answer, outcome.size
            self._held += outcome.size
            while self._held > self._octets or len(self._kept) > self._most:
                self._held -= self._kept.pop(next(iter(self._kept)))[1]
