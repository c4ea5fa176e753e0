"""opener_worker: the program that opens attachments, each in a process of its own.

Started as `python -I -m gatekeeper.lookups.opener_worker DESCRIPTOR LIMITS`. It imports every library once, then forks
a child for each question, so that no two messages meet in one process. It does nothing else, and never sees the
attachment: its control socket brings numbers and, for each question, the stream that the child reads and answers. When
that socket ends, it ends, and all children with it.
"""

import codecs
import contextlib
import encodings.aliases
import gc
import importlib
import os
import pkgutil
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter

import msgspec

from gatekeeper.lookups.opener_child import Open, live
from gatekeeper.lookups.opener_wire import Cage
from gatekeeper.message import openers

READY = b"ready"
OPEN, END = b"o", b"e"
COMMAND = struct.Struct("!cQ")  # what to do, the number of the question
ENDED = struct.Struct("!Qid")  # the number, how the child ended (os.waitstatus_to_exitcode), its CPU time in seconds
_NONE = -1

_FORMATS = ("doc97", "ooxml", "ppt97", "xls97")
_LIBRARIES = (
    "chardet",
    "cryptography.hazmat.backends.openssl",
    "libarchive",
    "olefile",
    "pikepdf",
    "xml.dom.expatbuilder",
    *(f"msoffcrypto.format.{name}" for name in _FORMATS),
)
"""What readers, or the libraries they use, import no earlier than they need it."""


def main(arguments: Sequence[str]) -> None:
    """`arguments`: the descriptor of the control socket, the limits as JSON."""
    from gatekeeper.message.openers.open import open_contents

    warm_up()
    serve(int(arguments[0]), msgspec.json.decode(arguments[1], type=Cage), open_contents)


def warm_up() -> None:
    """Import what a child might need."""
    for module in pkgutil.iter_modules(openers.__path__, openers.__name__ + "."):
        _import(module.name)
    for library in _LIBRARIES:
        _import(library)
    for name in set(encodings.aliases.aliases.values()):
        with contextlib.suppress(LookupError):  # mbcs and oem are for Windows
            codecs.lookup(name)


def _import(name: str) -> None:
    with contextlib.suppress(Exception):  # the extra is not installed, or not whole: the child will say so
        importlib.import_module(name)


def serve(descriptor: int, cage: Cage, open_: Open) -> None:
    """Fork a child for each question until the control socket ends. Never returns."""
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]  # a child can read no module: to look for one is to find none
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is asked to stop at the terminal is the one who started us
    control = socket.socket(fileno=descriptor)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError):  # the gateway worker has ended, with something left unread
        control.send(READY)
        _obey(control, cage, open_)
    os._exit(0)


def _obey(control: socket.socket, cage: Cage, open_: Open) -> None:
    """Do what comes, to the end of the socket."""
    children: dict[int, int] = {}
    while True:
        message, streams, _, _ = socket.recv_fds(control, COMMAND.size, 1)
        if len(message) < COMMAND.size:
            return
        command, number = COMMAND.unpack(message)
        if command == OPEN and streams:
            children[number] = _fork(control, streams[0], cage, open_)
        elif number in children:
            control.send(ENDED.pack(number, *_end(children.pop(number))))


def _fork(control: socket.socket, stream: int, cage: Cage, open_: Open) -> int:
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
        live(socket.socket(fileno=stream), cage, open_, parent)
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


if __name__ == "__main__":
    main(sys.argv[1:])
