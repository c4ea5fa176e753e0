"""lists: the block and allow lists that the checks ask, each with its guard, and what is known of them together.

A check that asks lists has `list_zones(settings)`. Nothing fails here; see `lookups.lists`.
"""

import os
from collections.abc import Callable, Sequence

from gatekeeper.app import state
from gatekeeper.checks import CHECKS, name_of
from gatekeeper.config.load import Loaded
from gatekeeper.config.schema import Config
from gatekeeper.lookups.dns import Resolver
from gatekeeper.lookups.list_health import Patience
from gatekeeper.lookups.lists import Exchange, Lists
from gatekeeper.stores.list_states import ListState
from gatekeeper.tables.list_zones import ListZone, combined


def zones(loaded: Loaded) -> tuple[ListZone, ...]:
    """Every list that some check asks which is not switched off."""
    asking = ((check, loaded.checks[name_of(check)]) for check in CHECKS if hasattr(check, "list_zones"))
    return combined(
        zone for check, settings in asking if getattr(settings, "enabled", True) for zone in check.list_zones(settings)
    )


def lists(
    loaded: Loaded,
    names: Resolver,
    exchange: Exchange | None = None,
    on_change: Callable[[str, bool], object] = lambda *_: None,
) -> Lists:
    """What answers questions of the domain name system, those to lists as far as they may be believed."""
    return Lists(names, zones(loaded), patience(loaded.config), exchange, on_change)


def shared(config: Config) -> Exchange:
    """What the workers of one gateway tell each other."""
    return state.list_states(config).exchange


def seen(config: Config) -> Exchange | None:
    """What they told each other, for who judges a message by hand and has nothing to add; None if they never did."""
    stored = state.list_states(config, create=False)
    if not os.access(stored.path, os.R_OK):
        return None

    def known(own: Sequence[ListState]) -> list[ListState]:
        found = {(each.zone, each.kind): each for each in stored.all()}
        return [found.get((each.zone, each.kind), each) for each in own]

    return known


def patience(config: Config) -> Patience:
    """How long a list that is out of order is left in peace."""
    settings = config.dns.lists
    return Patience(settings.retest, settings.pause, settings.longest, settings.apart, settings.returns)
