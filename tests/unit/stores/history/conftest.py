"""A store with a clock of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gatekeeper.stores.history import Bounds, Change, History
from gatekeeper.values import Answer

DAY = 86_400.0


@dataclass
class Past:
    """A history, and the time that it takes for now."""

    history: History
    now: float = 1.7e9

    def note(self, *changes: Change) -> None:
        """Until they are written."""
        self.history.note(changes)
        assert self.history.flush()

    def ask(self, question) -> Answer:
        return self.history.ask(question)


@pytest.fixture
def remember(tmp_path: Path) -> Iterator[Callable[..., Past]]:
    """Makes one with these bounds."""
    made: list[Past] = []

    def make(**bounds: float) -> Past:
        past = Past(History(tmp_path / "history.db", Bounds(**bounds), clock=lambda: past.now))
        made.append(past)
        return past

    yield make
    for past in made:
        past.history.close()


@pytest.fixture
def past(remember: Callable[..., Past]) -> Past:
    return remember()
