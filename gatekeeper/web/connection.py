"""connection: HTTP on one connection, for no longer than it may take.

uvicorn closes a connection on which nothing is asked after an answer; one on which a request comes a byte a minute, or
an answer is never read, it keeps for ever. Here both end.
"""

import asyncio
from ipaddress import ip_address, ip_network
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ASKING = 30.0  # seconds from the connection, or the last answer, to the end of a request
ANSWERING = 600.0  # and from there until the answer has been read
LEAVING = 1.0  # seconds in which who has just connected may still ask, when it is time to end


class Connection(H11Protocol):
    """One of them."""

    _due: asyncio.TimerHandle | None = None
    _extended = False  # a request is whole, and has its time
    _last = False  # the next answer ends it
    _host = ""

    def connection_made(self, transport: Any) -> None:
        """Time runs from here. No address but a proxy's has more than half of what there is."""
        super().connection_made(transport)
        self._allow(ASKING)
        self._host = self.client[0] if self.client else ""
        if self._host and not self._is_near(self._host):
            theirs = sum(isinstance(other, Connection) and other._host == self._host for other in self.connections)
            if theirs > (self.limit_concurrency or theirs) // 2:
                transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """No more."""
        if self._due is not None:
            self._due.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Time runs from here again."""
        super().on_response_complete()
        self._extended = False
        self._allow(ASKING)
        if self._last:
            self.shutdown()

    def shutdown(self) -> None:
        """It is time to end. Who has asked nothing yet may have done so just now: others answer the next connection."""
        if self.cycle is None and not self._last:
            self._last = True
            self._allow(LEAVING)
        else:
            super().shutdown()

    def _is_near(self, host: str) -> bool:
        """On this machine, or a proxy that is named."""
        address = ip_address(host.partition("%")[0])
        named = map(ip_network, self.config.forwarded_allow_ips or ())
        return address.is_loopback or any(address in network for network in named)

    def _allow(self, seconds: float) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        asked = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if asked and not self._extended:
            self._extended = True
            self._allow(ANSWERING)
        else:
            self.transport.abort()  # closing would wait until the rest has been read
