"""words: the words that were learnt and their counts: out, in, and one by one. `gatekeeper words`."""

import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import click
from rich.console import Console
from rich.table import Table

from gatekeeper.app.learning import Learning
from gatekeeper.app.words import counted
from gatekeeper.classifier.wordlist import About, WordlistError, read, written
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.showing import safe
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.stores.training_rows import Row
from gatekeeper.stores.word_counts import WordCounts


@click.group()
def words() -> None:
    """The words that were learnt, with their counts, in the form of `bogoutil -d`.

    \b
    Example:
      bogoutil -d ~/.bogofilter/wordlist.db | gatekeeper words load -
      gatekeeper words dump > words.txt
      gatekeeper words show subj:viagra meeting
    """


@words.command()
@state_option
@click.pass_obj
@friendly
def dump(config: Path | None, /, state: Path | None) -> None:
    """Print every word with its counts in spam and in ham.

    The words ascend by their octets, as `bogoutil -d` has them, and `bogoutil -l` can read them. Dates are not kept, so
    today's stands there.

    \b
    Example:
      gatekeeper words dump > words.txt
      gatekeeper words dump | bogoutil -l ~/.bogofilter/wordlist.db
    """
    counts = WordCounts(directory(settled(config, state)) / "training.db")
    try:
        for line in written(counts.ascending(), *counts.messages(), int(time.strftime("%Y%m%d"))):
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    finally:
        counts.close()


@words.command()
@state_option
@click.argument("file", default="-", metavar="[FILE|-]")
@click.pass_obj
@friendly
def load(config: Path | None, /, state: Path | None, file: str) -> None:
    """Add the words of a list, as `bogoutil -l` does, to what was learnt.

    It is one event, which can be forgotten by the id that is printed. A list has no messages, so only what judges by
    words alone is as sure as before: `gatekeeper bogofilter`. The linear model, and with it the score of `classify` and
    of the gateway, begins with the messages that follow, and until then calls most mail unsure.

    \b
    Example:
      bogoutil -d ~/.bogofilter/wordlist.db | gatekeeper words load -
      gatekeeper forget --event 0n3k7w9q2x4ab
    """
    found = settled(config, state)
    with _opened(file) as lines:
        about = _looked_through(file, lines)
        lines.seek(0)
        learning = Learning(directory(found), found.classifier)
        try:
            rows = (Row(*row) for row in read(lines, About()))
            event_id = learning.import_words(rows, about.spam, about.ham)
        finally:
            learning.close()
    _told(about, event_id)


def _opened(file: str) -> IO[bytes]:
    """The list as a file, so that all of it is looked through before anything is changed."""
    given = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115 — who calls closes it
    if file != "-" and given.seekable():
        return given
    spooled = TemporaryFile()  # noqa: SIM115 — who calls closes it
    shutil.copyfileobj(given, spooled)
    spooled.seek(0)
    return spooled


def _looked_through(file: str, lines: IO[bytes]) -> About:
    about = About()
    try:
        for _ in read(lines, about):
            pass
    except WordlistError as error:
        name = "standard input" if file == "-" else file
        raise click.ClickException(f"{name}: {error}; nothing was changed") from None
    if not about.words:
        raise click.ClickException("there is no word in it; nothing was changed")
    return about


def _told(about: About, event_id: str) -> None:
    click.echo(f"{about.words:,} words of {about.spam:,} spam and {about.ham:,} ham messages, id {event_id}")
    click.echo("all commands and the gateway judge by them now; messages that you learn soon count for more", err=True)
    if about.robx is not None:
        click.echo(f"The list has its own robx; to go on with it: [classifier] robx = {about.robx}", err=True)
    if not about.utf8:
        click.echo("The list is not in UTF-8, so its words beyond ASCII will not be met again", err=True)


@words.command()
@state_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.argument("given", nargs=-1, required=True, metavar="WORD…")
@click.pass_obj
@friendly
def show(config: Path | None, /, state: Path | None, as_json: bool, given: tuple[str, ...]) -> None:
    """Print in how many spam and ham messages words were learnt, and how likely each makes spam.

    Words of the header have a prefix: subj: from: to: rtrn: rcvd: head: mime:, as in bogofilter.

    \b
    Example:
      gatekeeper words show subj:viagra meeting
      gatekeeper words show --json meeting
    """
    found = settled(config, state)
    folded = [word.lower() for word in given] if found.classifier.fold else given
    rows = counted(directory(found), found.classifier, [os.fsencode(word) for word in folded])
    if as_json:
        for row in rows:
            click.echo(json.dumps(asdict(row)))
        return
    table = Table("word", "spam", "ham", "probability", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(safe(row.word), str(row.spam), str(row.ham), f"{row.probability:.6f}")
    Console(highlight=False).print(table, markup=False)
