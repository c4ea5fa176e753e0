"""connection: HTTP on one connection, for no longer than it may take.

uvicorn closes a connection on which nothing is asked after an answer; one on which a request comes a byte a minute, or
an answer is never read, it keeps for ever. Here both end.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ASKING = 30.0  # seconds from the connection, or the last answer, to the end of a request
ANSWERING = 600.0  # and from there until the answer has been read


class Connection(H11Protocol):
    """One of them."""

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._allow(ASKING)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._due is not None:
            self._due.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._allow(ASKING)

    def _allow(self, seconds: float) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = self.loop.call_later(seconds, self._late, seconds)

    def _late(self, seconds: float) -> None:
        asked = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if asked and seconds == ASKING:
            self._allow(ANSWERING)
        else:
            self.transport.abort()  # closing would wait until the rest has been read
