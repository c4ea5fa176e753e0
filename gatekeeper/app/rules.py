"""rules: the rule files that come with gatekeeper and those that `[tables]` names, with their scores.

Nothing raises: what cannot be read or used is a `Problem`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from gatekeeper.config.schema import Config
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.tables.rule_set import RuleSet, assemble
from gatekeeper.tables.rules import RuleFile, read_scores
from gatekeeper.traits import TRAITS
from gatekeeper.values import Problem

_SCORES = "scores.toml"


def read_rules(config: Config, shipped: Path, text: Callable[[str, str], str], problems: list[Problem]) -> RuleSet:
    """All rules of `config`; those of ours stand in `shipped`."""
    settings = config.tables
    files, scores = [], {}
    if settings.shipped_rules:
        files += rule_files(sorted(shipped.glob("*.toml")), text, "tables.shipped_rules", weight=0.0)
        scores = _scores(str(shipped / _SCORES), "tables.shipped_rules", text, problems)
    files += rule_files(map(Path, settings.rules), text, "tables.rules")
    if settings.rule_scores:
        scores = {**scores, **_scores(settings.rule_scores, "tables.rule_scores", text, problems)}
    rules, wrong = assemble(files, {**scores, **config.scores}, DESCRIPTIONS.keys())
    problems += [*(problem for file in files for problem in file.problems), *wrong]
    return rules


def rule_files(
    paths: Iterable[Path], text: Callable[[str, str], str], setting: str, weight: float = 1.0
) -> list[RuleFile]:
    """Each of `paths` as it is read; a file of scores is none of rules."""
    named = (str(path) for path in paths if path.name != _SCORES)
    return [RuleFile.parse(text(path, setting), path, TRAITS, weight) for path in named]


def _scores(path: str, setting: str, text: Callable[[str, str], str], problems: list[Problem]) -> dict[str, float]:
    scores, wrong = read_scores(text(path, setting), path)
    problems += wrong
    return dict(scores)
