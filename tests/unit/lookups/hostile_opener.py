"""The opener with something else to open attachments with: each does what its bytes say, as a captured library would.

Started by `test_opener` in place of `gatekeeper.lookups.opener_worker`.
"""

import ctypes
import os
import resource
import signal
import socket
import stat
import sys
import tempfile
import time

from gatekeeper.lookups.opener_worker import open_in_cells
from gatekeeper.values import Item

SPOOL = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 — opened before the child is confined
libc = ctypes.CDLL(None, use_errno=True)


def spin(_data):
    while True:
        pass


def ignore_and_spin(_data):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    spin(_data)


def hoard(_data):
    hoarded = []
    while True:
        hoarded.append(bytearray(10_000_000))


def write_file(_data):
    SPOOL.write(b"x" * 1000)


def start_process(_data):
    os.fork()


def open_file(_data):
    os.open("/dev/null", os.O_RDONLY)


def open_socket(_data):
    socket.socket()


def sleep(_data):
    while True:
        signal.pause()


def crash(_data):
    ctypes.string_at(0)


def abort(_data):
    os.abort()


def be_killed(_data):
    os.kill(os.getpid(), signal.SIGKILL)


def leave(_data):
    os._exit(3)


def fail(_data):
    raise ValueError("no such format")


def miss(_data):
    import no_such_library  # noqa: F401


def lift_limits(_data):
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))


def talk(_data):
    return Item("", (), "zip", 0, "", data=b"x" * 10_000_000)


def babble(_data):
    return Item("", ("x" * 10_000_000,), "zip", 0, "")


def lie(data):
    """Write something of its own to the gateway: what follows the word, as it stands."""
    answering = next(fd for fd in range(3, 50) if _is_socket(fd))
    os.write(answering, data.partition(b" ")[2])
    os._exit(0)


def flood(_data):
    answering = next(fd for fd in range(3, 50) if _is_socket(fd))
    while True:
        os.write(answering, b"o" * 100_000)


def rights(_data):
    """What this process is: its user, whether it may gain rights, what kills it with its parent, and its files."""
    pdeath = ctypes.c_int()
    libc.prctl(2, ctypes.byref(pdeath))
    fds = [fd for fd in range(50) if _is_open(fd)]
    facts = (os.getuid() != 0, libc.prctl(39, 0, 0, 0, 0), pdeath.value, len(fds), os.nice(0) > 0)
    return Item("", tuple(map(str, facts)), "text", 0, "")


def wait(data):
    time.sleep(float(data.partition(b" ")[2]))


def _is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _is_socket(fd):
    return _is_open(fd) and stat.S_ISSOCK(os.fstat(fd).st_mode)


def open_(data, names, limits):
    data = data.removeprefix(b"PK\3\4")  # so that a message may carry it as an archive
    done = globals()[data.partition(b" ")[0].decode()](data) if data else None
    return done or Item("", names, "text", len(data), f"depth {limits.depth}, pid {os.getpid()}")


if __name__ == "__main__":
    open_in_cells(sys.argv[1:], open_)
