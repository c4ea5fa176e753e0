"""config: what is in force. `gatekeeper config show`."""

from pathlib import Path

import click

from gatekeeper.app.inspection import check_settings
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import find_config, load
from gatekeeper.config.show import show as shown


@click.group()
def config() -> None:
    """Look at the configuration."""


@config.command()
@click.option("--changed", is_flag=True, help="Only what differs from the defaults.")
@click.option("--config", "named", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.pass_obj
@friendly
def show(path: Path | None, named: Path | None, changed: bool) -> None:
    """Print the settings in force, with local.d merged in, as TOML with the meaning of each.

    \b
    Example:
      gatekeeper config show --changed
    """
    text = shown(load(find_config(named or path), check_settings()), changed=changed)
    click.echo(text or "# nothing differs from the defaults\n", nl=False)
