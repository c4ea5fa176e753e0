"""cell_process: a program of cells (`cell_worker`), seen from the gateway worker that started it.

It is started with fork and exec in one (`posix_spawn`'s way), so that nothing of a worker with threads and loops is
copied. `GoneError` says that it has ended, or does not answer: it is to be replaced.
"""

import asyncio
import itertools
import socket
import subprocess
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from gatekeeper.lookups.cell_child import Cage
from gatekeeper.lookups.cell_worker import COMMAND, END, ENDED, OPEN, READY
from gatekeeper.values import Octets

T = TypeVar("T")
_CHUNK = 1 << 18
_START = 30.0  # seconds that it may take to be ready: it imports a lot
_BURIAL = 5.0  # seconds that the end of a killed child may take


class GoneError(Exception):
    """The process has ended."""


class Heard(NamedTuple):
    """What came back: the bytes that the child wrote, how it ended and after how much CPU time.

    `late` is that it was killed because its time was up, `long` because it wrote too much.
    """

    written: bytes
    status: int
    cpu: float
    late: bool
    long: bool


class CellProcess:
    """One running program, which is told the descriptor of its control socket, `cage` as JSON, and the descriptors that
    it is `given`. It belongs to the event loop in which it is first asked.
    """

    def __init__(self, cage: Cage, program: Sequence[str], given: Sequence[int] = ()) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 — our own program
                [*program, str(theirs.fileno()), msgspec.json.encode(cage).decode(), *map(str, given)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno(), *given],
            )
        self._most = cage.answer
        self._numbers = itertools.count()
        self._ends: dict[int, asyncio.Future[tuple[int, float]]] = {}
        self._ready: asyncio.Future[None] | None = None
        self.gone = False

    @property
    def pid(self) -> int:
        """Of the process that forks, not of those that work."""
        return self._process.pid

    async def ready(self) -> None:
        """Wait until it has imported everything."""
        if self._ready is None:
            loop = asyncio.get_running_loop()
            self._ready = loop.create_future()
            loop.add_reader(self._control, self._hear)
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), _START)
        except TimeoutError:
            self._lose()
            raise GoneError from None

    async def ask(self, question: Sequence[Octets], seconds: float) -> Heard:
        """Have all bytes of `question`, one after the other, worked on by a child of its own. It is killed after
        `seconds`.
        """
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        late, written = False, bytearray()
        with ours, theirs:
            self._say(OPEN, number, theirs)
            theirs.close()
            try:
                async with asyncio.timeout(seconds):
                    await self._exchange(ours, question, written)
            except TimeoutError:
                late = True
            finally:
                ended = self._end(number)
        try:
            status, cpu = await asyncio.wait_for(ended, _BURIAL)
        except TimeoutError:
            self._lose()
            raise GoneError from None
        return Heard(bytes(written), status, cpu, late, len(written) > self._most)

    def has_ended(self) -> bool:
        """Whether it runs no more."""
        if not self.gone and self._process.poll() is not None:
            self._lose()
        return self.gone

    def close(self) -> None:
        """End it and all its children."""
        self._lose()

    async def _exchange(self, stream: socket.socket, question: Sequence[Octets], written: bytearray) -> None:
        loop = asyncio.get_running_loop()
        try:
            for octets in question:
                for start in range(0, len(octets), _CHUNK):
                    await loop.sock_sendall(stream, octets[start : start + _CHUNK])
            stream.shutdown(socket.SHUT_WR)
            while len(written) <= self._most and (chunk := await loop.sock_recv(stream, _CHUNK)):
                written += chunk
        except OSError:
            return  # the child has ended early; how, is told
        except ValueError:
            raise TimeoutError from None  # the message is no longer there: nobody waits any more

    def _end(self, number: int) -> "asyncio.Future[tuple[int, float]]":
        """Have the child killed, if it still runs, and learn how it ended."""
        ended = self._ends[number] = asyncio.get_running_loop().create_future()
        ended.add_done_callback(lambda _: self._ends.pop(number, None))
        try:
            self._say(END, number)
        except GoneError:
            _fail(ended)
        return ended

    def _say(self, command: bytes, number: int, stream: socket.socket | None = None) -> None:
        if self.gone:
            raise GoneError
        try:
            socket.send_fds(self._control, [COMMAND.pack(command, number)], [stream.fileno()] if stream else [])
        except OSError:  # it has ended, or reads no more
            self._lose()
            raise GoneError from None

    def _hear(self) -> None:
        try:
            message = self._control.recv(ENDED.size)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if message == READY and self._ready and not self._ready.done():
            self._ready.set_result(None)
        elif len(message) == ENDED.size:
            number, status, cpu = ENDED.unpack(message)
            if (ended := self._ends.get(number)) and not ended.done():
                ended.set_result((status, cpu))
        else:
            self._lose()

    def _lose(self) -> None:
        """It is gone: make sure of that, and tell all who wait."""
        if self.gone:
            return
        self.gone = True
        if self._ready is not None:
            self._ready.get_loop().remove_reader(self._control)
            _fail(self._ready)
        for ended in list(self._ends.values()):
            _fail(ended)
        self._control.close()
        self._process.kill()
        self._process.wait()


def _fail(future: "asyncio.Future[T]") -> None:
    if not future.done():
        future.set_exception(GoneError())
        future.exception()  # perhaps nobody waits any more
