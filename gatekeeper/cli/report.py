"""report: somebody says that messages are spam, so that others of their campaign are known. `gatekeeper report`."""

import sys
from collections import Counter
from pathlib import Path

import click

from gatekeeper.app import campaigns as telling
from gatekeeper.app import pyzor as servers
from gatekeeper.app import state as states
from gatekeeper.app.campaigns import Told
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.mailboxes import Mailboxes, UnreadableError
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import Complaints
from gatekeeper.cli.state import settled, state_option
from gatekeeper.message import parse

NOT_TOLD = 1


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--revoke", is_flag=True, help="They are wanted: take back what was reported of anything like them.")
@click.option("--pyzor", is_flag=True, help="Tell the servers of checks.pyzor too; they are given the digest alone.")
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each message.")
@click.pass_obj
@friendly
def report(
    path: Path | None,
    /,
    files: tuple[str, ...],
    revoke: bool,
    pyzor: bool,
    state: Path | None,
    as_json: bool,
) -> None:
    """Report spam, so that the check `campaign` knows the next of its kind.

    FILE is a message, an mbox, a Maildir, an MH folder or a directory of files. A text of less than some 22 words is
    not known again, but an attachment may be. With --pyzor the exit status is 1 if a server was not told.

    \b
    Example:
      gatekeeper report spam.eml
      gatekeeper quarantine show --raw ID | gatekeeper report --pyzor -
      gatekeeper report --revoke newsletter.eml
    """
    complain, config = Complaints(), settled(path, state)
    mailboxes = Mailboxes(files, complain)
    teller = servers.teller(path, wanted=revoke) if pyzor else None
    campaigns, tell = states.campaigns(config), telling.revoke if revoke else telling.report
    untold = 0
    for number in range(len(mailboxes)):
        name = mailboxes.name(number)
        try:
            message = parse(mailboxes.read(number))
        except UnreadableError as why:
            complain(f"{name}: {why}")
            continue
        told, said = tell(message, campaigns), teller.tell(message) if teller else {}
        untold += any(why for why in said.values())
        click.echo(_json(name, told, said) if as_json else _lines(name, told, said, revoke))
    campaigns.prune(config.campaigns.keep_days, config.campaigns.keep)
    complain.sum_up()
    sys.exit(UNREADABLE if complain.number else NOT_TOLD if untold else 0)


def _lines(name: str, told: Told, said: dict[str, str], revoke: bool) -> str:
    """What was done here, then what each server said: nothing wrong, or why it was not told."""
    servers = [f"{server}: {why or 'told'}" for server, why in said.items()]
    return "\n".join(showing.safe(f"{name}: {text}") for text in (_sentence(told, revoke), *servers))


def _sentence(told: Told, revoke: bool) -> str:
    if not told.by:
        return "too short to be known again, and without a file that could be"
    by = ", ".join(f"{count} files" if count > 1 else kind for kind, count in Counter(told.by).items())
    if revoke:
        return f"wanted from now on (by {by}), {told.reports} taken back"
    return f"known from now on (by {by}), reported {'once' if told.reports == 1 else f'{told.reports} times'}"


def _json(name: str, told: Told, said: dict[str, str]) -> str:
    return showing.json_line({"file": name, "by": told.by, "reports": told.reports, "pyzor": said})
