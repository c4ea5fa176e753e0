"""rbldnsd: the block list server that the field uses, with one zone of addresses or of names, on loopback.

It lists its test point, as every block list does.
"""

import os
import signal
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import dns.exception
import dns.message
import dns.query

from tests.servers.room import LOOPBACK, Running, free_port, require_root, room


class Rbldnsd:
    """`entries` are lines of an ip4set: an address or network, perhaps with `:127.0.0.4:text`; or of a dnset, for a
    `kind` of that name: a name, `.name` for it and all below it. `ttl` is that of its answers, in seconds.
    """

    def __init__(self, zone: str, entries: Iterable[str], kind: str = "ip4set", ttl: int = 2100) -> None:
        require_root("rbldnsd")
        self.port = free_port()
        self.zone, self._entries, self._kind, self._ttl = zone, entries, kind, ttl
        self._stack = ExitStack()

    @property
    def address(self) -> str:
        """As `[dns] servers` wants it."""
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        home = self._stack.enter_context(room("rbldnsd"))
        self._file = home / "zone"
        self._write()
        place = f"{self.zone}:{self._kind}:{home}/zone"
        command = ["rbldnsd", "-n", "-t", str(self._ttl), "-b", f"{LOOPBACK}/{self.port}", place]
        self._server = server = Running(command, home / "output")
        self._stack.callback(server.stop)
        try:
            server.wait_ready(self._answers, "rbldnsd")
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def change(self, entries: Iterable[str]) -> None:
        """List these instead, and take that up at once."""
        self._entries = entries
        self._write()
        os.kill(self._server.pid, signal.SIGHUP)

    def _write(self) -> None:
        point = {"ip4set": "127.0.0.2", "dnset": "test"}[self._kind]
        self._file.write_text("".join(f"{line}\n" for line in (":127.0.0.2:Listed", point, *self._entries)))

    def _answers(self) -> bool:
        query = dns.message.make_query(f"1.0.0.127.{self.zone}", "A")
        try:
            dns.query.udp(query, LOOPBACK, timeout=0.2, port=self.port)
        except (dns.exception.DNSException, OSError):
            return False
        return True
