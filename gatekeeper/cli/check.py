"""check: look for mistakes in the configuration and the tables it names. `gatekeeper check`."""

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from gatekeeper.app import campaigns, certificates, site_mistakes, spamassassin
from gatekeeper.app.directory import mistakes
from gatekeeper.app.inspection import check_settings
from gatekeeper.app.opening import missing
from gatekeeper.app.patterns import missing_engine
from gatekeeper.app.scanning import try_engines
from gatekeeper.app.scrutiny import scrutiny
from gatekeeper.app.signing import read_signer
from gatekeeper.app.tables import read_tables
from gatekeeper.app.weights import nameless
from gatekeeper.cli import showing
from gatekeeper.config.load import ConfigError, find_config, load
from gatekeeper.config.schema import Config
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.tables import Tables
from gatekeeper.values import Dependency, Outage, Problem, Resort


@click.command()
@click.option("--config", "named", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.option("--dependencies", is_flag=True, help="Print what becomes of mail when something does not answer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: every mistake, and which rules are not run.")
@click.option("--connect", is_flag=True, help="Ask each antivirus engine for its version.")
@click.pass_obj
def check(path: Path | None, named: Path | None, dependencies: bool, as_json: bool, connect: bool) -> None:
    """Name every mistake in the configuration and in the tables it names, with file, line and remedy.

    Exits with 0 if there is none, with 1 if the gateway would not start with it. Warnings do not count. Asks nobody,
    unless told to `--connect`; then it exits with 1 if somebody does not answer.

    \b
    Example:
      gatekeeper check --config /etc/gatekeeper/gatekeeper.toml
      gatekeeper check --dependencies
      gatekeeper check --connect
      gatekeeper check --json
    """
    file = find_config(named or path)
    config, tables, problems = _read(file)
    if as_json:
        click.echo(showing.json_line(_told(tables, problems)))
    for problem in problems if not as_json else ():
        click.echo(str(problem))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
    if dependencies:
        _print(config.dependencies.table())
    if connect:
        sys.exit(_connect(config))
    if dependencies or as_json:
        return
    if isinstance(tables.spamassassin, RuleSet):
        click.echo(spamassassin.account(tables.spamassassin))
    click.echo(f"{len(tables.attachments.rules)} rules about attachments")
    warned = f"no errors, {len(problems)} warning{'s' if len(problems) > 1 else ''}" if problems else "no mistakes"
    click.echo(f"{file or 'built-in defaults'}: {warned}")


def _read(file: Path | None) -> tuple[Config, Tables, list[Problem]]:
    try:
        loaded = load(file, check_settings())
    except ConfigError as error:
        return Config(), Tables(), list(error.problems)
    tables, problems = read_tables(loaded.config)
    config = loaded.config
    more = (
        *missing(),
        *campaigns.missing(),
        *missing_engine(tables.pattern_sets()),
        *mistakes(config),
        *certificates.mistakes(config),
        *site_mistakes.mistakes(config),
        *read_signer(config)[1],
        *nameless(config.scores, tables),
    )
    return config, tables, _by_line([*loaded.warnings, *problems, *more, *scrutiny(tables)])


def _by_line(problems: list[Problem]) -> list[Problem]:
    """Each file's beside one another and in the order of its lines; the files in the order in which they came up."""
    by_source: dict[str, list[Problem]] = {}
    for problem in problems:
        by_source.setdefault(problem.source, []).append(problem)
    return [problem for some in by_source.values() for problem in sorted(some, key=lambda one: one.line)]


def _told(tables: Tables, problems: list[Problem]) -> dict[str, object]:
    """What is wrong, and what is not run, for programs."""
    told: dict[str, object] = {"problems": [dataclasses.asdict(problem) for problem in problems]}
    if isinstance(tables.spamassassin, RuleSet):
        found = tables.spamassassin.compiled
        told["spamassassin"] = {
            "active": found.active,
            "skipped": [dataclasses.asdict(one) for one in found.skipped],
            "network": found.networked,
            "bayes": found.learnt,
        }
    return told


def _connect(config: Config) -> int:
    """The exit status."""
    said = list(try_engines(config.antivirus))
    for line in said:
        click.echo(showing.safe(str(line)))
    if not said:
        click.echo("nobody to connect to: antivirus.engines is empty")
    return int(any(isinstance(line, Problem) for line in said))


def _print(table: Mapping[Dependency, Mapping[Outage, Resort]]) -> None:
    """A row for each dependency, a column for each way in which it fails."""
    grid = showing.table("dependency", *Outage)
    for dependency, resorts in table.items():
        showing.row(grid, dependency, *(resorts[outage] for outage in Outage))
    showing.show(showing.console(), grid)
