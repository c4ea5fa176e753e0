"""teach: somebody who got a message says what it is. `gatekeeper teach`."""

import sys
from pathlib import Path

import click

from gatekeeper.app.build import opening_by
from gatekeeper.app.learning import Learning
from gatekeeper.app.letter import letter
from gatekeeper.app.teaching import Became, Taught, Teaching
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.messages import Messages
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.values import Label

REFUSED = 1
_TOLD = {
    Became.LEARNT: "learnt as {label}",
    Became.MOVED: "learnt as {label}, and not as {other} any more",
    Became.KNOWN: "known as {label} already",
    Became.NOT_THEIRS: "refused: it did not go to {teacher}",
    Became.WRITTEN: "refused: {teacher} wrote it; what it is about is to be attached as a whole",
    Became.TOO_MUCH: "refused: {teacher} has taught enough; see classifier.teacher_daily and teacher_share",
}
_REFUSALS = (Became.NOT_THEIRS, Became.WRITTEN, Became.TOO_MUCH)
_FOUND = {"id": " (by its id, {id})", "text": " (by its text)", "bytes": " (as it is)", "": ""}


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--spam", "label", flag_value="spam", help="It is spam.")
@click.option("--ham", "label", flag_value="ham", help="It is wanted.")
@click.option("--teacher", required=True, metavar="ADDRESS", help="Who says so: one of those who got it.")
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each message.")
@click.pass_obj
@friendly
def teach(
    path: Path | None,
    /,
    files: tuple[str, ...],
    label: str | None,
    teacher: str,
    state: Path | None,
    as_json: bool,
) -> None:
    """Take a user's word for what a message is.

    FILE is what the user sent back: the message, or one with messages attached to it. Each is looked for by its
    X-Gatekeeper-Id, then by its text, among those that passed; else it is learnt as it is. What somebody else got is
    refused, so is what the teacher wrote, and more than one teacher may teach; then the exit status is 1.

    \b
    Example:
      gatekeeper teach --spam --teacher joe@example.org forwarded.eml
      gatekeeper teach --ham --teacher joe@example.org - < message.eml
    """
    if label is None:
        raise click.UsageError("say what it is: --spam or --ham")
    config, messages, refused = settled(path, state), Messages(files), 0
    gather = opening_by(config)
    teaching = Teaching.of(config, Learning(directory(config), config.classifier))
    for file, raw in messages:
        sent_back = gather.drive_blocking(letter(raw), config.opener.seconds)
        for taught in teaching.teach(sent_back, Label(label), teacher):
            click.echo(_json(file, taught) if as_json else _line(file, taught, Label(label), teacher))
            if taught.became in _REFUSALS:
                refused = REFUSED
    sys.exit(max(refused, messages.status))


def _line(file: str, taught: Taught, label: Label, teacher: str) -> str:
    text = (_TOLD[taught.became] + _FOUND[taught.by]).format(
        label=label, other=label.other, teacher=teacher, id=taught.id
    )
    return showing.safe(f"{file}: {text}")


def _json(file: str, taught: Taught) -> str:
    return showing.json_line({"file": file, "became": taught.became, "by": taught.by, "id": taught.id})
