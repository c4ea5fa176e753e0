"""milter_confirm: notes, in a thread of its own, that a hold is promised: nobody shall wait for that.

What cannot be written is logged, and stays unconfirmed; the message is held all the same.
"""

import logging
import queue
import threading

from gatekeeper.quarantine import Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Fate, Outcome

_HELD = Outcome(Fate.HELD)
_log = logging.getLogger(__name__)


class Confirmations:
    """Start it after the fork."""

    def __init__(self, quarantine: Quarantine, journal: Journal) -> None:
        self._quarantine = quarantine
        self._journal = journal
        self._waiting: queue.SimpleQueue[tuple[str, tuple[str, ...]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="confirmations", daemon=True)
        self._thread.start()

    def put(self, hold_id: str, recipients: tuple[str, ...]) -> None:
        """The MTA has read that it is held for these."""
        self._waiting.put((hold_id, recipients))

    def close(self, timeout: float = 10.0) -> None:
        """Write what waits."""
        self._waiting.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            hold_id, recipients = waiting
            try:
                self._quarantine.confirm(hold_id)
                for recipient in recipients:
                    self._journal.update_fate(hold_id, recipient, _HELD)
            except Exception:
                _log.exception("hold %s could not be confirmed", hold_id)
