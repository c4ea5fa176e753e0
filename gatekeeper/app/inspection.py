"""inspection: from the configuration to the checks of each stage and the policy."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

from gatekeeper.checks import CHECKS, name_of
from gatekeeper.config.load import Loaded, load
from gatekeeper.config.schema import Config
from gatekeeper.pipeline.contract import Check
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Stage


def check_settings() -> Mapping[str, type[msgspec.Struct]]:
    """The type of each check's table, by the name of the check."""
    return {name_of(check): cast(type[msgspec.Struct], check.Settings) for check in CHECKS}


def load_config(path: Path | None) -> Loaded:
    """The configuration with the checks' own tables in it; `ConfigError` names every mistake."""
    return load(path, check_settings())


def inspection(loaded: Loaded, tables: Tables) -> Inspection:
    """What an examination needs to judge a message."""
    stages: dict[Stage, dict[str, Check]] = {}
    for check in CHECKS:
        name = name_of(check)
        settings = loaded.checks[name]
        if not getattr(settings, "enabled", True) or name in _idle(loaded.config):
            continue
        for stage, call in check.build(settings, tables).items():
            stages.setdefault(stage, {})[name] = call
    config = loaded.config
    described = {**DESCRIPTIONS, **tables.described}
    return Inspection(stages, policy(config), config.dependencies.table(), scores=config.scores, described=described)


def _idle(config: Config) -> frozenset[str]:
    """The checks that ask what nobody is configured to answer."""
    needed = {"virus": config.antivirus.engines, "yara": config.antivirus.yara}
    return frozenset(name for name, source in needed.items() if not source)


def policy(config: Config) -> Policy:
    """The policy that the configuration describes; a domain says only what differs."""
    default = Thresholds(config.policy.tag, config.policy.quarantine, config.policy.reject)
    domains = {
        name.lower(): Thresholds(
            default.tag if domain.tag is None else domain.tag,
            default.quarantine if domain.quarantine is None else domain.quarantine,
            default.reject if domain.reject is None else domain.reject,
        )
        for name, domain in config.domains.items()
    }
    return Policy(
        default,
        domains,
        frozenset(local.lower() for local in config.policy.exempt),
        Action(config.policy.on_reject_from_relay),
        Action(config.policy.on_check_failure),
        config.classifier.autolearn,
    )
