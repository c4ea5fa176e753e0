"""history: answers what is known of senders, from the store that the workers share.

Answers at once: reading waits for nobody. While the store cannot be read, each question is `Failed`; it is told of
once, and tried again every ten seconds. Rates are counted when they are asked for; what this process has counted is
known to it before it is written, so that a burst is seen.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from gatekeeper.stores.history import Store, Take
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Answer, Counted, Failed, Known, Rate, Reputation, Seen, Suspended

QUESTIONS = (Known, Reputation, Seen, Rate)
AGAIN = 10.0  # seconds until a store that failed is tried again
_MOST_KEYS = 10_000  # whose last count is remembered
_log = logging.getLogger(__name__)


class Recollection:
    """Without a `store` nothing is remembered here, and nothing asked. `counting=False`: rates are told and not
    counted, for who only looks. `clock` is the store's.
    """

    def __init__(self, store: Store | None, counting: bool = True, clock: Callable[[], float] = time.time) -> None:
        self._store, self._counting, self._clock = store, counting, clock
        self._empty_at: OrderedDict[str, float] = OrderedDict()
        self._again = 0.0
        self._why = ""

    def known(self, question: Known | Reputation | Seen | Rate) -> Answer:
        """The answer."""
        if self._store is None:
            return Suspended("no history is kept here")
        if time.monotonic() < self._again:
            return Failed(self._why)
        try:
            answer = self._store.ask(question)
        except StoreError as error:
            return self._failed(error)
        if self._why:
            _log.warning("the history can be read again")
            self._why = ""
        return self._counted(self._store, question, answer) if isinstance(question, Rate) else answer

    async def answer(self, question: Known | Reputation | Seen | Rate) -> Answer:
        """The same."""
        return self.known(question)

    def _failed(self, error: StoreError) -> Failed:
        if not self._why:
            _log.error("%s; mail is judged without its history", error)
        self._why, self._again = error.problem, time.monotonic() + AGAIN
        return Failed(self._why)

    def _counted(self, store: Store, rate: Rate, stored: Answer) -> Answer:
        """With what this process has counted and perhaps not written yet; one more, if it still fits."""
        assert isinstance(stored, Counted)
        now, each = self._clock(), rate.seconds / rate.most
        level = max(stored.level, (self._empty_at.get(rate.key, 0.0) - now) / each + 1)
        if self._counting and level <= rate.most:
            store.note([Take(rate.key, each, now)])
            self._empty_at[rate.key] = now + level * each
            self._empty_at.move_to_end(rate.key)
            if len(self._empty_at) > _MOST_KEYS:
                self._empty_at.popitem(last=False)
        return Counted(level)
