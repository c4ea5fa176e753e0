"""room: how long held messages are kept, and how much there is of them, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatekeeper.quarantine.kinds import Kind

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Retention:
    """`days` are for what `of_kind` does not name. What is held for several kinds of reasons is kept for the longest.

    A message of `large` bytes and more is kept for `large_days` at most, whatever it is held for; 0 is no size.
    """

    days: float = 30
    of_kind: Mapping[Kind, float] = field(default_factory=dict)
    large: int = 0
    large_days: float = 30

    def of(self, kind: Kind) -> float:
        """For how long such a message is kept, in days."""
        return self.of_kind.get(kind, self.days)

    @property
    def longest(self) -> float:
        """For how long any is kept, in days."""
        return max(map(self.of, Kind))

    @property
    def shortest(self) -> float:
        """For how long any is kept at least, in days."""
        return min((*map(self.of, Kind), *([self.large_days] if self.large else [])))


@dataclass(frozen=True, slots=True)
class Usage:
    """How many messages are there and their bytes, what these may be at most (0: what the disk has), and what the disk
    that they are on has, free and at all.
    """

    messages: int
    size: int
    limit: int
    free: int
    disk: int

    @property
    def share(self) -> float:
        """Of what may be used, whichever ends first: 1 is full."""
        of_limit = self.size / self.limit if self.limit else 0.0
        return max(of_limit, 1 - self.free / self.disk if self.disk else 0.0)
