"""contract: what a reader of one family of formats is, and what it may spend.

A reader is a module with `KINDS`, the kinds of thing (`message.kinds`) that it reads, and `read(thing, allowance)`,
which yields what it finds. It may be given anything and may raise anything: the driver (`open`) makes an anomaly of
it and keeps what was yielded until then. The driver charges the allowance for members that the reader has not charged
for; one that unpacks does so while it unpacks (`bombs.gathered`).
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gatekeeper.values import Anomaly


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """What opening one part may cost, over the whole tree of what is inside it. Sizes are bytes."""

    depth: int = 16  # containers in containers
    entries: int = 10_000  # members that are looked at
    listed: int = 20_000  # members that are listed by name alone, when the others are used up
    expanded: int = 200_000_000  # bytes that members may unpack to, together
    member: int = 50_000_000  # bytes of one member that are read
    ratio: int = 200  # times the packed size, from 8 MB on, that is called a bomb


NOT_INSTALLED = "open.not-installed"
"""The anomaly of what cannot be looked into for want of a library."""

_USED_UP = frozenset((errno.EMFILE, errno.EAGAIN, errno.EFBIG, errno.ENOMEM))


def is_used_up(error: Exception) -> bool:
    """Whether the process has no more memory, descriptors, processes or file space: then it is finished."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _USED_UP)


class LimitError(Exception):
    """A limit was passed; the message is the anomaly's name, `limit.expanded`."""


@dataclass(slots=True)
class Allowance:
    """What is left of the limits for one tree. `packed` is the size of the thing at its root, in bytes, if known."""

    limits: OpenLimits
    packed: int = 0
    entries: int = field(init=False)
    listed: int = field(init=False)
    expanded: int = field(init=False)

    def __post_init__(self) -> None:
        self.entries = self.limits.entries
        self.listed = self.limits.listed
        self.expanded = self.limits.expanded

    @property
    def spent(self) -> bool:
        """Whether a limit on contents was passed: from then on, members are listed by name alone."""
        return self.entries < 0 or self.expanded < 0

    @property
    def used(self) -> int:
        """How many bytes were unpacked so far."""
        return self.limits.expanded - self.expanded

    def entry(self) -> None:
        """One more member is looked at; `LimitError` when that is too many."""
        self.entries -= 1
        if self.entries < 0:
            raise LimitError("limit.entries")

    def name(self) -> None:
        """One more member is listed by name alone; `LimitError` when that is too many."""
        self.listed -= 1
        if self.listed < 0:
            raise LimitError("limit.listed")

    def spend(self, size: int) -> None:
        """So many bytes more were unpacked; `LimitError` when that is too much."""
        self.expanded -= size
        if self.expanded < 0:
            raise LimitError("limit.expanded")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a reader is given: bytes, every name of them, and the kind that was detected."""

    data: bytes
    names: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Member:
    """One thing inside: `label` names the format that holds it (`zip`), `names` are as they stand there, all readings.

    `data` is None when it is listed but cannot be read (encrypted, beyond a limit); `size` is then what is claimed.
    `types` are the media types that it is declared to be, where the format declares any.
    """

    label: str
    names: tuple[str, ...]
    data: bytes | None
    anomalies: tuple[Anomaly, ...] = ()
    size: int = 0
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere that the thing points to, as it stands there."""

    target: str


Found = Member | Anomaly | Link
Reader = Callable[[Thing, Allowance], Iterator[Found]]
