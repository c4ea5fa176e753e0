"""learn: teach the classifier what is spam and what is ham. `gatekeeper learn`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gatekeeper.app import state as states
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.app.reviewing import reviewed
from gatekeeper.app.teaching import unpacked
from gatekeeper.cli.extraction import Lessons
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.lesson import MOST_ROUNDS, Lesson, Manner, rebuild
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import Complaints
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.config.schema import Config
from gatekeeper.values import Label


@click.command()
@click.option("--spam", multiple=True, metavar="FILE", help="Spam: an mbox, Maildir, MH folder, directory, file or -.")
@click.option("--ham", multiple=True, metavar="FILE", help="The same of wanted mail.")
@click.option("--spam-id", multiple=True, metavar="ID", help="A message that passed with this X-Gatekeeper-Id is spam.")
@click.option("--ham-id", multiple=True, metavar="ID", help="Such a message is ham.")
@click.option("--on-error", is_flag=True, help="Learn only what is not taken for what it is.")
@click.option(
    "--repeat", is_flag=True, help=f"With --on-error: until nothing is mistaken, {MOST_ROUNDS} rounds at most."
)
@click.option("--again", is_flag=True, help="Learn what is known already once more.")
@click.option("--teacher", default="", help="Who says so; `gatekeeper forget --teacher` takes all of it back.")
@click.option("--rebuild", "anew", is_flag=True, help="First make the model anew from all that was ever learnt.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that read mail. Default: one for each core.")
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.pass_obj
@friendly
def learn(
    path: Path | None,
    /,
    spam: tuple[str, ...],
    ham: tuple[str, ...],
    spam_id: tuple[str, ...],
    ham_id: tuple[str, ...],
    anew: bool,
    state: Path | None,
    **manner: bool | str | int | None,
) -> None:
    """Learn spam and ham from mailboxes.

    What each FILE is, is found out: an mbox, a Maildir, an MH folder, a directory (the files in it, not the
    directories), a message, or - for standard input. What was learnt as the other class is moved; what is known is
    passed over.

    \b
    Example:
      gatekeeper learn --spam spam.mbox --ham nonspam.mbox
      gatekeeper learn --spam ~/Maildir/.Junk --ham ~/Maildir --on-error --repeat
      zcat old.mbox.gz | gatekeeper learn --ham -
    """
    chosen = Manner(**manner)  # type: ignore[arg-type]
    if not (spam or ham or spam_id or ham_id or anew):
        raise click.UsageError("say what to learn from: --spam FILE, --ham FILE or both")
    if chosen.repeat and not chosen.on_error:
        raise click.UsageError("--repeat goes with --on-error: it repeats until nothing is mistaken")
    complain, config = Complaints(), settled(path, state)
    lessons = Lessons.of(spam, ham, complain)
    more = (*_passed(config, spam_id, Label.SPAM), *_passed(config, ham_id, Label.HAM))
    if not (lessons or more or anew):
        click.echo("gatekeeper: nothing to learn from", err=True)
        sys.exit(UNREADABLE)
    learning = Learning(directory(config), config.classifier)
    if anew:
        rebuild(learning)
    status = Lesson(learning, lessons, chosen, complain, more).run()
    reviewed(config, spam_id, Label.SPAM)
    reviewed(config, ham_id, Label.HAM)
    sys.exit(status)


def _passed(config: Config, ids: tuple[str, ...], label: Label) -> Iterator[Sample]:
    """What is kept of messages that went through the gateway."""
    if not ids:
        return
    passed = states.passed(config, create=False)
    for message_id in ids:
        trace = passed.get(message_id)
        if trace is None:
            days = config.classifier.keep_days
            raise click.ClickException(
                f"{message_id[:40]}: nothing is kept of this message; it is for {days} days at most. "
                "Learn it from a file"
            )
        features = unpacked(trace, passed)
        yield Sample(features.folded() if config.classifier.fold else features, trace.digest, label, trace.id)
