"""keeper: the one worker that takes no mail. It serves the metrics, throws away what is older than it may be, warns
before there is no room for more (`room`), and sees that what was learnt is served (`tending`).

What fails is logged, and tried again later.
"""

import logging
import time
from collections.abc import Sequence
from socket import socket

from gatekeeper.app import state
from gatekeeper.app.process import Control
from gatekeeper.app.room import Alarm, retention
from gatekeeper.app.tending import Tending
from gatekeeper.config.schema import Config
from gatekeeper.observe import metrics
from gatekeeper.observe.log import event
from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Outcome

EVERY = 3600.0  # seconds
PURGE = 30.0  # seconds from one look for what was deleted to the next
_EXPIRED = Outcome(Fate.EXPIRED)
_log = logging.getLogger(__name__)


def keep(config: Config, sockets: Sequence[socket], up: Control) -> None:
    """Until told to drain. `sockets` is where metrics are asked for, if anywhere."""
    quarantine, journal, history = state.quarantine(config), state.journal(config), state.history(config)
    for listening in sockets:
        metrics.serve(listening)
    tending = Tending(config)
    tending.start()
    up.ready()
    alarm, tidied = Alarm(quarantine, config.quarantine.alarm), -EVERY
    while True:
        try:
            purge(quarantine)
            alarm.look()
            if time.monotonic() - tidied >= EVERY:
                tidied = time.monotonic()
                tidy(config, quarantine, journal)
                history.prune()
        except StoreError as error:
            _log.error("old records stay for now: %s", error)
        if up.wait(PURGE):
            break
    tending.close()
    journal.close()
    history.close()
    quarantine.close()


def purge(quarantine: Quarantine) -> None:
    """Let go of what was deleted, and can come back no more."""
    if gone := quarantine.purge():
        event(_log, "purged", messages=len(gone))


def tidy(config: Config, quarantine: Quarantine, journal: Journal) -> None:
    """Expire what is held too long, forget old records and answers, and put stray files aside."""
    for hold_id, recipient in quarantine.expire(retention(config.quarantine)):
        journal.update_fate(hold_id, recipient, _EXPIRED)
        event(_log, "expired", id=hold_id, recipient=recipient)
    owners, settings = state.owners(config), config.directory
    owners.prune(max(settings.ttl, settings.stale), settings.cache)
    owners.close()
    forgotten, strays = journal.prune(config.journal.keep_days), quarantine.sweep()
    if forgotten or strays:
        event(_log, "tidied", records=forgotten, strays=len(strays))
