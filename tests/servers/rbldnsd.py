"""rbldnsd: the block list server that the field uses, with one zone of addresses or of names, on loopback.

It lists its test point, as every block list does.
"""

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
    `kind` of that name: a name, `.name` for it and all below it.
    """

    def __init__(self, zone: str, entries: Iterable[str], kind: str = "ip4set") -> None:
        require_root("rbldnsd")
        self.port = free_port()
        self.zone, self._entries, self._kind = zone, entries, kind
        self._stack = ExitStack()

    @property
    def address(self) -> str:
        """As `[dns] servers` wants it."""
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        home = self._stack.enter_context(room("rbldnsd"))
        point = {"ip4set": "127.0.0.2", "dnset": "test"}[self._kind]
        (home / "zone").write_text("".join(f"{line}\n" for line in (":127.0.0.2:Listed", point, *self._entries)))
        place = f"{self.zone}:{self._kind}:{home}/zone"
        server = Running(["rbldnsd", "-n", "-b", f"{LOOPBACK}/{self.port}", place], home / "output")
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

    def _answers(self) -> bool:
        query = dns.message.make_query(f"1.0.0.127.{self.zone}", "A")
        try:
            dns.query.udp(query, LOOPBACK, timeout=0.2, port=self.port)
        except (dns.exception.DNSException, OSError):
            return False
        return True
