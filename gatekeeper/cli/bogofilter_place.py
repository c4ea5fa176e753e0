"""bogofilter_place: where the words are that `bogofilter` looks up. What cannot be raises `UsageError`.

The configuration is read only if there is one: that takes as long as judging a message.
"""

import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.cli.bogofilter_options import Options, UsageError

if TYPE_CHECKING:
    from gatekeeper.config.schema import Classifier, Config

_DEFAULT_CONFIG = Path("/etc/gatekeeper/gatekeeper.toml")  # as in config.load
_DEFAULT_STATE = "/var/lib/gatekeeper"  # as in config.schema


@dataclass(frozen=True, slots=True)
class Place:
    """`directory` is the classifier's own; `config` is None where all is as it comes."""

    directory: Path
    config: "Config | None" = None

    @property
    def training(self) -> Path:
        """The store."""
        return self.directory / "training.db"

    @property
    def fold(self) -> bool:
        """Whether words are taken in lower case."""
        return self.config is not None and self.config.classifier.fold

    def classifier(self) -> "Classifier":
        """The settings by which it learns."""
        if self.config is not None:
            return self.config.classifier
        settings: Classifier = import_module("gatekeeper.config.schema").Classifier()
        return settings


def place_of(options: Options, config: Path | None) -> Place:
    """By `-d`, `--state`, $GATEKEEPER_STATE, bogofilter's own settings, and the configuration, in this order."""
    found = _config(config)
    named = (
        options.directory
        or options.state
        or os.environ.get("GATEKEEPER_STATE")
        or options.settings.bogofilter_dir
        or os.environ.get("BOGOFILTER_DIR")
        or (found.gateway.state if found is not None else _DEFAULT_STATE)
    )
    state = Path(named).expanduser()
    place = Place(state / "classifier", found)
    if not place.training.exists() and (state / "wordlist.db").exists():
        raise UsageError(
            f"{state}: what bogofilter learnt is here, and gatekeeper cannot read it as it is. To move over: "
            f"bogoutil -d {state}/wordlist.db | gatekeeper words load --state {state} -"
        )
    return place


def _config(path: Path | None) -> "Config | None":
    if path is None and not _DEFAULT_CONFIG.exists():
        return None
    load = import_module("gatekeeper.config.load")
    try:
        config: Config = load.load(load.find_config(path), None).config
    except load.ConfigError as error:
        raise UsageError("\n".join(map(str, error.problems))) from None
    return config
