"""main: the command `gatekeeper` and its group of commands. What a command needs is imported when it is asked for."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from gatekeeper import __version__

COMMANDS = (
    "bogofilter",
    "check",
    "classify",
    "config",
    "digest",
    "directory",
    "dnsbl",
    "dkim",
    "evaluate",
    "explain",
    "fit",
    "forget",
    "history",
    "journal",
    "learn",
    "parts",
    "patterns",
    "quarantine",
    "relearn",
    "report",
    "sa-learn",
    "scan",
    "serve",
    "tables",
    "teach",
    "tokens",
    "users",
    "why",
    "words",
    "yara",
)
"""Each stands in the module of its name, an underscore for a hyphen."""


class Commands(click.Group):
    """Imports only the command that runs: others may need what takes half a second to load."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Their names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"gatekeeper.cli.{module}"), module)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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
    _open_closed()
    context.obj = path


def _open_closed() -> None:
    """Who starts us may have closed the standard streams; what we open must not take their numbers either."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 — it is open until the end
