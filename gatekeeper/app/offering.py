"""offering: the other held messages that would now pass, once one has been released: one decision for all of them.

Looked through are those that are like it: from the same sender, or with the same subject or text; the newest first, no
more than `MOST`, none larger than `LARGEST`, and for no longer than `SECONDS`. Each is judged again (`rejudging`), so
nothing is offered that would not pass by itself. What bears the name of a sender who was proven, and cannot prove it,
is somebody else's. It blocks, and fails with `StoreError`.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.app.build import Setup
from gatekeeper.app.desk_senders import author, results
from gatekeeper.app.rejudging import Rejudging, as_it_came
from gatekeeper.authentication.domains import organisational
from gatekeeper.authentication.vouching import identity, vouched
from gatekeeper.digests.sketches import LEAST, likeness, sketches_of, what
from gatekeeper.message import Message, parse
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import May, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.listing import Query
from gatekeeper.quarantine.permission import Permission
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.opening import StoreError

MOST = 200
LARGEST = 2_000_000  # bytes
SECONDS = 10.0
_SHORTEST = 8  # letters that a subject has at least that others are found by


@dataclass(frozen=True, slots=True)
class Likeness:
    """What others are compared with: `speaker` is the organisation of its author if that was proven, `identity` by what
    its sender is known otherwise.
    """

    message: Message
    author: str
    speaker: str
    identity: str

    @classmethod
    def of(cls, held: Held, message: Message) -> "Likeness":
        """Of a held message."""
        who = author(message)
        proven = vouched(results(held), who.rpartition("@")[2])
        return cls(message, who, _organisation(who) if proven else "", identity(results(held), held.envelope.client))

    def includes(self, other: "Likeness") -> bool:
        """Whether another is like it. Who bears a name that was proven, and cannot prove it, is somebody else."""
        if self.speaker:
            if _organisation(other.author) == self.speaker:
                return other.speaker == self.speaker
        elif self.author and (self.author, self.identity) == (other.author, other.identity):
            return True
        return _alike(self.message, other.message)


def offered(
    setup: Setup, quarantine: Quarantine, journal: Journal, permission: Permission, who: Reviewer, held: Held
) -> tuple[str, ...]:
    """The ids of those that wait, that this reviewer may release, and that would now pass."""
    message = parse(as_it_came(quarantine.read(held.id), held.id))
    like, rejudging = Likeness.of(held, message), Rejudging.of(setup)
    found, end = [], time.monotonic() + SECONDS
    for hold_id in _candidates(quarantine, who, held, like.author):
        other = quarantine.get(hold_id)
        theirs = permission.waiting(who, other, May.RELEASE) if other is not None else ()
        if other is None or not theirs or other.size > LARGEST:
            continue
        if time.monotonic() > end:
            break
        if _would_pass(rejudging, journal, quarantine, like, other, theirs):
            found.append(other.id)
    return tuple(found)


def _candidates(quarantine: Quarantine, who: Reviewer, held: Held, author: str) -> list[str]:
    """Newest first, by each of what they may have in common; itself is none."""
    scope = tuple(who.mailboxes) if who.role is Role.USER else None
    found: dict[str, None] = {}
    for text in _in_common(held, author):
        page = quarantine.page(Query(text=text, recipients=scope), limit=MOST)
        found |= dict.fromkeys(entry.id for entry in page.entries)
    found.pop(held.id, None)
    return list(found)[:MOST]


def _in_common(held: Held, author: str) -> Iterator[str]:
    domains = (address.rpartition("@")[2] for address in (held.envelope.sender, author))
    yield from filter(None, dict.fromkeys(domains))
    if len(held.subject) >= _SHORTEST:
        yield held.subject


def _would_pass(
    rejudging: Rejudging, journal: Journal, quarantine: Quarantine, like: Likeness, held: Held, waiting: tuple[str, ...]
) -> bool:
    """For all of them; what is not in the journal any more cannot be judged, and what is gone need not be."""
    record = journal.get(held.id)
    if record is None:
        return False
    try:
        raw = as_it_came(quarantine.read(held.id), held.id)
    except StoreError:
        return False
    if not like.includes(Likeness.of(held, parse(raw))):
        return False
    verdicts = rejudging.verdicts(record, raw)
    return verdicts is not None and all(a in verdicts and verdicts[a].action.hands_on for a in waiting)


def _organisation(address: str) -> str:
    return organisational(address.rpartition("@")[2]) if address else ""


def _alike(one: Message, other: Message) -> bool:
    """Whether they are of one campaign."""
    return any(
        mine.kind == theirs.kind and likeness(mine.kind, mine.data, theirs.data) >= LEAST[what(mine.kind)]
        for mine in sketches_of(one)
        for theirs in sketches_of(other)
    )
