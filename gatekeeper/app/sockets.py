"""sockets: every listening socket of the gateway, bound once in the supervisor and inherited by its workers.

They outlive the workers, so a connection that waits in an accept queue survives a reload or a crash. Fails with
`OSError` that names the address: nothing is left half bound.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import socket
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.config.addresses import host_port, milter_socket, spamd_socket

BACKLOG = 512
_MILTER_SEGMENT = 536  # the least that every host must take (RFC 9293 §3.7.1)
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}
Key = tuple[int, str, int]
Counts = dict[Key, int]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to listen: an IP address or host name with its port, or a path (`port` is 0), given to `owner` with `mode`.

    `copies` sockets share the port (SO_REUSEPORT), so that the kernel spreads connections evenly over workers that
    each have one; with one inherited socket, 0 copies, the quickest worker takes nearly all. `segment` bounds the bytes
    in one TCP segment (deploy/decisions/0002-milter-sockets.md).
    """

    family: int
    host: str
    port: int = 0
    copies: int = 0
    owner: str = ""
    mode: int = 0o660
    segment: int = 0

    @property
    def key(self) -> Key:
        """What makes two endpoints the same place."""
        return self.family, self.host, self.port

    def __str__(self) -> str:
        return self.host if self.family == socket.AF_UNIX else f"{self.host or '*'} port {self.port}"


def tcp_endpoint(text: str, copies: int = 0) -> Endpoint:
    """`127.0.0.1:2525`, `[::1]:25`, `host:25`, `:25`. Raises `ValueError`."""
    host, port = host_port(text)
    return Endpoint(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port, copies)


def milter_endpoint(text: str, owner: str = "", mode: str = "0660") -> Endpoint:
    """As sendmail has it: `unix:/path`, `local:/path`, `/path`, `inet:port@host`, `inet6:port@host`. `ValueError`."""
    family, place, port = milter_socket(text)
    if family == "unix":
        return Endpoint(socket.AF_UNIX, place, owner=owner, mode=int(mode, 8))
    return Endpoint(_FAMILIES[family], place, port, segment=_MILTER_SEGMENT)


def spamd_endpoint(text: str, copies: int = 0, owner: str = "", mode: str = "0666") -> Endpoint:
    """`unix:/path`, or as `tcp_endpoint`. Raises `ValueError`."""
    family, place, port = spamd_socket(text)
    if family == "unix":
        return Endpoint(socket.AF_UNIX, place, owner=owner, mode=int(mode, 8))
    return Endpoint(_FAMILIES[family], place, port, copies)


class Sockets:
    """The sockets that are bound now."""

    def __init__(self) -> None:
        self._bound: dict[Key, list[socket.socket]] = {}
        self._inodes: dict[str, int] = {}

    def bind(self, endpoints: Iterable[Endpoint]) -> Counts:
        """Bind what is not bound yet; all of it or, with `OSError`, nothing. What `restore` takes to undo it."""
        before = {key: len(sockets) for key, sockets in self._bound.items()}
        for endpoint in endpoints:
            try:
                self._extend(endpoint)
            except OSError as error:
                self.restore(before)
                raise OSError(error.errno, f"cannot listen on {endpoint}: {error.strerror or error}") from error
        return before

    def restore(self, counts: Counts) -> None:
        """Close what has been bound since `bind` returned `counts`."""
        for key, sockets in self._bound.items():
            _close(sockets[counts.get(key, 0) :])
            del sockets[counts.get(key, 0) :]
        self._forget([key for key in self._bound if key not in counts])

    def share(self, endpoint: Endpoint, slot: int, count: int) -> list[socket.socket]:
        """The sockets of worker `slot` of `count`. All are dealt out, so that none is left that nobody accepts from."""
        sockets = self._bound[endpoint.key]
        return sockets[slot::count] if endpoint.copies else sockets

    def all(self) -> list[socket.socket]:
        """Every socket."""
        return [listening for sockets in self._bound.values() for listening in sockets]

    def keep(self, endpoints: Iterable[Endpoint]) -> None:
        """Close what none of `endpoints` names."""
        wanted = {endpoint.key for endpoint in endpoints}
        self._forget([key for key in self._bound if key not in wanted])

    def _forget(self, keys: Iterable[Key]) -> None:
        """Close the sockets of `keys`, and remove the path of a unix socket if it is still ours."""
        for key in keys:
            _close(self._bound.pop(key))
            inode = self._inodes.pop(key[1], None)
            with contextlib.suppress(OSError):
                if inode is not None and Path(key[1]).stat().st_ino == inode:
                    Path(key[1]).unlink()

    def _extend(self, endpoint: Endpoint) -> None:
        sockets = self._bound.setdefault(endpoint.key, [])
        if endpoint.family == socket.AF_UNIX:
            if not sockets:
                sockets.append(_listen_unix(endpoint.host))
                self._inodes[endpoint.host] = Path(endpoint.host).stat().st_ino
            _give(Path(endpoint.host), endpoint)
            return
        while len(sockets) < max(1, endpoint.copies):
            sockets.append(_listen_tcp(endpoint, sockets[0].getsockname()[1] if sockets else None))


def _close(sockets: Iterable[socket.socket]) -> None:
    for listening in sockets:
        listening.close()


def _listen_tcp(endpoint: Endpoint, port: int | None) -> socket.socket:
    """The first socket for an address must have it alone: SO_REUSEPORT would quietly share it with another gateway."""
    address = _resolve(endpoint)
    if port is not None:
        address = (address[0], port, *address[2:])
    elif endpoint.copies and endpoint.port:
        _tcp_socket(endpoint.family, address, shared=False).close()
    listening = _tcp_socket(endpoint.family, address, shared=bool(endpoint.copies))
    if endpoint.segment:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, endpoint.segment)
    listening.listen(BACKLOG)
    return listening


def _tcp_socket(family: int, address: tuple[str | int | bytes, ...], shared: bool) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is accepted inherits it
        bound.setblocking(False)  # several workers wait for one connection: those who come late must not block
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _resolve(endpoint: Endpoint) -> tuple[str | int | bytes, ...]:
    found = socket.getaddrinfo(
        endpoint.host or None, endpoint.port, endpoint.family, socket.SOCK_STREAM, 0, socket.AI_PASSIVE
    )
    return found[0][4]


def _listen_unix(path: str) -> socket.socket:
    Path(path).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    _remove_stale(Path(path))
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.setblocking(False)
        mask = os.umask(0o177)  # nobody else until `_give` says who
        try:
            listening.bind(path)
        finally:
            os.umask(mask)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _remove_stale(path: Path) -> None:
    """Remove a socket file that nobody listens on; anything else in its place is a mistake to be told."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(17, "the path exists and is not a socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except BlockingIOError:  # its backlog is full: somebody listens
            raise OSError(98, "another process listens there") from None
        else:
            raise OSError(98, "another process listens there")


def _give(path: Path, endpoint: Endpoint) -> None:
    """Owner `user[:group]` and mode, so that the MTA can connect; only where they differ."""
    now = path.stat()
    user, _, group = endpoint.owner.partition(":")
    uid, gid = now.st_uid, now.st_gid
    try:
        if user:
            account = pwd.getpwnam(user)
            uid, gid = account.pw_uid, account.pw_gid
        if group:
            gid = grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise OSError(22, f"unknown owner {endpoint.owner!r}") from error
    if (uid, gid) != (now.st_uid, now.st_gid):
        os.chown(path, uid, gid)
    if stat.S_IMODE(now.st_mode) != endpoint.mode:
        path.chmod(endpoint.mode)
