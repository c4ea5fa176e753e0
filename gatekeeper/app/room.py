"""room: how long held messages are kept by the configuration, and the alarm before there is no room for more of them.

The alarm is a line in the log when it begins, one an hour while it lasts, and one when it is over. Fails with
`StoreError`.
"""

import logging
import time

from gatekeeper.config import quarantine as config
from gatekeeper.observe.log import event
from gatekeeper.observe.metrics import Metrics
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.room import Retention, Usage

AGAIN = 3600.0  # seconds until an alarm that lasts is told once more
_log = logging.getLogger(__name__)


def retention(settings: config.Quarantine) -> Retention:
    """How long messages are kept."""
    named = {kind: getattr(settings.keep, kind.value) for kind in Kind}
    days = {kind: days for kind, days in named.items() if days}
    return Retention(
        settings.keep_days, days, settings.large if settings.keep_large_days else 0, settings.keep_large_days
    )


class Alarm:
    """Goes off when the share `at` of the room is used."""

    def __init__(self, quarantine: Quarantine, at: float) -> None:
        self._quarantine, self._at = quarantine, at
        self._metrics = Metrics()
        self._told: float | None = None

    def look(self) -> None:
        """See how much room there is, and tell."""
        usage = self._quarantine.usage()
        self._metrics.quarantine(usage.messages, usage.size, usage.share)
        if usage.share < self._at:
            if self._told is not None:
                event(_log, "quarantine-has-room", **_facts(usage))
            self._told = None
        elif self._told is None or time.monotonic() - self._told >= AGAIN:
            self._told = time.monotonic()
            _log.warning("quarantine-nearly-full", extra={"fields": _facts(usage)})


def _facts(usage: Usage) -> dict[str, object]:
    full = {"full": f"{usage.share:.0%}", "messages": usage.messages, "bytes": usage.size, "free": usage.free}
    return {**full, "limit": usage.limit} if usage.limit else full
