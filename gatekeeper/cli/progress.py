"""progress: long work: how far it is, what could not be read, and an end at ^C that keeps what is done.

It cannot fail.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from gatekeeper.cli.showing import safe

INTERRUPTED = 130
"""The exit status of what ^C ended, as of a shell (128 + SIGINT)."""


Advance = Callable[[int], object]


class Complaints:
    """What could not be read. The first `most` are told, the others counted. Names of files may be anything."""

    def __init__(self, most: int = 20) -> None:
        self._most = most
        self.number = 0

    def __call__(self, why: str) -> None:
        self.number += 1
        if self.number <= self._most:
            click.echo(f"gatekeeper: {safe(why)}", err=True)

    def sum_up(self) -> None:
        """Tell how many were not told."""
        if self.number > self._most:
            click.echo(f"gatekeeper: and {self.number - self._most} more that could not be read", err=True)


class Stop:
    """Whether ^C was pressed: inside `until_interrupt`, the first only says so, the second ends all at once."""

    def __init__(self) -> None:
        self.wanted = False

    def __call__(self) -> bool:
        return self.wanted

    def want(self, _number: int, _frame: FrameType | None) -> None:
        self.wanted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def until_interrupt() -> Iterator[Stop]:
    """What is inside looks at this from time to time."""
    stop = Stop()
    before = signal.signal(signal.SIGINT, stop.want)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(what: str, total: int) -> Iterator[Advance]:
    """A bar on a terminal; nothing elsewhere, nor for nothing."""
    if not (total and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)
