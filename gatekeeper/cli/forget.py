"""forget: take back what was learnt, as if it had never been. `gatekeeper forget`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gatekeeper.app.learning import Learning
from gatekeeper.cli.extraction import digests
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.learning_report import Knowledge, tell
from gatekeeper.cli.lesson import rebuild
from gatekeeper.cli.mailboxes import Mailboxes
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import INTERRUPTED, Complaints, Stop, progress, until_interrupt
from gatekeeper.cli.state import directory, settled, state_option

_SOURCES = ("learn", "mail", "web", "spamc", "auto", "import")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE…|-]")
@click.option("--event", multiple=True, metavar="ID", help="What was learnt under this id.")
@click.option("--source", type=click.Choice(_SOURCES), help="All that was learnt by this way.")
@click.option("--teacher", default="", help="All that this teacher taught; with --source, by this way.")
@click.option("--later", is_flag=True, help="Leave it to the gateway to make the linear model anew.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that read mail. Default: one for each core.")
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
@friendly
def forget(
    path: Path | None,
    /,
    files: tuple[str, ...],
    event: tuple[str, ...],
    source: str | None,
    teacher: str,
    later: bool,
    jobs: int | None,
    state: Path | None,
    as_json: bool,
) -> None:
    """Forget messages: those in mailboxes, those of an id, a source or a teacher.

    The counts of words are then as if the messages had never been learnt; the linear model, in which their order
    matters, is made anew from what is left.

    \b
    Example:
      gatekeeper forget wrong.mbox
      gatekeeper forget --source auto
      gatekeeper forget --teacher joe@example.org
    """
    if not (files or event or source or teacher):
        raise click.UsageError("say what to forget: FILE, --event, --source or --teacher")
    complain, config = Complaints(), settled(path, state)
    mailboxes = Mailboxes(files, complain)
    learning = Learning(directory(config), config.classifier, create=False)
    with until_interrupt() as stop:
        found = _digests(mailboxes, jobs, complain, stop)
        if stop():
            click.echo("gatekeeper: interrupted: nothing is forgotten", err=True)
            sys.exit(INTERRUPTED)
        gone = learning.forget(found, event, source or "", teacher)
    if gone.behind and not later:
        rebuild(learning)
    complain.sum_up()
    counted = {"forgotten": gone.forgotten, "unknown": gone.unknown, "unreadable": complain.number}
    tell(counted, Knowledge.of(learning), as_json)
    sys.exit(UNREADABLE if complain.number else 0)


def _digests(mailboxes: Mailboxes, jobs: int | None, complain: Complaints, stop: Stop) -> Sequence[bytes]:
    with progress("reading", len(mailboxes)) as advance:
        return [*digests(mailboxes, jobs, complain, stop, advance)]
