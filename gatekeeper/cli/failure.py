"""failure: what a person reads when something is wrong: what, where, and what to do. Never a traceback."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from gatekeeper.config.load import ConfigError
from gatekeeper.stores.opening import StoreError

P = ParamSpec("P")
T = TypeVar("T")


def friendly(command: Callable[P, T]) -> Callable[P, T]:
    """Print expected failures of a command as one line each and exit with 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"gatekeeper: {where}{error.strerror or error}", err=True)
        except StoreError as error:
            click.echo(f"gatekeeper: {error}", err=True)
        sys.exit(1)

    return run
