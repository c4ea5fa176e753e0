"""history: what earlier mail tells of senders: who was written to, what became of their mail, what was tried before."""

from gatekeeper.stores.history.contacts import Letter, Named
from gatekeeper.stores.history.history import History
from gatekeeper.stores.history.memory import Bounds
from gatekeeper.stores.history.port import Change, Store
from gatekeeper.stores.history.rates import Take
from gatekeeper.stores.history.senders import Judgement, Review
from gatekeeper.stores.history.sightings import Attempt
from gatekeeper.stores.history.subject import Contact, Name, Sender, Told

__all__ = [
    "Attempt",
    "Bounds",
    "Change",
    "Contact",
    "History",
    "Judgement",
    "Letter",
    "Name",
    "Named",
    "Review",
    "Sender",
    "Store",
    "Take",
    "Told",
]
