"""training_rows: what the training store keeps, as values and as tables. It cannot fail.

`features` and `imports` are wide and stand apart, so that a look at the narrow `events` need not read them. A word's
key is kept as a signed number in the same order (its first bit turned over), because SQLite has no other.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MOST_CHECKPOINTS = 8

MIGRATIONS = (
    (
        """CREATE TABLE state (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            store TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            last INTEGER NOT NULL,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE events (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            digest BLOB NOT NULL,
            label TEXT NOT NULL,
            source TEXT NOT NULL,
            teacher TEXT NOT NULL,
            time REAL NOT NULL,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL,
            spamicity REAL,
            linear REAL,
            score REAL,
            tried INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX events_digest ON events (digest)",
        "CREATE INDEX events_teacher ON events (teacher, time) WHERE source != 'learn'",
        "CREATE TABLE features (seq INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT",
        """CREATE TABLE imports (
            seq INTEGER NOT NULL,
            part INTEGER NOT NULL,
            packed BLOB NOT NULL,
            PRIMARY KEY (seq, part)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE words (
            key INTEGER PRIMARY KEY,
            word BLOB NOT NULL,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL
        ) STRICT""",
        "CREATE TABLE checkpoints (seq INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, packed BLOB NOT NULL) STRICT",
    ),
)


class State(NamedTuple):
    """Where a training stands. `epoch` grows whenever something is taken out, `last` is the newest event's number.

    Two of the same `store` and `epoch` differ only in what was appended between them. `spam` and `ham` are messages.
    """

    store: str
    epoch: int
    last: int
    spam: int
    ham: int


class Trial(NamedTuple):
    """What the model said of a message that it had not learnt yet."""

    spamicity: float
    linear: float
    score: float


class Taught(NamedTuple):
    """An event without what was learnt from it. `label` is "spam", "ham", or "" for imported counts."""

    seq: int
    id: str
    digest: bytes
    label: str
    source: str
    teacher: str


@dataclass(frozen=True, slots=True)
class Event:
    """One message that was taught: `packed` are its features, `messages` what it adds to the totals of spam and ham.

    `tried`: its trial tells how good the model is, since it was not chosen for being misjudged.
    """

    id: str
    digest: bytes
    label: str
    time: float
    source: str
    teacher: str
    packed: bytes
    trial: Trial | None
    messages: tuple[int, int]
    tried: bool = True
    seq: int = 0


class Row(NamedTuple):
    """A word, and in how many spam and ham messages it was learnt."""

    word: bytes
    spam: int
    ham: int


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Differences of counts, by ascending distinct key; `words` are the words of those keys that may be new."""

    keys: NDArray[np.uint64]
    words: Sequence[bytes]
    spam: NDArray[np.int64]
    ham: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What one transaction does: takes events out, appends others, and counts, in order. `messages` is what it does to
    the totals of spam and ham; `imports`, counts and how they are kept, belong to the first that is added;
    `checkpoint` is the state after all of it.
    """

    removed: Sequence[int] = ()
    added: Sequence[Event] = ()
    words: Sequence[Counted] = ()
    messages: tuple[int, int] = (0, 0)
    imports: Iterable[tuple[Counted, bytes]] = ()
    checkpoint: bytes = b""


class Checkpoint(NamedTuple):
    """The state of what depends on order, as it was after event `seq`."""

    seq: int
    sha256: bytes
    packed: bytes

    @classmethod
    def of(cls, seq: int, packed: bytes) -> Self:
        """With its digest."""
        return cls(seq, hashlib.sha256(packed).digest(), packed)

    @property
    def whole(self) -> bool:
        """Whether it is as it was written."""
        return hashlib.sha256(self.packed).digest() == self.sha256

    @staticmethod
    def surplus(seqs: Sequence[int], most: int = MOST_CHECKPOINTS) -> list[int]:
        """Which of ascending `seqs` to drop: the fewer, the further back, since what is taken back is mostly new."""
        kept, dropped = list(seqs), []
        while len(kept) > most:
            ages = [kept[-1] + 1 - seq for seq in kept]
            gaps = [(ages[n - 1] if n else kept[-1] + 1) / ages[n + 1] for n in range(len(kept) - 1)]
            dropped.append(kept.pop(gaps.index(min(gaps))))
        return dropped


def new_store() -> str:
    """A name that no other store has."""
    return secrets.token_hex(8)


def new_event_id() -> str:
    """An id that no other event has: of a million, two are the same with a probability below one in ten million."""
    return secrets.token_hex(8)
