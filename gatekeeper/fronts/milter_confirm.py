"""milter_confirm: notes, in a thread of its own, that the MTA took our word for a hold: nobody shall wait for that.

What cannot be written is logged, and stays unconfirmed; the message is held all the same.
"""

import logging
import queue
import threading
from typing import NamedTuple

from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Fate, Outcome

_HELD = Outcome(Fate.HELD)
_HANDED_OVER = Outcome(Fate.HANDED_OVER)
_log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What the quarantine has under `hold_id`: kept from those in `held`, handed over changed to those in `changed`."""

    hold_id: str
    held: tuple[str, ...]
    changed: tuple[str, ...] = ()


class Confirmations:
    """Start it after the fork."""

    def __init__(self, quarantine: Quarantine, journal: Journal) -> None:
        self._quarantine = quarantine
        self._journal = journal
        self._waiting: queue.SimpleQueue[Kept | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="confirmations", daemon=True)
        self._thread.start()

    def put(self, kept: Kept) -> None:
        """The MTA has gone on."""
        self._waiting.put(kept)

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits."""
        self._waiting.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (kept := self._waiting.get()) is not None:
            try:
                self._confirm(kept)
            except Exception:
                _log.exception("hold %s could not be confirmed", kept.hold_id)

    def _confirm(self, kept: Kept) -> None:
        for recipient in kept.changed:
            self._quarantine.settle(kept.hold_id, recipient, _HANDED_OVER)
        if kept.held:
            self._quarantine.confirm(kept.hold_id)
        for recipient in kept.held:
            self._journal.update_fate(kept.hold_id, recipient, _HELD)
