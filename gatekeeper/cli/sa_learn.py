"""sa_learn: what cron jobs and scripts do with SpamAssassin's sa-learn. `gatekeeper sa-learn`.

It ends with 0, or with 1 if something could not be read, as the real one does.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gatekeeper.app import extraction
from gatekeeper.app.learning import Learning
from gatekeeper.cli.extraction import Lessons, digests
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.lesson import rebuild
from gatekeeper.cli.mailboxes import Mailboxes
from gatekeeper.cli.progress import INTERRUPTED, Complaints, progress, until_interrupt
from gatekeeper.cli.sa_learn_dump import dumped
from gatekeeper.cli.sa_learn_folders import Folders, folders_of
from gatekeeper.cli.state import directory, settled, state_option
from gatekeeper.config.schema import Config
from gatekeeper.stores.training_copy import restore, write_copy

_USAGE = 64  # sysexits.h, as sa-learn ends with
_IGNORED = "gatekeeper.sa-learn.ignored"

_AS_IT_IS = {
    "--dir": "What each file is, is found out.",
    "--file": "What each file is, is found out.",
    "--mbox": "What each file is, is found out.",
    "--local": "Nothing is asked over the network.",
    "--sync": "What is learnt is in use at once.",
    "--no-sync": "What is learnt is in use at once.",
    "--rebuild": "The old name of --sync.",
    "--no-rebuild": "The old name of --no-sync.",
}
"""Flags that ask for what is so anyhow."""

_IN_VAIN = {
    "--force-expire": "Nothing expires here.",
    "--import": "Nothing of SpamAssassin's store can be read: its words are hashed.",
    "--mbx": "Mailboxes in UW's mbx form cannot be read.",
    "--use-ignores": "There are no such lists here.",
}
_IN_VAIN_WITH_VALUE = {
    "--cf": "Use gatekeeper --config.",
    "--configpath": "Use gatekeeper --config.",
    "--dbpath": "Use --state.",
    "--debug": "There is nothing more to say.",
    "--max-size": "Messages up to 100 MB are read.",
    "--prefspath": "Use gatekeeper --config.",
    "--siteconfigpath": "Use gatekeeper --config.",
    "--username": "There is one store.",
}
_SHORT = {"--local": "-L", "--username": "-u", "--configpath": "-C", "--prefspath": "-p", "--debug": "-D"}


def _accept(command: click.Command) -> click.Command:
    """Take the options that change nothing here; what somebody may miss is told."""
    for name, why in _AS_IT_IS.items():
        command.params.append(_option(name, why, _quiet, is_flag=True))
    for name, why in _IN_VAIN.items():
        command.params.append(_option(name, why, _told, is_flag=True))
    for name, why in _IN_VAIN_WITH_VALUE.items():
        optional = {"is_flag": False, "flag_value": "all"} if name == "--debug" else {}
        command.params.append(_option(name, why, _told, metavar="VALUE", **optional))
    return command


def _option(name: str, why: str, callback: Callable[..., None], **more: Any) -> click.Option:
    names = [_SHORT[name], name] if name in _SHORT else [name]
    return click.Option(names, expose_value=False, callback=callback, help=f"Without effect. {why}", **more)


def _quiet(context: click.Context, _option: click.Parameter, value: object) -> None:
    if value:
        context.meta[_IGNORED] = True


def _told(context: click.Context, option: click.Option, value: object) -> None:
    _quiet(context, option, value)
    if value and option.help and not context.resilient_parsing:
        why = option.help.removeprefix("Without effect. ")
        click.echo(f"gatekeeper: {option.opts[-1]} is without effect. {why}", err=True)


@click.command("sa-learn")
@click.option("--spam", "what", flag_value="spam", help="Learn the messages as spam.")
@click.option("--ham", "what", flag_value="ham", help="Learn the messages as ham.")
@click.option("--nonspam", "what", flag_value="ham", help="The same.")
@click.option("--forget", "what", flag_value="forget", help="Forget the messages.")
@click.option("-f", "--folders", metavar="FILE", help="Read names from this file, each with or without ham: or spam:.")
@click.option(
    "--dump", is_flag=False, flag_value="all", type=click.Choice(["all", "data", "magic"]), help="Print them."
)
@click.option("--regexp", default="", metavar="RE", help="With --dump: only words that this finds (RE2).")
@click.option("--clear", is_flag=True, help="Forget everything.")
@click.option("--backup", is_flag=True, help="Write all that was learnt to standard output.")
@click.option("--restore", "copy", type=click.Path(path_type=Path), help="Put such a backup in the place of all.")
@click.option("--showdots", is_flag=True, help="A dot for each message.")
@click.option("--progress", "bar", is_flag=True, help="A bar, on a terminal.")
@state_option
@click.argument("files", nargs=-1, metavar="[FILE|-]…")
@click.pass_obj
@friendly
def sa_learn(
    path: Path | None,
    /,
    what: str | None,
    folders: str | None,
    dump: str | None,
    regexp: str,
    copy: Path | None,
    state: Path | None,
    files: tuple[str, ...],
    **flags: bool,
) -> None:
    """Do what sa-learn does, for the scripts that call it.

    A backup is gatekeeper's own; one of SpamAssassin's cannot be read, because its words are hashed.

    \b
    Example:
      gatekeeper sa-learn --spam --mbox ~/mail/spam
      gatekeeper sa-learn --ham --progress ~/Maildir/cur
      gatekeeper sa-learn --dump magic
    """
    config = settled(path, state)
    place = directory(config)
    if dump:
        dumped(place, config.classifier, dump, regexp)
    elif flags["backup"]:
        write_copy(place / "training.db", sys.stdout.buffer)
    elif copy is not None:
        restore(place / "training.db", copy)
        rebuild(Learning(place, config.classifier))
    elif flags["clear"]:
        _clear(Learning(place, config.classifier))
    elif what or folders:
        sys.exit(_teach(config, folders_of(what, files, folders), flags))
    elif _IGNORED not in click.get_current_context().meta:  # `--sync` alone is a call in good order
        click.echo("Please select either --spam, --ham, --folders, --forget, --sync, --import,", err=True)
        click.echo("--dump, --clear, --backup or --restore", err=True)
        sys.exit(_USAGE)


sa_learn = _accept(sa_learn)


def _teach(config: Config, folders: Folders, flags: dict[str, bool]) -> int:
    learning = Learning(directory(config), config.classifier)
    complaints = Complaints()
    forgets, mail = Mailboxes(folders.forget, complaints), Lessons.of(folders.spam, folders.ham, complaints)
    examined = learnt = 0
    with until_interrupt() as stop, progress("reading", len(forgets) + len(mail) if flags["bar"] else 0) as advance:

        def looked_at(number: int) -> None:
            nonlocal examined
            examined += number
            advance(number)
            if flags["showdots"]:
                click.echo("." * number, nl=False)

        known = list(digests(forgets, None, complaints, stop, looked_at))
        if known:
            learnt += learning.forget(known).forgotten
        samples = mail.samples(
            config.classifier.fold, extraction.jobs_for(None, len(mail)), complaints, stop, looked_at
        )
        learnt += learning.learn(samples).learnt
    if learning.behind and not stop():
        rebuild(learning)
    learning.close()
    complaints.sum_up()
    verb, line = "Forgot" if folders.forget else "Learned", "\n" if flags["showdots"] else ""
    click.echo(f"{line}{verb} tokens from {learnt} message(s) ({examined} message(s) examined)")
    return INTERRUPTED if stop() else min(complaints.number, 1)


def _clear(learning: Learning) -> None:
    after = 0
    while some := learning.training.find(after=after):
        learning.forget(ids=[event.id for event in some])
        after = some[-1].seq
    rebuild(learning)
    learning.close()
