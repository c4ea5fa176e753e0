"""tasks: what is to be done with which messages, whether that is really meant, and doing it one after another."""

import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from gatekeeper.cli.reviewing import filters, listing
from gatekeeper.cli.reviewing.store import quarantine_of
from gatekeeper.cli.reviewing.telling import Telling
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import Desk, Done, NotDone
from gatekeeper.quarantine.hold import OPEN
from gatekeeper.quarantine.kinds import kind_of
from gatekeeper.quarantine.listing import Entry, EntryRecipient
from gatekeeper.stores.opening import StoreError

F = TypeVar("F", bound=Callable[..., object])

NOTHING_MATCHES = 3
"""The exit code."""

_OPTIONS = (
    click.option("--limit", type=click.IntRange(1), help="Of those that match only the newest so many."),
    click.option("--dry-run", is_flag=True, help="List what is meant, and do nothing."),
    click.option("--yes", is_flag=True, help="Do not ask on a terminal whether it is meant."),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One message. `recipients`: for those alone; nobody: for all who wait."""

    hold_id: str
    recipients: tuple[str, ...] = ()


def bulk(command: F) -> F:
    """The options of what acts on many messages at once."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen(
    path: Path | None,
    deed: str,
    hold_ids: Sequence[str],
    *,
    only: Sequence[str],
    limit: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **said: Any,
) -> list[Task]:
    """What is to be done. Ends the command where nothing is: a dry run, nothing that matches, a no."""
    wanted = filters.wanted(**said)
    if hold_ids and wanted.named:
        raise click.UsageError("name IDs, or say by options which messages are meant; not both")
    if not (hold_ids or wanted.named):
        raise click.UsageError(
            "name IDs, or say which messages are meant, for instance by --kind; --recipient '*': all"
        )
    if only and not hold_ids:
        raise click.UsageError("--to goes with IDs; say --recipient")
    named = filters.ids(hold_ids)
    if named and not dry_run:
        return [Task(hold_id, tuple(only)) for hold_id in named]
    store = quarantine_of(path)
    found = _entries(store, named, only) if hold_ids else filters.matching(store, wanted, limit)
    entries = list(found)
    if not entries:
        click.echo("gatekeeper: nothing that is held matches", err=True)
        sys.exit(NOTHING_MATCHES)
    recipients = sum(len(entry.recipients) for entry in entries)
    meant = f"{deed} {_many(len(entries), 'message')} for {_many(recipients, 'recipient')}"
    if dry_run:
        listing.show(entries, as_json)
        click.echo(f"gatekeeper: would {meant}", err=True)
        sys.exit(0)
    if not yes and _terminal():
        click.confirm(f"{meant.capitalize()}?", abort=True, err=True)
    return [Task(entry.id, tuple(one.address for one in entry.recipients)) for entry in entries]


def _entries(store: Quarantine, hold_ids: Sequence[str], only: Sequence[str]) -> Iterator[Entry]:
    """What a dry run shows of messages that were named."""
    for held in filter(None, map(store.get, hold_ids)):
        recipients = tuple(
            EntryRecipient(address, kind_of(verdict), verdict.reason, verdict.score, held.outcomes[address].fate)
            for address, verdict in held.verdicts.items()
            if (address in only if only else held.outcomes[address].fate in OPEN)
        )
        if recipients:
            yield Entry(held.id, held.held_at, held.envelope.sender, "", held.size, recipients)


def _terminal() -> bool:
    return sys.stdin.isatty()


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


async def carry_out(
    desk: Desk, tasks: Sequence[Task], act: Callable[[Desk, Task], Awaitable[Done]], telling: Telling
) -> int:
    """Do it with each, whatever became of the one before; the exit code."""
    for task in tasks:
        try:
            telling.done(await act(desk, task))
        except (NotDone, StoreError) as error:
            telling.not_done(task.hold_id, str(error))
    return telling.end()
