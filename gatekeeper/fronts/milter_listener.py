"""milter_listener: libmilter accepting from a socket that somebody else bound, and told to stop without harm.

libmilter opens its own socket, and its `smfi_stop` gives up every session. So we let it open a throw-away socket and
put ours in its place, under the same descriptor (dup2). To stop accepting, a socket that nobody can reach takes that
place: what waits in the queue is left for the next worker, and sessions go on. Needs /proc. Fails with `OSError`, or
`milter.error` if libmilter refuses.

The signals that libmilter takes for itself (HUP, TERM, INT) reach it only if they are blocked in the main thread, so
its loop runs in another one, and the main thread ignores them.
"""

import os
import socket
import stat
import tempfile
from pathlib import Path

import milter

_FDS = Path("/proc/self/fd")
_THROW_AWAY: dict[int, str] = {socket.AF_INET: "inet:0@127.0.0.1", socket.AF_INET6: "inet6:0@::1"}  # same family


class Listener:
    """libmilter's listening socket. After `milter.register`, before `milter.main`."""

    def __init__(self, listening: socket.socket) -> None:
        self._name = listening.getsockname()
        self._family = listening.family
        with tempfile.TemporaryDirectory(prefix="gatekeeper-") as directory:
            self._nobody = _unreachable(f"{directory}/nobody")
            self._descriptor = _opened_by_libmilter(listening.family, f"{directory}/throw-away")
        os.dup2(listening.fileno(), self._descriptor, inheritable=False)

    def leave(self) -> None:
        """Accept no more connections, from now on."""
        os.dup2(self._nobody.fileno(), self._descriptor, inheritable=False)

    def connections(self) -> int:
        """How many accepted connections are open, those included that have not said anything yet."""
        return sum(self._accepted(descriptor) for descriptor in _sockets() - {self._descriptor})

    def _accepted(self, descriptor: int) -> bool:
        try:
            found = socket.socket(fileno=descriptor)
        except OSError:  # closed meanwhile
            return False
        try:
            listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            return not listens and found.family == self._family and self._here(found.getsockname())
        except OSError:
            return False
        finally:
            found.detach()

    def _here(self, name: object) -> bool:
        if self._family == socket.AF_UNIX:
            return bool(name == self._name)
        return isinstance(name, tuple) and name[1] == self._name[1]


def _opened_by_libmilter(family: int, path: str) -> int:
    before = _sockets()
    milter.setconn(_THROW_AWAY.get(family, f"unix:{path}"))
    milter.opensocket(True)
    (descriptor,) = _sockets() - before
    return descriptor


def _unreachable(path: str) -> socket.socket:
    """A socket that listens under a name about to vanish."""
    nobody = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    nobody.setblocking(False)
    nobody.bind(path)
    nobody.listen(0)
    return nobody


def _sockets() -> set[int]:
    found = set()
    for link in _FDS.iterdir():
        try:
            if stat.S_ISSOCK(os.fstat(int(link.name)).st_mode):
                found.add(int(link.name))
        except OSError:  # the directory's own descriptor, or closed meanwhile
            continue
    return found
