"""state: where the configuration puts the stores. Nothing is opened here; see there for how they fail."""

from collections.abc import Callable
from pathlib import Path

from gatekeeper.config.schema import Config
from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal


def quarantine(config: Config, create: bool = True) -> Quarantine:
    """What is held. `create=False`, for those who only look: fail if nothing ever was."""
    return Quarantine(Path(config.gateway.state) / "quarantine", create)


def journal(config: Config, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> Journal:
    """The record of every message; `on_loss` is told how many were lost."""
    return Journal(Path(config.gateway.state) / "journal.db", on_loss, create)
