"""opener_child: the life of the process that opens one attachment: it gives up its rights, opens, answers, ends.

What is opened is hostile, and so are the libraries once they have read it. From `confine` on the process can open no
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

from gatekeeper.lookups import opener_wire
from gatekeeper.lookups.opener_wire import Cage
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.values import Answer, Exceeded, Failed, Item, Opened

Open = Callable[[bytes, tuple[str, ...], OpenLimits], Item]

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


def live(channel: socket.socket, cage: Cage, open_: Open, parent: int) -> None:
    """Read the question from `channel`, write the answer there; nothing if the process `parent` has ended already."""
    confine(cage)
    if os.getppid() == parent:  # or it ended before we could ask to end with it
        channel.sendall(opener_wire.encode(answer(read(channel), cage, open_), cage.answer))


def read(channel: socket.socket) -> bytes:
    """All there is, to the end of the stream."""
    chunks = []
    while chunk := channel.recv(_CHUNK):
        chunks.append(chunk)
    return b"".join(chunks)


def answer(question: bytes, cage: Cage, open_: Open) -> Answer:
    """What `open_` says, or why it cannot; nothing is raised."""
    try:
        data, names = opener_wire.decode_question(question)
        del question
        return Opened(open_(data, names, cage.limits))
    except MemoryError:
        return Exceeded("memory")
    except ImportError as error:
        return Failed(f"no {error.name}: is gatekeeper[open] installed?")
    except OSError as error:
        if used_up := _USED_UP.get(error.errno or 0):
            return Exceeded(used_up)
        return Failed(f"{type(error).__name__}: {error}")
    except Exception as error:
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
