"""hashes: who answers when a message's digests are asked about: Pyzor's servers, and what was reported here. Nothing is
opened or asked here.
"""

from typing import cast

from gatekeeper.app import state
from gatekeeper.checks import pyzor
from gatekeeper.config.load import Loaded
from gatekeeper.lookups.campaigns import Reported
from gatekeeper.lookups.gather import Answerer
from gatekeeper.lookups.pyzor import LookUp, Servers
from gatekeeper.tables import Tables
from gatekeeper.values import Campaign, Pyzor


def answerers(loaded: Loaded, tables: Tables, look_up: LookUp) -> dict[type, Answerer]:
    """By the type of the question. `look_up` finds the addresses of names."""
    reported = Reported(state.campaigns(loaded.config, create=False))
    return {Pyzor: pyzor_servers(loaded, tables, look_up), Campaign: reported}


def pyzor_servers(loaded: Loaded, tables: Tables, look_up: LookUp) -> Servers:
    """Pyzor's servers, with our accounts there."""
    return Servers(look_up, tables.pyzor_accounts, pyzor_settings(loaded).timeout)


def pyzor_settings(loaded: Loaded) -> pyzor.Settings:
    """[checks.pyzor]"""
    return cast(pyzor.Settings, loaded.checks["pyzor"])
