"""extraction: the same work on many messages by several processes, the results in order.

Processes are forked, so that nothing is copied but results. A message that takes too long, too much memory, or ends its
process is `Lost`, and the rest goes on. Work in flight is bounded, so whoever takes the results slowly is not flooded.
"""

import gc
import os
import resource
import signal
import struct
from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing.connection import Connection, Pipe, wait
from typing import NamedTuple, NoReturn

Work = Callable[[int], bytes]
"""What is done with the message of a number; an exception's text says why it cannot be done."""

SECONDS = 30.0
_MEMORY = 2_000_000_000  # bytes of one process beyond what it begins with
_FEW = 100
_TOGETHER = 16  # messages handed over at once
_AHEAD = 4  # such lots that a process has before it
_WINDOW = 8  # lots for each process between the oldest that is awaited and the newest that was handed over
_ALERT = 0.2  # seconds between two looks at whether to stop
_RARELY = 50_000, 20, 100  # the objects of a message die by reference
_FRAME = struct.Struct("<BI")


class Lost(NamedTuple):
    """A message with which nothing could be done."""

    why: str


Result = bytes | Lost


def jobs_for(wanted: int | None, messages: int) -> int:
    """How many processes are worth it: as many as wanted, else one for each core; one for a few messages."""
    return wanted or (cores() if messages > _FEW else 1)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def results(
    work: Work,
    numbers: Iterable[int],
    jobs: int,
    keep: Collection[int] = (),
    stopped: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
) -> Iterator[Result]:
    """What `work` gives for each of `numbers`, until `stopped`. One job: in this process, without limits.

    `keep` are the descriptors that `work` needs; all others are closed in the processes, so that no lock of ours lives
    on in them.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    crew = _Crew(work, iter(numbers), jobs, keep, seconds) if jobs > 1 else None
    try:
        yield from crew.results(stopped) if crew else _alone(work, numbers, stopped)
    finally:
        gc.set_threshold(*before)
        if crew:
            crew.end()


def _alone(work: Work, numbers: Iterable[int], stopped: Callable[[], bool]) -> Iterator[Result]:
    for number in numbers:
        if stopped():
            return
        yield _result(*_done(work, number))


def _done(work: Work, number: int) -> tuple[bool, bytes]:
    try:
        return True, work(number)
    except MemoryError:
        return False, b"it takes too much memory"
    except Exception as error:  # whatever a message brings about, the others shall be read
        return False, (str(error) or type(error).__name__).encode("utf-8", "surrogateescape")


def _result(good: bool, data: bytes) -> Result:
    return data if good else Lost(data.decode("utf-8", "surrogateescape"))


class _Lot(NamedTuple):
    """Messages handed over together; `first` is the place of their first in the order of results."""

    first: int
    numbers: list[int]


@dataclass(slots=True)
class _Hand:
    """One process, seen from ours."""

    pid: int
    pipe: Connection
    lots: deque[_Lot] = field(default_factory=deque)

    def give(self, lot: _Lot) -> None:
        """It may be dead, which `wait` will tell."""
        self.lots.append(lot)
        with suppress(OSError):
            self.pipe.send_bytes(array("Q", lot.numbers).tobytes())

    def end(self, sign: signal.Signals | None = None) -> int:
        """Its status (waitpid(2))."""
        self.pipe.close()
        if sign:
            os.kill(self.pid, sign)
        return os.waitpid(self.pid, 0)[1]


class _Crew:
    def __init__(self, work: Work, numbers: Iterator[int], jobs: int, keep: Collection[int], seconds: float) -> None:
        self._work, self._numbers, self._keep, self._seconds = work, numbers, keep, seconds
        self._again: deque[_Lot] = deque()
        self._handed = self._due = 0
        self._ready: dict[int, Result] = {}
        self._hands: list[_Hand] = []
        for _ in range(jobs):
            self._hands.append(self._start())

    def results(self, stopped: Callable[[], bool]) -> Iterator[Result]:
        while not stopped():
            self._hand_over()
            while self._due in self._ready and not stopped():
                result = self._ready.pop(self._due)
                self._due += 1
                yield result
            busy = {hand.pipe: hand for hand in self._hands if hand.lots}
            if not busy and not self._hand_over():
                return
            for pipe in wait(list(busy), _ALERT):
                self._take(busy[pipe])  # type: ignore[index]

    def end(self) -> None:
        for hand in self._hands:
            hand.end(signal.SIGKILL)

    def _hand_over(self) -> bool:
        """Give work to whom has little; whether there was any."""
        given = False
        for hand in sorted(self._hands, key=lambda hand: len(hand.lots)):
            while len(hand.lots) < _AHEAD and (lot := self._next()):
                hand.give(lot)
                given = True
        return given

    def _next(self) -> _Lot | None:
        if self._again:
            return self._again.popleft()
        if self._handed - self._due >= _WINDOW * _TOGETHER * len(self._hands):
            return None
        numbers = list(islice(self._numbers, _TOGETHER))
        lot = _Lot(self._handed, numbers)
        self._handed += len(numbers)
        return lot if numbers else None

    def _take(self, hand: _Hand) -> None:
        try:
            answer = hand.pipe.recv_bytes()
        except (EOFError, OSError):
            self._replace(hand)
            return
        at = 0
        for place, _ in enumerate(hand.lots[0].numbers, hand.lots[0].first):
            good, size = _FRAME.unpack_from(answer, at)
            at += _FRAME.size + size
            self._ready[place] = _result(good, answer[at - size : at])
        hand.lots.popleft()

    def _replace(self, hand: _Hand) -> None:
        """It died of one of the lot that it had before it: each of them alone, to find out of which."""
        status = hand.end()
        first, numbers = hand.lots.popleft()
        if len(numbers) == 1:
            self._ready[first] = Lost(self._why(status))
        else:
            self._again.extend(_Lot(place, [number]) for place, number in enumerate(numbers, first))
        self._again.extend(hand.lots)
        self._hands[self._hands.index(hand)] = self._start()

    def _why(self, status: int) -> str:
        if not os.WIFSIGNALED(status):
            return f"the process that read it ended with status {os.waitstatus_to_exitcode(status)}"
        sign = signal.Signals(os.WTERMSIG(status))
        if sign is signal.SIGALRM:
            return f"it took longer than {self._seconds:g} s"
        return f"the process that read it was ended by {sign.name}"

    def _start(self) -> _Hand:
        ours, theirs = Pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # not before the child ignores it
        try:
            pid = os.fork()
            if pid == 0:
                _live(self._work, theirs, self._keep, self._seconds)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        theirs.close()
        return _Hand(pid, ours)


def _live(work: Work, pipe: Connection, keep: Collection[int], seconds: float) -> NoReturn:
    """The whole life of a process: ends when there is nobody to work for. ^C is for the one who started it."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        _close_others({0, 1, 2, pipe.fileno(), *keep})
        _confine()
        gc.freeze()  # what is shared stays shared
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            while True:
                pipe.send_bytes(_lot_done(work, array("Q", pipe.recv_bytes()), seconds))
        status = 0
    finally:
        os._exit(status)


def _lot_done(work: Work, numbers: Iterable[int], seconds: float) -> bytes:
    """The kernel ends us when time is up, whatever we are in the middle of."""
    frames: list[bytes] = []
    for number in numbers:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        good, data = _done(work, number)
        frames += (_FRAME.pack(good, len(data)), data)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return b"".join(frames)


def _close_others(keep: set[int]) -> None:
    last = 2
    for descriptor in chain(sorted(keep - {0, 1, 2}), (resource.getrlimit(resource.RLIMIT_NOFILE)[0],)):
        os.closerange(last + 1, descriptor)
        last = descriptor


def _confine() -> None:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
        size = int(file.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = size + _MEMORY if hard == resource.RLIM_INFINITY else min(size + _MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
