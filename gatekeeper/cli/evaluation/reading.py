"""reading: what the commands of `evaluate` have in common: options, and how they tell that a file is wrong."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from gatekeeper.app.evaluation.lines import LineError
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.showing import safe

P = ParamSpec("P")
T = TypeVar("T")

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object; shares are in percent.")


def line_by_line(command: Callable[P, T]) -> Callable[P, T]:
    """`friendly`, for a command that reads files with one message a line."""

    @friendly
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except LineError as error:
            click.echo(f"gatekeeper: {safe(str(error.problem))}", err=True)
        sys.exit(1)

    return run
