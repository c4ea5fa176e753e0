"""allowance: how much one teacher may teach by mail, spamc, on the web pages or unasked. Fails with `StoreError`.

So nobody poisons the model by sending the same thing a thousand times. The administrator's `learn` has no limit.
"""

import time

from gatekeeper.config.schema import Classifier
from gatekeeper.stores.training_port import TrainingStore

CAPPED = ("mail", "web", "spamc", "auto")
"""Sources of which nobody has seen every message."""

FEWEST = 20
"""So many a teacher may teach, however little is learnt yet."""

_DAY = 86_400.0


class Allowance:
    """Of one teacher by one source, while no one else learns."""

    def __init__(self, training: TrainingStore, settings: Classifier, source: str, teacher: str) -> None:
        self.limited = source in CAPPED
        if not self.limited:
            return
        self._share = settings.teacher_share
        self._today = settings.teacher_daily - training.count(teacher, time.time() - _DAY, CAPPED)
        self._own, self._all = training.count(teacher, 0.0, CAPPED), training.number()

    def take(self) -> bool:
        """Whether one more may be taught; then it counts."""
        if not self.limited:
            return True
        if self._today <= 0 or self._own + 1 > max(FEWEST, self._share * (self._all + 1)):
            return False
        self._today, self._own, self._all = self._today - 1, self._own + 1, self._all + 1
        return True
