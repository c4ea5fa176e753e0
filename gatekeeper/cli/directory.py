"""directory: what does the directory say of an address? `gatekeeper directory`."""

import sys
import time
from pathlib import Path

import click

from gatekeeper.app.directory import Asked, ask, mistakes
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.state import settled, state_option
from gatekeeper.values import Absent, Found

NO_MAILBOX, UNUSABLE, NO_ANSWER = 1, 2, 3


@click.group()
def directory() -> None:
    """Ask the LDAP server or Active Directory of `[directory]`."""


@directory.command("test")
@click.argument("address")
@state_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
@friendly
def test_(path: Path | None, /, address: str, state: Path | None, as_json: bool) -> None:
    """Say whose mailbox ADDRESS is, which server says so, and what is kept of what was said before.

    Asks now, whatever is remembered. Exits with 0 if there is such a mailbox, with 1 if there is none, with 3 if nobody
    can say, and with 2 if `[directory]` cannot be used as it is.

    \b
    Example:
      gatekeeper directory test anna@company.example
    """
    config = settled(path, state)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise click.BadParameter(f"{address!r} is no mail address: write LOCAL@DOMAIN", param_hint="ADDRESS")
    if not config.directory.servers:
        unset = 'there is no directory: set directory.servers, for instance to ["ldaps://dc1.company.example"]'
        click.echo(f"gatekeeper: {unset}", err=True)
        sys.exit(UNUSABLE)
    wrong = [problem for problem in mistakes(config) if problem.severity == "error"]
    for problem in wrong:
        click.echo(str(problem), err=True)
    if wrong:
        sys.exit(UNUSABLE)
    asked = ask(config, address)
    click.echo(_json(address, asked) if as_json else _text(address, asked))
    match asked.said.answer:
        case Found():
            return
        case Absent():
            sys.exit(NO_MAILBOX)
        case _:
            sys.exit(NO_ANSWER)


def _text(address: str, asked: Asked) -> str:
    match asked.said.answer:
        case Found(values):
            what = f"the mailbox {values[0]}" if values else "it exists; whose it is, is not sure"
        case Absent():
            what = "no such mailbox"
        case failure:
            what = f"nobody can say: {getattr(failure, 'why', '')}"
    source = f", says {asked.said.server} in {asked.seconds * 1000:.0f} ms" if asked.said.server else ""
    lines = [f"{address}: {what}{source}"]
    if asked.kept is not None:
        lines.append(f"kept: {asked.kept.owner or 'it exists'}, said {_age(asked)} s ago")
    if asked.verify != "ldap":
        domain = address.rpartition("@")[2]
        lines.append(f'mail for {domain} does not depend on it: write verify = "ldap" in [domains."{domain}"]')
    return "\n".join(map(showing.safe, lines))


def _json(address: str, asked: Asked) -> str:
    answer, kept = asked.said.answer, asked.kept
    return showing.json_line(
        {
            "address": address,
            "answer": type(answer).__name__.lower(),
            "mailbox": answer.values[0] if isinstance(answer, Found) and answer.values else "",
            "why": getattr(answer, "why", ""),
            "server": asked.said.server,
            "seconds": round(asked.seconds, 4),
            "verify": asked.verify,
            "kept": None if kept is None else {"mailbox": kept.owner, "age": _age(asked)},
        }
    )


def _age(asked: Asked) -> int:
    return max(0, round(time.time() - asked.kept.said_at)) if asked.kept else 0
