"""reviewing: somebody has said what messages are that passed here, and their senders are the better or worse for it.

The journal knows who those were. What cannot be looked up or written down is logged: what was taught stays taught.
"""

import logging
import time
from collections.abc import Iterable

from gatekeeper.app import state
from gatekeeper.app.remembering import review
from gatekeeper.config.schema import Config
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Label

_log = logging.getLogger(__name__)


def said(config: Config, message_id: str) -> Label | None:
    """What somebody has said that this message is."""
    history = state.history(config, create=False)
    if not history.path.exists():
        return None
    try:
        return history.reviewed(message_id)
    finally:
        history.close()


def reviewed(config: Config, message_ids: Iterable[str], label: Label | None) -> None:
    """The messages with these ids are of this class; None: nobody says so any more. What the journal has not, nobody
    knows the sender of.
    """
    journal, history = state.journal(config, create=False), state.history(config, create=False)
    if not (journal.path.exists() and history.path.exists()):
        return
    try:
        records = [journal.get(message_id) for message_id in message_ids]
        now = time.time()
        history.note(change for record in records if record for change in review(record, label, now))
    except StoreError as error:
        _log.warning("the reputation of senders stays as it was: %s", error)
    finally:
        history.close()
        journal.close()
