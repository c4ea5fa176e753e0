"""program: runs a program that the operator listed, without a shell and without our environment.

It has so much time, CPU time and memory, and may print so much; with all that it started it is killed when it has not
ended by then. Fails typed: `TimedOut`, `Exceeded` for CPU time and output, `Failed` for a program that cannot be run or
that a signal ended.
"""

import asyncio
import contextlib
import os
import signal
import sys

from gatekeeper.lookups import program_child
from gatekeeper.values import Answer, Exceeded, Exited, Failed, Program, TimedOut

_CPU, _MEMORY = 10, 1 << 30
_AT_ONCE = 8
_TIMES, _ANYWAY = 4, 1_000_000
"""How much it may print: so many times what it is given, and so many bytes in any case."""


class Launcher:
    """`patience` is in seconds, for one run."""

    def __init__(self, patience: float = 10.0) -> None:
        self.patience = patience
        self._room: asyncio.Semaphore | None = None

    def known(self, _question: Program) -> Answer | None:
        """Nothing is remembered: a program may look at more than what it is given."""
        return None

    async def answer(self, question: Program) -> Answer:
        """How it ended, and what it printed."""
        self._room = self._room or asyncio.Semaphore(_AT_ONCE)
        async with self._room:
            try:
                process = await self._started(question)
            except OSError as error:
                return Failed(f"{question.path}: {error.strerror}")
            try:
                async with asyncio.timeout(self.patience):
                    return await _ended(process, question)
            except TimeoutError:
                return TimedOut(f"{question.path}: {self.patience:g} s")
            finally:
                await _buried(process)

    @staticmethod
    async def _started(question: Program) -> asyncio.subprocess.Process:
        arguments = [argument.encode("latin-1", "replace").replace(b"\0", b"") for argument in question.arguments]
        child = [sys.executable, "-I", "-S", program_child.__file__, str(_CPU), str(_MEMORY), question.path]
        return await asyncio.create_subprocess_exec(
            *child,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )


async def _ended(process: asyncio.subprocess.Process, question: Program) -> Answer:
    feeding = asyncio.ensure_future(_fed(process, question.data))
    try:
        output = await _printed(process, _TIMES * len(question.data) + _ANYWAY)
    finally:
        feeding.cancel()
    if output is None:
        return Exceeded(f"{question.path}: it prints too much")
    match await process.wait():
        case program_child.UNABLE:
            return Failed(f"{question.path}: it cannot be run")
        case code if code == -signal.SIGXCPU:
            return Exceeded(f"{question.path}: {_CPU} s of CPU time")
        case code if code < 0:
            return Failed(f"{question.path}: ended by signal {-code}")
        case code:
            return Exited(code, output)


async def _fed(process: asyncio.subprocess.Process, data: bytes) -> None:
    """Whoever does not read all of it is left alone."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()


async def _printed(process: asyncio.subprocess.Process, most: int) -> bytes | None:
    """Up to its end; None if that is more than `most` bytes."""
    assert process.stdout is not None
    pieces: list[bytes] = []
    while piece := await process.stdout.read(1 << 16):
        pieces.append(piece)
        most -= len(piece)
        if most < 0:
            return None
    return b"".join(pieces)


async def _buried(process: asyncio.subprocess.Process) -> None:
    """Nothing of it goes on, whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
