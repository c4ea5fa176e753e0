"""load: from the operator's files to the settings of one run.

Fails with `ConfigError`, which has every mistake found in all files with its line and remedy. Warnings do not fail;
they are in what is returned.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gatekeeper.config.convert import Complaint, convert, nearest
from gatekeeper.config.schema import Config
from gatekeeper.config.sources import Sources, read
from gatekeeper.config.validate import validate
from gatekeeper.values import Problem

DEFAULT_PATH = Path("/etc/gatekeeper/gatekeeper.toml")
PATH_VARIABLE = "GATEKEEPER_CONFIG"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` has every reason, warnings among them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in force. `checks` has the settings of every check by its name; `digest` changes when any setting does;
    `warnings` are for people.
    """

    config: Config
    checks: Mapping[str, msgspec.Struct]
    digest: str
    sources: Sources
    warnings: tuple[Problem, ...] = ()


def find_config(named: Path | None = None) -> Path | None:
    """The file to read: the one `named`, else `$GATEKEEPER_CONFIG`, else the default if it exists; None: built-in."""
    if named is not None:
        return named
    variable = os.environ.get(PATH_VARIABLE)
    if variable:
        return Path(variable)
    return DEFAULT_PATH if DEFAULT_PATH.exists() else None


def load(path: Path | None, check_settings: Mapping[str, type[msgspec.Struct]] | None) -> Loaded:
    """Read, merge, convert and check; no `path`: all defaults. `check_settings` are the types of `[checks.NAME]`; None
    leaves the checks alone, for commands that run none.
    """
    sources = read(path) if path is not None else Sources()
    if sources.problems:
        raise ConfigError(sources.problems)
    values = sources.values()
    config, complaints = convert(values, Config)
    checks, more = _checks(values.get("checks", {}), check_settings) if check_settings is not None else ({}, [])
    complaints = [_as_check(complaint, check_settings or {}) for complaint in complaints] + more
    complaints += validate(config)
    problems = tuple(sorted((_placed(complaint, sources) for complaint in complaints), key=_reading_order))
    if any(problem.severity == "error" for problem in problems):
        raise ConfigError(problems)
    return Loaded(config, checks, _digest(config, checks), sources, problems)


def _checks(
    tables: object, settings: Mapping[str, type[msgspec.Struct]]
) -> tuple[dict[str, msgspec.Struct], list[Complaint]]:
    """The settings of every check, and what is wrong with them."""
    tables = tables if isinstance(tables, dict) else {}
    complaints = [
        Complaint(("checks", name), f"there is no check {name!r}", nearest(name, list(settings)))
        for name in tables
        if name not in settings
    ]
    checks: dict[str, msgspec.Struct] = {}
    for name, table in settings.items():
        values = tables.get(name, {})
        if isinstance(values, dict):
            converted, wrong = convert(values, table, ("checks", name))
            complaints += wrong
            checks[name] = converted
    return checks, complaints


def _as_check(complaint: Complaint, settings: Mapping[str, type[msgspec.Struct]]) -> Complaint:
    """A check's own table stands below `[checks]`."""
    (name, *below) = complaint.path or ("",)
    return complaint if below or name not in settings else complaint._replace(remedy=f"write [checks.{name}]")


def _placed(complaint: Complaint, sources: Sources) -> Problem:
    file, line = sources.place(complaint.path)
    return Problem(file, line, complaint.severity, complaint.message, complaint.remedy)


def _reading_order(problem: Problem) -> tuple[str, int]:
    return problem.source, problem.line


def _digest(config: Config, checks: Mapping[str, msgspec.Struct]) -> str:
    """Twelve hexadecimal digits that stand for all settings in force, wherever they were written."""
    return hashlib.sha256(msgspec.json.encode((config, checks), order="sorted")).hexdigest()[:12]
