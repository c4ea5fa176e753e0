"""failure: what a person reads when something is wrong: what, where, and what to do. Never a traceback."""

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from gatekeeper.config.load import ConfigError
from gatekeeper.stores.opening import StoreError

P = ParamSpec("P")
T = TypeVar("T")

_INTERRUPTED, _PIPE = 130, 141  # 128 + the signal, as of a shell


def friendly(command: Callable[P, T]) -> Callable[P, T]:
    """Print expected failures of a command as one line each and exit with 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
        except BrokenPipeError:  # whoever read our words has enough, as head(1) has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(_PIPE)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"gatekeeper: {where}{error.strerror or error}", err=True)
        except StoreError as error:
            click.echo(f"gatekeeper: {error}", err=True)
        except KeyboardInterrupt:
            click.echo("gatekeeper: interrupted", err=True)
            sys.exit(_INTERRUPTED)
        sys.exit(1)

    return run
