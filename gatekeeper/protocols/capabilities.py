"""capabilities: what a next hop can take, so that we offer our clients no more than that. Never fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The extensions whose use by a client binds the next hop (RFC 6152, 6531, 3461, 1870).

    `size` is None without SIZE, 0 for SIZE without a limit, else the most bytes the server takes.
    """

    eightbit: bool = False
    smtputf8: bool = False
    dsn: bool = False
    size: int | None = None

    @classmethod
    def intersection(cls, servers: Iterable[Capabilities]) -> Capabilities:
        """What all of `servers` can; of their sizes the least. Nothing at all if there is no server."""
        known = tuple(servers)
        if not known:
            return cls()
        return cls(
            all(server.eightbit for server in known),
            all(server.smtputf8 for server in known),
            all(server.dsn for server in known),
            _least(server.size for server in known),
        )


def _least(sizes: Iterable[int | None]) -> int | None:
    limit = 0
    for size in sizes:
        if size is None:
            return None
        limit = min(limit, size) if limit and size else limit or size
    return limit
