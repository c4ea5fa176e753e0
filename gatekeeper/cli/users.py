"""users: who may sign in to the pages with a password of our own. `gatekeeper users add|list|remove|password|role|…`.

A password is asked for without being shown, or read from standard input when that is no terminal; never from the
command line, which everybody on the machine can see.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from gatekeeper.app import state
from gatekeeper.app.inspection import load_config
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import find_config
from gatekeeper.quarantine.acts import Role
from gatekeeper.stores.accounts import Accounts, User

_ROLES = click.Choice([role.value for role in Role])
_LONGEST_NAME = 64
_role = click.option("--role", type=_ROLES, default=Role.USER.value, show_default=True, help="What they may do here.")
_mailbox = click.option(
    "--mailbox", "mailboxes", multiple=True, metavar="ADDRESS", help="An address whose held mail is theirs. Repeatable."
)


@click.group()
def users() -> None:
    """Say who may sign in to the pages on which held mail is reviewed."""


@users.command()
@click.argument("name")
@_role
@_mailbox
@click.pass_obj
@friendly
def add(path: Path | None, name: str, role: str, mailboxes: tuple[str, ...]) -> None:
    """Let NAME sign in, with a password that is asked for.

    Users see what is held for their mailboxes; the help desk and administrators see everybody's, and do with it what
    the matrix in the configuration grants them.

    \b
    Example:
      gatekeeper users add kim --mailbox kim@example.org --mailbox sales@example.org
      gatekeeper users add root --role administrator < password.txt
    """
    name = name.strip()
    if not (name and name.isprintable() and len(name) <= _LONGEST_NAME) or any(map(str.isspace, name)):
        raise click.BadParameter(f"write up to {_LONGEST_NAME} characters without spaces", param_hint="NAME")
    store, own = _accounts(path), _addresses(mailboxes)
    if store.users.get(name):
        raise click.ClickException(f"{name}: there is such a user; see gatekeeper users password and role")
    if not store.users.add(User(name, role, _secret(name), own)):
        raise click.ClickException(f"{name}: there is such a user by now")
    click.echo(showing.safe(f"{name}: {role}{_of(own)}"))
    if role == Role.USER.value and not own:
        click.echo("No mailbox is theirs, so they see nothing: gatekeeper users mailboxes", err=True)


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def list_(path: Path | None, as_json: bool) -> None:
    """List all users, with their roles and mailboxes.

    \b
    Example:
      gatekeeper users list
    """
    found = _accounts(path).users.all()
    if as_json:
        for user in found:
            fields = {"name": user.name, "role": user.role, "mailboxes": sorted(user.mailboxes)}
            click.echo(showing.json_line(fields))
        return
    table = showing.table("name", "role", "mailboxes")
    for user in found:
        showing.row(table, user.name, user.role, ", ".join(sorted(user.mailboxes)))
    showing.show(showing.console(), table)


@users.command()
@click.argument("name")
@click.pass_obj
@friendly
def remove(path: Path | None, name: str) -> None:
    """Let NAME sign in no more, and sign them out.

    \b
    Example:
      gatekeeper users remove kim
    """
    _known(_accounts(path).users.remove(name), name)


@users.command()
@click.argument("name")
@click.pass_obj
@friendly
def password(path: Path | None, name: str) -> None:
    """Give NAME another password, and sign them out everywhere.

    \b
    Example:
      gatekeeper users password kim
    """
    store = _accounts(path)
    _known(store.users.get(name) is not None, name)
    _known(store.users.set_secret(name, _secret(name)), name)


@users.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.pass_obj
@friendly
def role(path: Path | None, name: str, role: str) -> None:
    """Make NAME a user, one of the help desk, or an administrator. It counts at once.

    \b
    Example:
      gatekeeper users role kim helpdesk
    """
    _known(_accounts(path).users.set_role(name, role), name)


@users.command()
@click.argument("name")
@click.argument("mailboxes", nargs=-1, metavar="[ADDRESS]…")
@click.pass_obj
@friendly
def mailboxes(path: Path | None, name: str, mailboxes: tuple[str, ...]) -> None:
    """Say which addresses' held mail is NAME's: these and no others. It counts at once.

    \b
    Example:
      gatekeeper users mailboxes kim kim@example.org sales@example.org
    """
    _known(_accounts(path).users.set_mailboxes(name, _addresses(mailboxes)), name)


def _accounts(path: Path | None) -> Accounts:
    if find_spec("argon2") is None:
        raise click.ClickException("argon2-cffi is missing: pip install 'gatekeeper[web]'")
    return state.accounts(load_config(find_config(path)).config)


def _secret(name: str) -> str:
    """What is kept of the password that is typed, twice, or comes by standard input."""
    from gatekeeper.web import passwords  # needs the extra

    if sys.stdin.isatty():
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        typed = sys.stdin.readline(passwords.LONGEST + 2).rstrip("\r\n")
    if wrong := passwords.weakness(typed, name):
        raise click.ClickException(wrong)
    return passwords.digested(typed)


def _addresses(mailboxes: tuple[str, ...]) -> frozenset[str]:
    for address in mailboxes:
        local, _, domain = address.rpartition("@")
        if not (local and domain and address.isprintable()):
            raise click.BadParameter(f"{address!r} is no mail address: write LOCAL@DOMAIN")
    return frozenset(address.lower() for address in mailboxes)


def _of(mailboxes: frozenset[str]) -> str:
    return f" of {', '.join(sorted(mailboxes))}" if mailboxes else ""


def _known(known: bool, name: str) -> None:
    if not known:
        raise click.ClickException(f"{name[:_LONGEST_NAME]}: there is no such user; see gatekeeper users list")
