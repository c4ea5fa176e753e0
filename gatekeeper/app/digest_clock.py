"""digest_clock: sends digests when their hour has come, in a thread of the keeper.

It looks at the clock often, and into the quarantine once in each period, and again for those that were not taken. What
fails is logged once, and tried again.
"""

import asyncio
import logging
import threading
import time

from gatekeeper.app.build import Setup
from gatekeeper.app.digesting import Digesting, Due
from gatekeeper.observe.log import event
from gatekeeper.stores.opening import StoreError

EVERY = 10.0  # seconds
_PAUSE = 60.0  # seconds, where the next hop takes nothing
_log = logging.getLogger(__name__)


class DigestClock:
    """For one configuration. Start it in the process where it is to run."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._looked = frozenset[str]()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="digests", daemon=True)

    def start(self) -> None:
        """Unless nobody gets any."""
        if self._setup.config.digest.enabled:
            self._thread.start()

    def close(self, timeout: float = 10.0) -> None:
        """Begin no further digest, and let one that is being sent end."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        asyncio.run(self._keep_time())

    async def _keep_time(self) -> None:
        digesting: Digesting | None = None
        said, pause = "", 0.0
        while not await asyncio.to_thread(self._ending.wait, pause):
            try:
                digesting = digesting or Digesting(self._setup)
                pause = await self._look(digesting)
                said = ""
            except StoreError as error:
                if str(error) != said:
                    _log.error("nobody is told what is held: %s", error)
                said, pause = str(error), _PAUSE
            except Exception:
                _log.exception("nobody is told what is held")
                pause = _PAUSE
        if digesting is not None:
            await digesting.close()

    async def _look(self, digesting: Digesting) -> float:
        """Send what is due, unless that was done in these periods; how long to wait for the next look."""
        now = time.time()
        periods = digesting.periods(now)
        if periods == self._looked:
            return EVERY
        for one in await digesting.once(now, ending=self._ending):
            _tell(one)
        if digesting.ledger.waiting(periods):
            return _PAUSE
        self._looked = periods
        digesting.ledger.prune(self._setup.config.quarantine.keep_days)
        return EVERY


def _tell(one: Due) -> None:
    fields = {"recipient": one.recipient, "period": one.period, "messages": one.count}
    if one.outcome is not None:
        event(_log, "digest", **fields, fate=one.outcome.fate, hop=one.outcome.hop, reply=one.outcome.reply)
