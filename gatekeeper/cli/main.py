"""main: the command `gatekeeper` and its group of commands."""

from pathlib import Path

import click

from gatekeeper import __version__
from gatekeeper.cli.check import check
from gatekeeper.cli.config import config
from gatekeeper.cli.journal import journal
from gatekeeper.cli.parts import parts
from gatekeeper.cli.quarantine import quarantine
from gatekeeper.cli.scan import scan
from gatekeeper.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gatekeeper")
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="GATEKEEPER_CONFIG",
    help="Configuration file. Default: /etc/gatekeeper/gatekeeper.toml if it exists, else built-in defaults.",
)
@click.pass_context
def main(context: click.Context, path: Path | None) -> None:
    """A mail gateway that keeps spam and worms away from the mail server behind it.

    \b
    Example:
      gatekeeper --config gatekeeper.toml check
      gatekeeper --config gatekeeper.toml serve
    """
    context.obj = path


for command in (check, config, journal, parts, quarantine, scan, serve):
    main.add_command(command)
