"""`gatekeeper yara test`: what it prints and how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")

from gatekeeper.cli import main

SHIPPED = Path(__file__).parents[3] / "rules" / "yara"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["yara", "test", *map(str, arguments)])


def test_good_rules() -> None:
    result = run("--strict", SHIPPED)
    assert (result.exit_code, result.output) == (0, "3 rules, 9 samples, 0 mistakes\n")


def test_a_warning_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text('rule A { strings: $a = "x1y2" condition: $a }')
    result = run(tmp_path)
    assert result.exit_code == 0
    assert "warning: A has no hit and no miss" in result.output
    assert run("--strict", tmp_path).exit_code == 1


def test_bad_rules(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text("rule A { condition: nosuch }")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert result.output.startswith(f"{tmp_path}/a.yar:1: error: unknown identifier `nosuch`")
    assert result.output.endswith("0 rules, 0 samples, 1 mistakes\n")


def test_names_of_files_do_nothing_to_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text('rule A { strings: $a = "x1y2" condition: $a }')
    (tmp_path / "tests" / "A").mkdir(parents=True)
    (tmp_path / "tests" / "A" / "hit\x1b[31m").touch()
    assert "\x1b" not in run(tmp_path).output


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path / "none")
    assert result.exit_code == 2
    assert "does not exist" in result.output
