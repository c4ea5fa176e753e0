"""budget: how much of a hostile message is looked at, and what was met on the way.

A limit that is passed is an anomaly named after it; what was seen until then is kept. Nothing here raises.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class Limits(NamedTuple):
    """What one message may cost. Each limit passed is an anomaly `limit.NAME`.

    `depth` levels of parts, `parts` in all, `fields` header fields in all, `header` bytes of any one header,
    `passes` times that the bytes of the message may be gone over to find boundaries, `odd` bytes of broken MIME that
    are read in more ways than the standard's (a byte of a header field costs 32 of them).
    """

    depth: int = 64
    parts: int = 20_000
    fields: int = 50_000
    header: int = 1_000_000
    passes: int = 32
    odd: int = 4_000_000


@dataclass(slots=True)
class Budget:
    """What is left for one message, and the names of the anomalies met in it, each once."""

    limits: Limits
    parts: int
    fields: int
    work: int
    odd: int
    insides: int = 200  # archives and documents that are opened, each by a process of its own
    anomalies: dict[str, None] = field(default_factory=dict)

    def afford(self, octets: int) -> bool:
        """Whether something odd of this size is read in every way; if not, that is an anomaly."""
        self.odd -= octets
        if self.odd < 0:
            self.anomalies["limit.odd"] = None
        return self.odd >= 0


def budget_of(limits: Limits, size: int) -> Budget:
    """All there is to spend on a message of `size` bytes."""
    return Budget(limits, limits.parts, limits.fields, limits.passes * size + 1_000_000, limits.odd)
