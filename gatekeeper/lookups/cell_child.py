"""cell_child: the life of a process that works on one message: it gives up its rights, works, answers, ends.

What it works on is hostile, and so are the libraries once they have read it. From `confine` on the process can open no
file and no socket, start nothing, write no file, and is killed when it has used up its time or memory.
"""

import ctypes
import errno
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

from gatekeeper.values import Exceeded, Failed

Respond = Callable[[bytes], bytes]
"""The work: from a question to its answer."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38  # linux/prctl.h
_NOBODY = 65534
_NICE = 5
_CHUNK = 1 << 20
_USED_UP = {
    errno.EMFILE: "descriptors",
    errno.EAGAIN: "processes",
    errno.EFBIG: "file size",
    errno.ENOMEM: "memory",
}
_libc = ctypes.CDLL(None, use_errno=True)


class Cage(msgspec.Struct, frozen=True):
    """What one process may use: seconds of CPU time, bytes of memory beyond its start, bytes of its answer."""

    cpu: int = 10
    memory: int = 400_000_000
    answer: int = 32_000_000


def live(channel: socket.socket, cage: Cage, respond: Respond, parent: int) -> None:
    """Read the question from `channel`, write the answer there; nothing if the process `parent` has ended already."""
    confine(cage)
    if os.getppid() == parent:  # or it ended before we could ask to end with it
        channel.sendall(respond(read(channel)))


def read(channel: socket.socket) -> bytes:
    """All there is, to the end of the stream."""
    chunks = []
    while chunk := channel.recv(_CHUNK):
        chunks.append(chunk)
    return b"".join(chunks)


def failure_of(error: Exception, extra: str) -> Exceeded | Failed:
    """What it means that the work ended so; `extra` is what to install for it."""
    if isinstance(error, MemoryError):
        return Exceeded("memory")
    if isinstance(error, ImportError):
        return Failed(f"no {error.name}: is gatekeeper[{extra}] installed?")
    if isinstance(error, OSError) and (used_up := _USED_UP.get(error.errno or 0)):
        return Exceeded(used_up)
    return Failed(f"{type(error).__name__}: {error}")


def confine(cage: Cage) -> None:
    """Give up every right and set every limit, for good. `channel` stays open: limits are for what is opened later."""
    os.nice(_NICE)
    for number in (signal.SIGXCPU, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    if os.geteuid() == 0:  # for root there is no limit of processes, and files have no owner
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # after the change of user, which clears it
    for kind, soft, hard in (
        (resource.RLIMIT_AS, _size() + cage.memory, _size() + cage.memory),
        (resource.RLIMIT_CPU, cage.cpu, cage.cpu + 1),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))


def _size() -> int:
    """How much address space it has now, in bytes (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
