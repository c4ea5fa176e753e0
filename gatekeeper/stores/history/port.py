"""port: what a store of history does, whatever engine is below it. It fails with `StoreError`, all but `note`."""

from collections.abc import Iterable
from typing import Protocol

from gatekeeper.stores.history.contacts import Letter, Named
from gatekeeper.stores.history.rates import Take
from gatekeeper.stores.history.senders import Judgement, Review
from gatekeeper.stores.history.sightings import Attempt
from gatekeeper.stores.history.subject import Told
from gatekeeper.values import Answer, Known, Label, Rate, Reputation, Seen

Change = Letter | Named | Judgement | Review | Attempt | Take
"""Something that happened."""


class Store(Protocol):
    """Several processes may use it."""

    def ask(self, question: Known | Reputation | Seen | Rate, /) -> Answer:
        """The answer at this moment. Changes nothing."""

    def note(self, changes: Iterable[Change], /) -> None:
        """Have these written soon. Never blocks, never raises: what cannot be written is lost, counted and logged."""

    def about(self, subject: str, /) -> Told:
        """All that is known of an address, a domain or a network."""

    def reviewed(self, message_id: str, /) -> Label | None:
        """What somebody has said that this message is; None if nobody has."""

    def forget(self, subject: str, /) -> int:
        """Forget all of that; how many rows."""

    def prune(self) -> int:
        """Forget what is too old or too much; how many rows."""

    def flush(self, timeout: float = 10.0, /) -> bool:
        """Wait until what was noted in this process can be found; False if that takes too long."""

    def close(self, timeout: float = 10.0, /) -> None:
        """Write what waits and let go of it."""
