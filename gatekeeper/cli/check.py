"""check: look for mistakes in the configuration and the tables it names. `gatekeeper check`."""

import sys
from pathlib import Path

import click

from gatekeeper.app.inspection import check_settings
from gatekeeper.app.opening import missing
from gatekeeper.app.tables import read_tables
from gatekeeper.config.load import ConfigError, find_config, load
from gatekeeper.tables import Tables
from gatekeeper.values import Problem


@click.command()
@click.option("--config", "named", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.pass_obj
def check(path: Path | None, named: Path | None) -> None:
    """Name every mistake in the configuration and in the tables it names, with file, line and remedy.

    Exits with 0 if there is none, with 1 if the gateway would not start with it. Warnings do not count.

    \b
    Example:
      gatekeeper check --config /etc/gatekeeper/gatekeeper.toml
    """
    file = find_config(named or path)
    tables, problems = _read(file)
    for problem in problems:
        click.echo(str(problem))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
    click.echo(f"{len(tables.attachments.rules)} rules about attachments")
    click.echo(f"{file or 'built-in defaults'}: no mistakes")


def _read(file: Path | None) -> tuple[Tables, list[Problem]]:
    try:
        loaded = load(file, check_settings())
    except ConfigError as error:
        return Tables(), list(error.problems)
    tables, problems = read_tables(loaded.config)
    return tables, [*loaded.warnings, *problems, *missing()]
