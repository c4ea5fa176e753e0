"""procmail: the rcfile that `[tables]` names, with those that it includes. What cannot be read is a `Problem`."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gatekeeper.config.schema import Config
from gatekeeper.tables.procmail import Recipes
from gatekeeper.values import Problem


def read_procmail(config: Config, text: Callable[[str, str], str], problems: list[Problem]) -> Recipes:
    """The recipes; none if no file is named."""
    path = config.tables.procmail
    if not path:
        return Recipes("")

    def include(name: str) -> str:
        return text(str(Path(path).parent / name), f"INCLUDERC in {path}")

    def required(address: str) -> float:
        domain = domains.get(address.rpartition("@")[2].lower())
        return config.policy.tag if domain is None or domain.tag is None else domain.tag

    domains = {name.lower(): domain for name, domain in config.domains.items()}
    hostname = config.gateway.hostname or socket.gethostname()
    recipes = Recipes.parse(text(path, "tables.procmail"), path, include)
    problems += recipes.problems
    return replace(recipes, hostname=hostname, required=required)
