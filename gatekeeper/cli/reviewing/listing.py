"""listing: what is held, in a table, and how much of what. `gatekeeper quarantine list|stats`."""

from pathlib import Path
from typing import Any, get_args

import click
from rich.text import Text

from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.reviewing import filters
from gatekeeper.cli.reviewing.store import quarantine_of
from gatekeeper.quarantine.listing import Entry
from gatekeeper.quarantine.selection import By

_ALL = 1 << 40  # messages that are counted at most


@click.command("list")
@filters.options
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def list_(path: Path | None, /, limit: int, as_json: bool, **said: Any) -> None:
    """List what is held, the newest first, with the recipients who match.

    `changed` are originals of messages that went on without an attachment, or with another name for it.

    \b
    Example:
      gatekeeper quarantine list --recipient '*@example.org' --since 7d
      gatekeeper quarantine list --kind spam --text 'invoice overdue' --json
    """
    entries = list(filters.matching(quarantine_of(path), filters.wanted(**said), limit))
    show(entries, as_json)


def show(entries: list[Entry], as_json: bool) -> None:
    """A line for each recipient, or an object for each message."""
    if as_json:
        for entry in entries:
            click.echo(showing.json_line(entry))
        return
    table = showing.table("id", "held", "sender", "recipient", "state", "kind", "reason", "subject")
    for entry in entries:
        time = showing.when(entry.held_at)
        for one in entry.recipients:
            facts = (one.address, one.fate, one.kind, one.reason)
            showing.row(table, entry.id, time, entry.sender, *facts, entry.subject)
    showing.show(showing.console(), table)


@click.command()
@filters.options
@click.option("--by", type=click.Choice(get_args(By)), multiple=True, help="Only by this. Repeatable.")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="The most frequent so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def stats(path: Path | None, /, by: tuple[By, ...], limit: int, as_json: bool, **said: Any) -> None:
    """Count what is held: how many messages, and for how many recipients of each kind, reason, sender and address.

    \b
    Example:
      gatekeeper quarantine stats --since 7d --by reason --by sender
    """
    wanted, store = filters.wanted(**said), quarantine_of(path)
    if "*" in wanted.recipient:
        raise click.BadParameter("name one address: what is counted knows no *", param_hint="--recipient")
    messages = store.count(wanted.query, _ALL)
    totals = {column: store.totals(wanted.query, column, limit) for column in by or get_args(By)}
    if as_json:
        counted = {column: [{"value": value, "recipients": n} for value, n in rows] for column, rows in totals.items()}
        click.echo(showing.json_line({"messages": messages, **counted}))
        return
    out = showing.console()
    out.print(Text(f"{messages} message{'' if messages == 1 else 's'}"))
    for column, rows in totals.items() if messages else ():
        table = showing.table(column, "recipients")
        for value, number in rows:
            showing.row(table, value, number)
        out.print()
        showing.show(out, table)
