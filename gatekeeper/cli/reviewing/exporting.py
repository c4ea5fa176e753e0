"""exporting: held messages as files. `gatekeeper quarantine export`."""

import asyncio
import mailbox
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.reviewing import filters
from gatekeeper.cli.reviewing.store import at_desk, reviewer
from gatekeeper.cli.reviewing.tasks import Task, bulk, chosen
from gatekeeper.quarantine import Held
from gatekeeper.quarantine.acts import Desk, NotDone
from gatekeeper.stores.opening import StoreError

Put = Callable[[Held, bytes], None]


@click.command()
@click.argument("hold_ids", metavar="[ID|-]…", nargs=-1)
@filters.options
@bulk
@click.option("--mbox", type=click.Path(path_type=Path), metavar="FILE", help="Into a new mbox.")
@click.option(
    "--directory", type=click.Path(path_type=Path), metavar="DIR", help="Each into DIR/ID.eml, as it is held."
)
@click.option("--json", "as_json", is_flag=True, help="With --dry-run one JSON object a line.")
@click.pass_obj
@friendly
def export(
    path: Path | None, /, hold_ids: Sequence[str], mbox: Path | None, directory: Path | None, **said: Any
) -> None:
    """Write held messages into files that nobody else can read. No file is written over.

    In a directory they stand byte for byte, our lines on top; in an mbox lines end in LF, and one that begins with
    "From " has a ">" before it.

    \b
    Example:
      gatekeeper quarantine export t411vhxrypjg9 --directory .
      gatekeeper quarantine export --kind spam --since 7d --mbox spam.mbox
    """
    if (mbox is None) is (directory is None):
        raise click.UsageError("say where to: --mbox FILE or --directory DIR")
    tasks = chosen(path, "export", hold_ids, only=(), **said)
    with _into_mbox(mbox) if mbox else _into_directory(directory or Path()) as put:
        sys.exit(asyncio.run(at_desk(path, lambda desk: _export(desk, tasks, put))))


async def _export(desk: Desk, tasks: Sequence[Task], put: Put) -> int:
    who, well = reviewer(), 0
    for task in tasks:
        try:
            put(desk.get(who, task.hold_id), desk.download(who, task.hold_id))
        except (NotDone, StoreError, FileExistsError) as error:
            click.echo(f"gatekeeper: {showing.safe(_said(error))}", err=True)
        else:
            well += 1
    click.echo(f"gatekeeper: {well} of {len(tasks)} written", err=True)
    return 0 if well == len(tasks) else 1


def _said(error: Exception) -> str:
    return f"{error.filename}: there is such a file" if isinstance(error, FileExistsError) else str(error)


@contextmanager
def _into_directory(directory: Path) -> Iterator[Put]:
    directory.mkdir(mode=0o700, exist_ok=True)

    def put(held: Held, raw: bytes) -> None:
        with os.fdopen(_create(directory / f"{held.id}.eml"), "wb") as file:
            file.write(raw)

    yield put


@contextmanager
def _into_mbox(path: Path) -> Iterator[Put]:
    os.close(_create(path))
    box = mailbox.mbox(path, create=False)

    def put(held: Held, raw: bytes) -> None:
        when = time.asctime(time.gmtime(held.held_at))
        box.add(f"From {_mailer(held.envelope.sender)} {when}\n".encode() + raw.replace(b"\r\n", b"\n"))

    try:
        yield put
    finally:
        box.close()


def _mailer(sender: str) -> str:
    """The sender, unless it would not be one word of the line."""
    plain = sender.isascii() and sender.isprintable() and " " not in sender
    return sender if sender and plain else "MAILER-DAEMON"


def _create(path: Path) -> int:
    """A new file that nobody else can read. `FileExistsError` if there is one."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
