"""tokens: which programs may use the API, and how far. `gatekeeper tokens add|list|remove`."""

import secrets
import time
from pathlib import Path

import click

from gatekeeper.app import state
from gatekeeper.app.inspection import load_config
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import find_config
from gatekeeper.stores.accounts import Accounts, Scope, Token

_LONGEST_NAME = 64
_BYTES = 32  # of chance in a token
_DAY = 86_400


@click.group()
def tokens() -> None:
    """Say which programs may use the JSON API (deploy/api.md), and how far."""


@tokens.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    required=True,
    help="read: look; act: decide, too; admin: all that an administrator may, and the audit trail.",
)
@click.option(
    "--mailbox", "mailboxes", multiple=True, metavar="ADDRESS", help="Only what is held for this one. Repeatable."
)
@click.option("--days", type=click.IntRange(1, 3650), help="It ends after so many; else never.")
@click.pass_obj
@friendly
def add(path: Path | None, name: str, scope: str, mailboxes: tuple[str, ...], days: int | None) -> None:
    """Make a token and print it. It is shown this once, and belongs into `Authorization: Bearer TOKEN`.

    With --mailbox it may do what a user may, else what the help desk may, by the matrix in the configuration.

    \b
    Example:
      gatekeeper tokens add helpdesk-bot --scope act --days 365 > token
    """
    if not (name and name.isprintable() and len(name) <= _LONGEST_NAME) or any(map(str.isspace, name)):
        raise click.BadParameter(f"write up to {_LONGEST_NAME} characters without spaces", param_hint="NAME")
    if wrong := next((one for one in mailboxes if not all(one.rpartition("@")) or not one.isprintable()), None):
        raise click.BadParameter(f"{wrong!r} is no mail address: write LOCAL@DOMAIN", param_hint="--mailbox")
    if mailboxes and scope == Scope.ADMIN:
        raise click.UsageError("an administrator's token is not for single mailboxes: --scope act")
    secret = f"gk_{secrets.token_urlsafe(_BYTES)}"
    own = frozenset(address.lower() for address in mailboxes)
    ends_at = time.time() + days * _DAY if days else None
    if not _accounts(path).tokens.add(secret, Token(name, Scope(scope), own, ends_at=ends_at)):
        raise click.ClickException(f"{name}: there is such a token; see gatekeeper tokens list")
    click.echo(secret)


@tokens.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def list_(path: Path | None, as_json: bool) -> None:
    """List all tokens: not what they are, which nobody keeps, but how far they reach.

    \b
    Example:
      gatekeeper tokens list
    """
    found = _accounts(path).tokens.all()
    if as_json:
        for token in found:
            click.echo(showing.json_line(token))
        return
    table = showing.table("name", "scope", "mailboxes", "made", "ends")
    for token in found:
        ends = showing.when(token.ends_at) if token.ends_at else "never"
        showing.row(
            table, token.name, token.scope, ", ".join(sorted(token.mailboxes)), showing.when(token.made_at), ends
        )
    showing.show(showing.console(), table)


@tokens.command()
@click.argument("name")
@click.pass_obj
@friendly
def remove(path: Path | None, name: str) -> None:
    """Make a token worth nothing, from the next request on.

    \b
    Example:
      gatekeeper tokens remove helpdesk-bot
    """
    if not _accounts(path).tokens.remove(name):
        raise click.ClickException(f"{showing.safe(name[:_LONGEST_NAME])}: no such token; see gatekeeper tokens list")


def _accounts(path: Path | None) -> Accounts:
    return state.accounts(load_config(find_config(path)).config)
