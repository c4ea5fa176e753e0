"""cell_worker: a program that works on hostile bytes, each in a process of its own that can reach nothing.

Its main module imports and prepares everything once, then calls `serve`, which forks a child for each question, so that
no two messages meet in one process. It never sees the bytes: its control socket brings numbers and, for each question,
the stream that the child reads and answers. When that socket ends, it ends, and all children with it.
"""

import contextlib
import gc
import os
import signal
import socket
import struct
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter

from gatekeeper.lookups.cell_child import Cage, Respond, live

READY = b"ready"
OPEN, END = b"o", b"e"
COMMAND = struct.Struct("!cQ")  # what to do, the number of the question
ENDED = struct.Struct("!Qid")  # the number, how the child ended (os.waitstatus_to_exitcode), its CPU time in seconds
_NONE = -1


def serve(descriptor: int, cage: Cage, respond: Respond) -> None:
    """Fork a child for each question until the control socket ends. Never returns."""
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]  # a child can read no module: to look for one is to find none
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is asked to stop at the terminal is the one who started us
    control = socket.socket(fileno=descriptor)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError):  # the gateway worker has ended, with something left unread
        control.send(READY)
        _obey(control, cage, respond)
    os._exit(0)


def _obey(control: socket.socket, cage: Cage, respond: Respond) -> None:
    """Do what comes, to the end of the socket."""
    children: dict[int, int] = {}
    while True:
        message, streams, _, _ = socket.recv_fds(control, COMMAND.size, 1)
        if len(message) < COMMAND.size:
            return
        command, number = COMMAND.unpack(message)
        if command == OPEN and streams:
            children[number] = _fork(control, streams[0], cage, respond)
        elif number in children:
            control.send(ENDED.pack(number, *_end(children.pop(number))))


def _fork(control: socket.socket, stream: int, cage: Cage, respond: Respond) -> int:
    """The child's process id; _NONE if the system allows no further process."""
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        pid = _NONE
    if pid:
        os.close(stream)
        return pid
    status = 1
    try:
        control.close()
        os.dup2(0, 2)  # nothing hostile writes into our log; 0 is /dev/null
        live(socket.socket(fileno=stream), cage, respond, parent)
        status = 0
    finally:
        os._exit(status)


def _end(pid: int) -> tuple[int, float]:
    """Make sure it has ended, and how; a kill does nothing to one that has."""
    if pid == _NONE:
        return os.EX_OSERR, 0.0
    os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
