"""relearn: say that messages are of the other class than they were learnt as. `gatekeeper relearn`."""

import sys
from pathlib import Path

import click

from gatekeeper.app.learning import Learning
from gatekeeper.cli.extraction import Lessons
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.lesson import Lesson, Manner
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import Complaints
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.values import Label


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--spam", "label", flag_value=Label.SPAM.value, help="They are spam, after all.")
@click.option("--ham", "label", flag_value=Label.HAM.value, help="They are ham, after all.")
@click.option("--teacher", default="", help="Who says so.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that read mail. Default: one for each core.")
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
@friendly
def relearn(
    path: Path | None,
    /,
    files: tuple[str, ...],
    label: str | None,
    state: Path | None,
    **manner: bool | str | int | None,
) -> None:
    """Move messages to the other class: what they were learnt as is forgotten. What was never learnt is learnt.

    \b
    Example:
      gatekeeper relearn --ham newsletter.eml
    """
    if label is None:
        raise click.UsageError("say what they are: --spam or --ham")
    complain, config = Complaints(), settled(path, state)
    spam, ham = (files, ()) if label == Label.SPAM else ((), files)
    lessons = Lessons.of(spam, ham, complain)
    if not lessons:
        click.echo("gatekeeper: nothing to learn from", err=True)
        sys.exit(UNREADABLE)
    learning = Learning(directory(config), config.classifier)
    sys.exit(Lesson(learning, lessons, Manner(**manner), complain).run())  # type: ignore[arg-type]
