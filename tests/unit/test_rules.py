"""Each rule that comes with gatekeeper hits the messages that it must hit, and none that it must not."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gatekeeper.app.inspection import inspection, load_config
from gatekeeper.app.rule_hits import findings
from gatekeeper.app.rules import rule_files
from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.tables.rules import PLACES, Rule

RULES = Path(__file__).parents[2] / "rules"
FILES = rule_files(sorted(RULES.glob("*.toml")), lambda path, _: Path(path).read_text(), "", weight=0.0)
TABLES, PROBLEMS = read_tables(Config())
EVERY = [rule for file in FILES for rule in file.rules]


def test_nothing_is_wrong_with_them() -> None:
    assert not PROBLEMS


@pytest.mark.parametrize("rule", EVERY, ids=[rule.name for rule in EVERY])
def test_a_rule_has_messages_of_both_kinds(rule: Rule) -> None:
    assert rule.hits
    assert rule.misses
    assert len(rule.description) <= 80
    assert not rule.description.endswith(".")
    assert rule.score == 0.0, "what it weighs stands in scores.toml"


@cache
def judging() -> Inspection:
    """With all rules scored, so that those which are but parts of others are found too."""
    every = replace(TABLES.rules, scores=dict.fromkeys(TABLES.rules.described, 1.0))
    return inspection(load_config(None), replace(TABLES, rules=every))


def found(text: str) -> set[str]:
    """By the rules and by checks that ask nobody."""
    return {finding.name for finding in findings(text.lstrip("\n").encode(), judging())}


def samples(kind: str) -> list[object]:
    return [
        pytest.param(rule.name, text, id=f"{rule.name}-{number}")
        for rule in EVERY
        for number, text in enumerate(getattr(rule, kind))
    ]


@pytest.mark.parametrize(("name", "text"), samples("hits"))
def test_it_hits(name: str, text: str) -> None:
    assert name in found(text)


@pytest.mark.parametrize(("name", "text"), samples("misses"))
def test_it_misses(name: str, text: str) -> None:
    assert name not in found(text)


def test_the_guide_has_the_places() -> None:
    guide = (RULES.parent / "deploy" / "rules.md").read_text()
    for where, meaning in PLACES.items():
        assert f"| `{where}` | {meaning} |" in guide
