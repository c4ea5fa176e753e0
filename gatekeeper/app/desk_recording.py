"""desk_recording: an act between its two lines in the audit trail: begun before it is done, ended with what came of it.

What is refused or fails is ended as not done, and raised again; what dies in between leaves a line without an end.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from gatekeeper.observe.log import event
from gatekeeper.quarantine.acts import Act, Done, NotDone, Reviewer
from gatekeeper.quarantine.audit import NOTHING, Back, Ended, Trail
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Outcome

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an act."""

    said: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    back: Back = NOTHING
    offered: tuple[str, ...] = ()


async def recorded(
    trail: Trail, who: Reviewer, act: Act, hold_id: str, recipients: Sequence[str], work: Callable[[], Awaitable[Came]]
) -> Done:
    """Do it."""
    entry = trail.begin(who, act, hold_id, recipients)
    with ending(trail, entry):
        came = await work()
    trail.end(entry, Ended(came.said, came.back, came.offered))
    until = came.back.until or None
    return told(who, Done(entry, act, hold_id, came.outcomes, until, came.offered, came.said))


@contextmanager
def ending(trail: Trail, entry: int) -> Iterator[None]:
    """What goes wrong inside ends the line as not done."""
    try:
        yield
    except (NotDone, StoreError) as error:
        trail.end(entry, Ended(f"not done: {error}", done=False))
        raise


def told(who: Reviewer, done: Done) -> Done:
    """The log knows it too."""
    event(_log, "reviewed", id=done.hold_id, act=done.act, who=who.name, role=who.role, entry=done.entry)
    return done
