"""acting: decide about held messages, one or many. `gatekeeper quarantine release|delete|learn|undo`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from gatekeeper.app.release import Via
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.reviewing import filters
from gatekeeper.cli.reviewing.store import at_desk, reviewer
from gatekeeper.cli.reviewing.tasks import Task, bulk, carry_out, chosen
from gatekeeper.cli.reviewing.telling import Telling
from gatekeeper.quarantine.acts import Desk, Done
from gatekeeper.values import Label

_to = click.option(
    "--to", "only", multiple=True, metavar="RECIPIENT", help="Only for this one of its recipients. Repeatable."
)
_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line and message.")


@click.command()
@click.argument("hold_ids", metavar="[ID|-]…", nargs=-1)
@filters.options
@bulk
@_to
@click.option("--via", type=click.Choice(["hop", "mta"]), help="Where to; by default quarantine.release_via.")
@click.option("--teach", is_flag=True, help="Learn that it is ham, too.")
@click.option("--allow", is_flag=True, help="Let its sender in from now on, if they are authenticated as they are now.")
@_json
@click.pass_obj
@friendly
def release(
    path: Path | None, /, hold_ids: Sequence[str], via: Via | None, teach: bool, allow: bool, as_json: bool, **said: Any
) -> None:
    """Let held messages go on, below our own lines as they came, to those who wait.

    Who cannot be reached stays waiting, and the exit code is 1. Who got a message without its attachments is sent the
    original when --to names them. For 60 seconds what --teach and --allow brought can be undone; what was sent stays
    sent.

    \b
    Example:
      gatekeeper quarantine release t411vhxrypjg9 --to bob@example.org --via hop
      gatekeeper quarantine release --sender news@shop.example --teach --dry-run
    """
    tasks = chosen(path, "release", hold_ids, as_json=as_json, **said)
    who = reviewer()

    def act(desk: Desk, task: Task) -> Any:
        offer = len(tasks) == 1  # to find out what else would pass takes longer than to release it
        return desk.release(who, task.hold_id, task.recipients, teach=teach, allow=allow, offer=offer)

    telling = Telling(as_json, fully=teach or allow)
    sys.exit(asyncio.run(at_desk(path, lambda desk: carry_out(desk, tasks, act, telling), via)))


@click.command()
@click.argument("hold_ids", metavar="[ID|-]…", nargs=-1)
@filters.options
@bulk
@_to
@_json
@click.pass_obj
@friendly
def delete(path: Path | None, /, hold_ids: Sequence[str], as_json: bool, **said: Any) -> None:
    """Delete held messages. Nobody is told. For 60 seconds that can be undone.

    \b
    Example:
      gatekeeper quarantine delete t411vhxrypjg9
      gatekeeper quarantine delete --kind virus --until 7d --yes
    """
    tasks = chosen(path, "delete", hold_ids, as_json=as_json, **said)
    who = reviewer()

    def act(desk: Desk, task: Task) -> Any:
        return desk.delete(who, task.hold_id, task.recipients)

    sys.exit(asyncio.run(at_desk(path, lambda desk: carry_out(desk, tasks, act, Telling(as_json)))))


@click.command()
@click.argument("label", metavar="spam|ham", type=click.Choice([label.value for label in Label]))
@click.argument("hold_ids", metavar="[ID|-]…", nargs=-1)
@filters.options
@bulk
@_json
@click.pass_obj
@friendly
def learn(path: Path | None, /, label: str, hold_ids: Sequence[str], as_json: bool, **said: Any) -> None:
    """Say that held messages are spam or ham. What was learnt of them before is forgotten; they stay held.

    \b
    Example:
      gatekeeper quarantine learn ham t411vhxrypjg9
      gatekeeper quarantine learn spam --reason dnsbl-listed --since 1d --dry-run
    """
    tasks = chosen(path, f"learn as {label}", hold_ids, only=(), as_json=as_json, **said)
    who = reviewer()

    def act(desk: Desk, task: Task) -> Any:
        return desk.teach(who, task.hold_id, Label(label))

    sys.exit(asyncio.run(at_desk(path, lambda desk: carry_out(desk, tasks, act, Telling(as_json)))))


@click.command()
@click.argument("entry", type=click.IntRange(1), metavar="ENTRY")
@_json
@click.pass_obj
@friendly
def undo(path: Path | None, entry: int, as_json: bool) -> None:
    """Take back what was done less than 60 seconds ago: a deletion, or what was learnt. What was sent stays sent.

    ENTRY is the number that was said when it was done.

    \b
    Example:
      gatekeeper quarantine undo 1207
    """

    async def work(desk: Desk) -> Done:
        return await desk.undo(reviewer(), entry)

    Telling(as_json).done(asyncio.run(at_desk(path, work)))
