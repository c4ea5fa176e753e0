"""reviewing: somebody has said what messages are that passed here, and their senders are the better or worse for it.

The journal knows who those were. What cannot be looked up or written down is logged: what was taught stays taught.
"""

import logging
import time
from collections.abc import Callable, Iterable

from gatekeeper.app import state
from gatekeeper.app.remembering import review
from gatekeeper.config.schema import Config
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Label, Record

_log = logging.getLogger(__name__)


def reviewed(config: Config, message_ids: Iterable[str], label: Label) -> None:
    """The messages with these ids are of this class. What the journal has not, nobody knows the sender of."""
    _note(config, message_ids, lambda _: label)


def taken_back(config: Config, message_id: str, before: Label | None) -> None:
    """What was said last does not hold; `before` somebody had said something else. Who has it released says so too."""
    _note(config, [message_id], lambda record: Label.HAM if _is_released(record) else before)


def _is_released(record: Record) -> bool:
    return any(outcome.fate is Fate.RELEASED for outcome in record.outcomes.values())


def _note(config: Config, message_ids: Iterable[str], label: Callable[[Record], Label | None]) -> None:
    journal, history = state.journal(config, create=False), state.history(config, create=False)
    if not (journal.path.exists() and history.path.exists()):
        return
    try:
        records = [journal.get(message_id) for message_id in message_ids]
        now = time.time()
        history.note(change for record in records if record for change in review(record, label(record), now))
    except StoreError as error:
        _log.warning("the reputation of senders stays as it was: %s", error)
    finally:
        history.close()
        journal.close()
