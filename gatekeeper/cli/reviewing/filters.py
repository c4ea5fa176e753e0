"""filters: which held messages are meant, by options that several commands have, or by their ids.

Of a message with several recipients those count for whom all of it is true, and no others: what is to be done with spam
for one is not done to another for whom the same message holds a virus.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import click

from gatekeeper.cli import showing
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.listing import STATES, Entry, EntryRecipient, Query

F = TypeVar("F", bound=Callable[..., object])

_PAGE = 500
_OPTIONS = (
    click.option("--text", default="", help="Words that stand in subject, sender or recipients, or begin words there."),
    click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Held for a reason of this kind."),
    click.option("--recipient", default="", help="Held for this address; * stands for anything."),
    click.option("--sender", default="", help="From this address; * stands for anything."),
    click.option("--reason", default="", help="Held for this reason, such as banned-attachment."),
    click.option("--since", callback=showing.moment, help="Held since then: 12h, 7d, 2026-11-22, 2026-11-22T16:00."),
    click.option("--until", callback=showing.moment, help="Held before that, likewise."),
    click.option("--state", type=click.Choice([*STATES]), default="waiting", show_default=True, help="Which ones."),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say. `recipient` may have a `*`, which the index does not know."""

    query: Query
    recipient: str = ""

    @property
    def named(self) -> bool:
        """Whether they say anything that leaves some messages out."""
        return bool(self.recipient) or self.query != Query(state=self.query.state)


def options(command: F) -> F:
    """The options by which messages are chosen; `wanted` takes what they were given."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wanted(
    *,
    text: str,
    kind: str | None,
    recipient: str,
    sender: str,
    reason: str,
    since: float | None,
    until: float | None,
    state: str,
) -> Wanted:
    """What was asked for."""
    scope = (recipient,) if recipient and "*" not in recipient else None
    query = Query(text, Kind(kind) if kind else None, reason, sender, state, since, until, scope)
    return Wanted(query, recipient)


def matching(store: Quarantine, wanted: Wanted, most: int | None = None) -> Iterator[Entry]:
    """The newest so many that match, with the recipients who do."""
    matches = _matcher(wanted)
    found = (replace(entry, recipients=tuple(filter(matches, entry.recipients))) for entry in _all(store, wanted.query))
    for number, entry in enumerate(entry for entry in found if entry.recipients):
        if number == most:
            return
        yield entry


def ids(named: Sequence[str]) -> list[str]:
    """The ids that were named, each once; `-` is as many as stand on standard input."""
    every = (one for name in named for one in (sys.stdin.read().split() if name == "-" else [name]))
    return list(dict.fromkeys(every))


def _all(store: Quarantine, query: Query) -> Iterator[Entry]:
    """Page by page. Where what follows has gone meanwhile the first page comes again, which ends it."""
    after, seen = "", 0.0
    while True:
        page = store.page(query, after=after, limit=_PAGE)
        if not page.entries or (after and page.entries[0].held_at > seen):
            return
        yield from page.entries
        after, seen = page.after, page.entries[-1].held_at
        if not after:
            return


def _matcher(wanted: Wanted) -> Callable[[EntryRecipient], bool]:
    query, recipient = wanted.query, wanted.recipient.lower()

    def matches(one: EntryRecipient) -> bool:
        return (
            one.fate in query.fates
            and query.kind in (None, one.kind)
            and (not recipient or _is_like(one.address.lower(), recipient))
            and query.reason.lower() in ("", one.reason.lower())
        )

    return matches


def _is_like(text: str, pattern: str) -> bool:
    """Whether `pattern`, where `*` is anything, is all of `text`."""
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    place, end = len(first), len(text) - len(others[-1])
    for piece in others[:-1]:
        found = text.find(piece, place, end)
        place = found + len(piece) if found >= 0 else end + 1
    return place <= end and text.startswith(first) and text.endswith(others[-1])
