"""state: which directory holds what was learnt: `--state DIR`, else $GATEKEEPER_STATE, else that of the configuration.

`state_option` gives a command the parameter `state`; `settled` turns it into the configuration in force, `directory`
that into the classifier's own directory. Fails with `ConfigError`.
"""

from pathlib import Path

import click
import msgspec

from gatekeeper.config.load import find_config, load
from gatekeeper.config.schema import Config

VARIABLE = "GATEKEEPER_STATE"

state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar=VARIABLE,
    metavar="DIR",
    help=f"State directory. Default: ${VARIABLE}, else that of the configuration.",
)
"""Adds the parameter `state: Path | None`."""


def settled(config: Path | None, state: Path | None) -> Config:
    """The configuration in force (the file named by `--config`, or where one is looked for), its state directory as
    `state` says. Its checks are not looked at: a mistake there is no reason not to learn.
    """
    found = load(find_config(config), None).config
    if state is None:
        return found
    return msgspec.structs.replace(found, gateway=msgspec.structs.replace(found.gateway, state=str(state)))


def directory(config: Config) -> Path:
    """Where the classifier keeps its training and its model."""
    return Path(config.gateway.state) / "classifier"
