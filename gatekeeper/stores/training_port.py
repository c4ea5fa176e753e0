"""training_port: what learning asks of a training store, whatever keeps it. `training` keeps it in SQLite.

Every method fails with `StoreError`. One who writes holds the lock of the training; reading needs none.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gatekeeper.stores.training_rows import Change, Checkpoint, Event, Row, State, Taught, Trial

LAST = (1 << 63) - 1
"""Behind every event."""


class WordStore(Protocol):
    """The counts of words."""

    def number(self) -> int:
        """How many different words there are."""

    def rows(self) -> Iterator[Row]:
        """All of them, always in the same order; others may write in between."""

    def table(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
        """Keys ascending, counts in spam, counts in ham."""


class TrainingStore(Protocol):
    """What was taught, and the counts that follow from it."""

    path: Path

    def close(self) -> None:
        """Let go of it; the next use opens it again."""

    def state(self) -> State:
        """Where the training stands."""

    def write(self, change: Change) -> State:
        """Make all of this change or nothing; where the training stands then."""

    def retry(self, epoch: int, trials: Sequence[tuple[int, Trial | None]], last: int, checkpoint: bytes) -> None:
        """What the model says of these events before it learns them, now that others are gone, and a state of it as it
        is after event `last`, if any. Not if more is gone than at this `epoch`.
        """

    def number(self) -> int:
        """How many events there are."""

    def count(self, teacher: str, since: float, sources: Sequence[str]) -> int:
        """How many messages this teacher taught through these sources, not by `learn`, since a time."""

    def taught(self, digests: Sequence[bytes]) -> dict[bytes, list[Taught]]:
        """The events of each of these digests that was taught, in order."""

    def taught_ids(self, ids: Sequence[str]) -> dict[str, list[Taught]]:
        """The events of each of these ids that was taught."""

    def find(self, *, id: str = "", source: str = "", teacher: str = "", after: int = 0) -> list[Taught]:  # noqa: A002
        """The events behind `after` of which all of this holds; an empty text means any."""

    def event(self, seq: int) -> Event:
        """One event."""

    def events(self, after: int = 0, last: int = LAST) -> Iterator[Event]:
        """Every event behind `after`, in order, up to `last`; `tried` only if its digest had not been learnt before."""

    def imported(self, seq: int) -> Iterator[bytes]:
        """What was imported by one event, part by part."""

    def trials(self, most: int) -> list[tuple[str, float]]:
        """Label and score of the newest events that had a trial, the newest first."""

    def checkpoints(self) -> Iterator[Checkpoint]:
        """States of the linear model that are still true, the newest first; damaged ones are left out."""

    def kept(self) -> list[int]:
        """After which events there is a checkpoint, ascending."""

    def words(self) -> WordStore:
        """The counts of words."""
