"""listing: what a list of held messages is asked for, and what it shows, as values. Pure.

A cursor says where in the order of time a page begins or ends, and nothing else: whoever makes one up sees another
place of the same list. What is no cursor, or no state, is a `ValueError` whose text says so.
"""

from dataclasses import dataclass
from types import MappingProxyType

from gatekeeper.quarantine.hold import CHANGED, OPEN
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.values import Fate

STATES = MappingProxyType(
    {"waiting": OPEN, "changed": CHANGED, "all": tuple(Fate)}
    | {fate.value: (fate,) for fate in (Fate.UNCONFIRMED, Fate.HELD, Fate.RELEASED, Fate.DELETED, Fate.EXPIRED)}
)
"""What can be asked for, and the fates of a recipient that this means."""

_DIGITS, _LONGEST = frozenset("0123456789abcdef"), 15


@dataclass(frozen=True, slots=True)
class Query:
    """Holds for which all of this is true, of one and the same recipient. What is empty asks for nothing.

    `text` are words that stand in subject, sender or recipients; from three letters on, or that words there begin with.
    Those of scripts that set no space between words stand anywhere in the subject or the sender.
    `reason` and `sender` match whole, in either case; `*` in `sender` stands for anything. `state` is one of `STATES`.
    `since` and `until`, which is not part of it, are seconds of the epoch. `recipients`: only what is held for these
    addresses, and nothing is said about others; None: everybody's. Nor is anything said about what is held for a reason
    of the kinds in `hidden`.
    """

    text: str = ""
    kind: Kind | None = None
    reason: str = ""
    sender: str = ""
    state: str = "waiting"
    since: float | None = None
    until: float | None = None
    recipients: tuple[str, ...] | None = None
    hidden: tuple[Kind, ...] = ()

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state[:40]!r} is no state; there are {', '.join(STATES)}")

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What `state` means."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class EntryRecipient:
    """One for whom it is held, and why."""

    address: str
    kind: Kind
    reason: str
    score: float
    fate: Fate


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `recipients` are all of them, or within a user's scope only theirs."""

    id: str
    held_at: float
    sender: str
    subject: str
    size: int
    recipients: tuple[EntryRecipient, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first. `after` leads to older ones, `before` to newer; "" where there are none."""

    entries: tuple[Entry, ...] = ()
    after: str = ""
    before: str = ""


def cursor(number: int) -> str:
    """The place of a hold in the list."""
    return f"{number:x}"


def place(cursor: str) -> int:
    """The number of the hold that `cursor` was made of."""
    if not 0 < len(cursor) <= _LONGEST or not _DIGITS.issuperset(cursor):
        raise ValueError(f"{cursor[:40]!r} is no place in this list; begin at its first page")
    return int(cursor, 16)
