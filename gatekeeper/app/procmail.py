"""procmail: the rcfile that `[tables]` names, with those that it includes. What cannot be read is a `Problem`."""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gatekeeper.app.ordering import faults
from gatekeeper.config.schema import Config
from gatekeeper.tables import Mailertable, TransportMap
from gatekeeper.tables.check_action import Deed
from gatekeeper.tables.procmail import Programs, Recipes
from gatekeeper.tables.procmail.abilities import forwards
from gatekeeper.values import Problem


def read_procmail(
    config: Config, ways: Mailertable | TransportMap, text: Callable[[str, str], str], problems: list[Problem]
) -> Recipes:
    """The recipes; none if no file is named. `ways` say where mail goes."""
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
    programs = Programs(tuple(config.tables.procmail_programs))
    problems += (found for program in programs.listed if (found := _of_program(program)))
    recipes = Recipes.parse(text(path, "tables.procmail"), path, include, programs)
    problems += recipes.problems
    for place, address in forwards(recipes.statements):
        for message, remedy in faults(config, ways, Deed.REDIRECT, address):
            problems.append(Problem(place.source, place.line, "error", message, remedy))
    return replace(recipes, hostname=hostname, required=required)


def _of_program(path: str) -> Problem | None:
    setting = "tables.procmail_programs"
    if not path.startswith("/"):
        return Problem(setting, 0, "error", f"{path!r} is no absolute path", "write it from / on")
    if not (Path(path).is_file() and os.access(path, os.X_OK)):
        return Problem(setting, 0, "error", f"{path} is no program that can be run", "install it, or take it out")
    return None
