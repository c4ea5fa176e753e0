"""history: what is known of a sender from earlier mail, and having it forgotten. `gatekeeper history show|forget`."""

from dataclasses import replace
from pathlib import Path

import click

from gatekeeper.app import state
from gatekeeper.authentication.domains import organisational
from gatekeeper.authentication.vouching import network_of
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.state import settled
from gatekeeper.stores.history import History, Told
from gatekeeper.tables.address import split


@click.group()
def history() -> None:
    """What is known of senders from earlier mail."""


@history.command()
@click.argument("subject", metavar="ADDRESS|DOMAIN|NETWORK")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def show(path: Path | None, subject: str, as_json: bool) -> None:
    """Show who wrote to whom, by which names they are known, and a reputation with its numbers.

    A domain is shown with all its addresses; an IP address is its network. Of each kind there are the newest 200.

    \b
    Example:
      gatekeeper history show ann@firm.example
      gatekeeper history show 192.0.2.0/24
    """
    store = _history(path)
    told = _about(store, _key(subject))
    if as_json:
        click.echo(showing.json_line({"subject": _key(subject), **_fields(told)}))
    elif told:
        _print(told)
    else:
        click.echo(f"{showing.safe(subject[:80])}: nothing is known")


@history.command()
@click.argument("subject", metavar="ADDRESS|DOMAIN|NETWORK")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def forget(path: Path | None, subject: str, as_json: bool) -> None:
    """Forget all that is shown of an address, a domain with its addresses, or a network.

    A reputation is that of a domain or network: it is forgotten with that, not with an address. What the journal and
    the quarantine have stays there until its time.

    \b
    Example:
      gatekeeper history forget ann@firm.example
    """
    forgotten = _history(path).forget(_key(subject))
    if as_json:
        click.echo(showing.json_line({"subject": _key(subject), "forgotten": forgotten}))
    else:
        click.echo(f"{showing.safe(subject[:80])}: {forgotten} forgotten")


def _history(path: Path | None) -> History:
    return state.history(settled(path, None), create=False)


def _key(subject: str) -> str:
    """As it stands in the store."""
    subject = subject.strip()
    return "@".join(split(subject)) if "@" in subject else network_of(subject) or subject.lower().rstrip(".")


def _about(store: History, key: str) -> Told:
    """Also the reputation of an address's domain."""
    told = store.about(key)
    domain = organisational(key.rpartition("@")[2])
    return told if domain == key else replace(told, senders=(*told.senders, *store.about(domain).senders))


def _fields(told: Told) -> dict[str, object]:
    return {"contacts": told.contacts, "names": told.names, "senders": told.senders, "tried": told.tried}


def _print(told: Told) -> None:
    out = showing.console()
    if told.contacts:
        table = showing.table("our user", "wrote to", "letters", "last")
        for contact in told.contacts:
            showing.row(table, contact.ours, contact.theirs, contact.written, showing.when(contact.last))
        showing.show(out, table)
    if told.names:
        table = showing.table("name", "address", "messages", "")
        for name in told.names:
            showing.row(table, name.name, name.address, name.times, "one of ours" if name.inside else "")
        showing.show(out, table)
    if told.senders:
        table = showing.table("reputation of", "good", "bad", "reviewed good", "reviewed bad")
        for sender in told.senders:
            counts = (sender.counts.good, sender.counts.bad, sender.counts.ham, sender.counts.spam)
            showing.row(table, sender.key.partition(":")[2], *(f"{count:.1f}" for count in counts))
        showing.show(out, table)
    if told.tried:
        out.print(f"{told.tried} attempts remembered by greylisting")
