"""patterns: compile the patterns of all rules and tables. `gatekeeper patterns`."""

from pathlib import Path

import click

from gatekeeper.app import build
from gatekeeper.app.patterns import cache, make
from gatekeeper.cli.failure import friendly
from gatekeeper.tables.hyperscan import ENGINE


@click.command()
@click.pass_obj
@friendly
def patterns(path: Path | None) -> None:
    """Compile the patterns of all rules and tables, so that they are looked for in one pass. The databases are kept in
    the state directory; what is there already stays.

    `gatekeeper serve` does that by itself, aside, and takes them as soon as they are there. This is for where only
    `gatekeeper scan` runs, and before the first start. Without Hyperscan there is nothing to compile.

    \b
    Example:
      gatekeeper patterns
      gatekeeper --config /etc/gatekeeper/gatekeeper.toml patterns
    """
    setup = build.read(path)
    sets, kept = setup.tables.pattern_sets(), cache(setup.config)
    if not ENGINE:
        raise click.ClickException("Hyperscan is not installed, or a version that errs; apt install libhyperscan5")
    made = make(sets, kept)
    click.echo(f"{sum(map(len, sets))} patterns in {len(sets)} sets; {made} were compiled, in {kept.directory}")
