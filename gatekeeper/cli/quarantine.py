"""quarantine: look at what is held, and decide about it. `gatekeeper quarantine …`."""

import click

from gatekeeper.cli.reviewing.acting import delete, learn, release, undo
from gatekeeper.cli.reviewing.exporting import export
from gatekeeper.cli.reviewing.listing import list_, stats
from gatekeeper.cli.reviewing.looking import show, why


@click.group()
def quarantine() -> None:
    """Look at what is held, let it go on or delete it, and say what it is.

    What is done stands in the audit trail, under the name of the Unix account. Commands that act take IDs, - for IDs on
    standard input, or options that say which messages are meant; then only the recipients who match are concerned,
    and --recipient '*' is everybody.

    \b
    Exit codes:
      0  done, for all of them
      1  not done, or not for all; standard error says what and why
      2  wrong use
      3  nothing matches
    """


for command in (list_, show, why, release, delete, learn, undo, export, stats):
    quarantine.add_command(command)
