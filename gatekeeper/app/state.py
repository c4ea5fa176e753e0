"""state: where the configuration puts the stores. Nothing is opened here; see there for how they fail."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from gatekeeper.config.schema import Config
from gatekeeper.digests.sketches import likeness
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.digest_ledger import DigestLedger
from gatekeeper.stores.accounts import Accounts
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.stores.history import Bounds, History
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.list_states import ListStates
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.stores.owners import Owners
from gatekeeper.stores.passed import Passed


def quarantine(config: Config, create: bool = True) -> Quarantine:
    """What is held. `create=False`, for those who only look: fail if nothing ever was."""
    return Quarantine(Path(config.gateway.state) / "quarantine", create, config.quarantine.limit)


def digests(config: Config) -> DigestLedger:
    """Which digests were sent, and which of their links were used."""
    return DigestLedger(Path(config.gateway.state) / "quarantine")


def journal(config: Config, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> Journal:
    """The record of every message; `on_loss` is told how many were lost."""
    return Journal(Path(config.gateway.state) / "journal.db", on_loss, create)


def owners(config: Config) -> Owners:
    """What the directory said, as long as it is asked the same."""
    settings = config.directory
    asked = "\0".join((settings.search_base, settings.filter, settings.primary))
    return Owners(Path(config.gateway.state) / "owners.db", hashlib.sha256(asked.encode()).hexdigest()[:16])


def list_states(config: Config, create: bool = True) -> ListStates:
    """What was found out about block lists."""
    return ListStates(Path(config.gateway.state) / "lists.db", create)


def own_senders(config: Config) -> OwnSenders:
    """Whom reviewers let in or keep out."""
    return OwnSenders(Path(config.gateway.state) / "senders")


def classifier(config: Config) -> Path:
    """What was learnt, the model made of it, and the features of what passed."""
    return Path(config.gateway.state) / "classifier"


def passed(config: Config, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> Passed:
    """The features of what passed; `on_loss` is told of how many messages they were lost."""
    return Passed(classifier(config) / "passed.db", on_loss, create)


def history(config: Config, on_loss: Callable[[int], object] = lambda _: None, create: bool = True) -> History:
    """What earlier mail tells of senders; `on_loss` is told how much of it could not be written."""
    settings = config.history
    bounds = Bounds(settings.keep_days, settings.rows, settings.half_life)
    return History(Path(config.gateway.state) / "history.db", bounds, on_loss, create)


def campaigns(config: Config, create: bool = True) -> Campaigns:
    """What was reported, and what was called wanted."""
    return Campaigns(Path(config.gateway.state) / "campaigns.db", likeness, create)


def accounts(config: Config) -> Accounts:
    """Who may sign in to the pages, and who has."""
    return Accounts(Path(config.gateway.state) / "accounts.db")
