"""campaigns: somebody says that a message is spam, or wanted; what is like it is known from then on, or no more.

For all who take such a word: `gatekeeper report`, and whoever teaches or reviews. Fails with `StoreError`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from gatekeeper.digests.sketches import LEAST, sketches_of, what
from gatekeeper.message import Message
from gatekeeper.stores.campaigns import Campaigns
from gatekeeper.values import Problem

_LIBRARIES = {"rensa": "by their text", "tlsh": "by attachments that were changed"}


@dataclass(frozen=True, slots=True)
class Told:
    """Of a message: by what it is known again (`text`, `file`), how often it was reported, or how many reports went."""

    by: tuple[str, ...]
    reports: int


def report(message: Message, campaigns: Campaigns) -> Told:
    """It is spam. By nothing if it is too short and has no file."""
    said = [(what(sketch.kind), campaigns.report(sketch, LEAST[what(sketch.kind)])) for sketch in sketches_of(message)]
    return Told(tuple(kind for kind, _ in said), max((times for _, times in said), default=0))


def revoke(message: Message, campaigns: Campaigns) -> Told:
    """It is wanted, whoever reports something like it."""
    said = [(what(sketch.kind), campaigns.revoke(sketch, LEAST[what(sketch.kind)])) for sketch in sketches_of(message)]
    return Told(tuple(kind for kind, _ in said), sum(gone for _, gone in said))


def missing() -> Iterator[Problem]:
    """What is not installed, and by what campaigns are not recognised for want of it."""
    lost = [by for library, by in _LIBRARIES.items() if find_spec(library) is None]
    if lost:
        message = f"campaigns are not recognised {' and '.join(lost)}"
        yield Problem("campaigns", 0, "warning", message, "pip install 'gatekeeper[near]'")
