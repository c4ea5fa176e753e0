from pathlib import Path

import pytest

from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config
from gatekeeper.config.schema import Tables as Settings
from gatekeeper.tables import Tables
from gatekeeper.values import Problem

RULE = '[[rule]]\nname = "our-own"\ndescription = "Ours"\nwhere = "subject"\npattern = "prize"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(RULE)
    return path


def read(**settings: object) -> tuple[Tables, list[Problem]]:
    return read_tables(Config(tables=Settings(**settings)))  # type: ignore[arg-type]


def test_the_operators_rules_stand_beside_ours(file: Path) -> None:
    tables, problems = read(rules=[str(file)])
    assert problems == []
    assert tables.rules.scores["our-own"] == 1.0
    assert tables.described["our-own"] == "Ours"
    assert "date-absent" in tables.rules.scores


def test_ours_may_be_left_out(file: Path) -> None:
    tables, problems = read(rules=[str(file)], shipped_rules=False)
    assert problems == []
    assert tables.rules.scores == {"our-own": 1.0}
    assert not read(shipped_rules=False)[0].rules


def test_a_file_of_scores(file: Path, tmp_path: Path) -> None:
    scores = tmp_path / "scores"
    scores.write_text("[scores]\nour-own = 0.5\ndate-absent = 7.0\n")
    tables, problems = read(rules=[str(file)], rule_scores=str(scores))
    assert problems == []
    assert (tables.rules.scores["our-own"], tables.rules.scores["date-absent"]) == (0.5, 7.0)


def test_what_the_operator_says_of_a_name_goes_before_all(file: Path) -> None:
    """Also of a rule that weighs nothing, and so would not be told."""
    config = Config(tables=Settings(rules=[str(file)]), scores={"our-own": 3.0, "link-ip": 1.0})
    assert read_tables(config)[0].rules.scores["our-own"] == 3.0


def test_an_expression_may_be_about_what_checks_find(file: Path) -> None:
    file.write_text(RULE + '[[rule]]\nname = "both"\ndescription = "Both"\nall = ["our-own", "link-ip"]\n')
    assert not read(rules=[str(file)])[1]


def test_mistakes_are_told_with_their_file_and_line(file: Path, tmp_path: Path) -> None:
    file.write_text(RULE + RULE.replace("our-own", "date-absent"))
    scores = tmp_path / "scores"
    scores.write_text("[scores]\nour-own = 1\n\nour-own = 2\n")
    nowhere = str(tmp_path / "nowhere")
    _, problems = read(rules=[str(file), nowhere], rule_scores=str(scores))
    assert [(problem.source, problem.line) for problem in problems] == [
        (nowhere, 0),
        (str(scores), 4),
        (str(file), 6),
    ]
    assert "change tables.rules" in problems[0].remedy
    assert "dates.toml" in problems[2].message
