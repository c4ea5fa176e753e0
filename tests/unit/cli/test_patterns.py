"""`gatekeeper patterns` compiles what `serve` and `scan` then find."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.app.patterns import make
from gatekeeper.cli import patterns
from gatekeeper.cli.main import main
from tests.unit.tables.engine import needs_hyperscan


@pytest.fixture
def config(tmp_path: Path) -> str:
    rules = tmp_path / "header_checks"
    rules.write_text("".join(f"/^X: {n}/ REJECT\n" for n in range(7)))
    file = tmp_path / "gatekeeper.toml"
    file.write_text(f'[gateway]\nstate = "{tmp_path}/state"\n[tables]\nheader_checks = "pcre:{rules}"\n')
    return str(file)


@needs_hyperscan
def test_the_second_time_there_is_nothing_to_do(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = lambda sets, kept: make([each for each in sets if len(each) == 7], kept)  # the shipped ones take a while
    monkeypatch.setattr(patterns, "make", few)
    first = CliRunner().invoke(main, ["--config", config, "patterns"])
    assert first.exit_code == 0, first.output
    assert "1 were compiled" in first.output
    second = CliRunner().invoke(main, ["--config", config, "patterns"])
    assert "0 were compiled" in second.output
    assert len(list((tmp_path / "state" / "patterns").iterdir())) == 1


def test_without_hyperscan_it_says_what_to_install(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "ENGINE", "")
    said = CliRunner().invoke(main, ["--config", config, "patterns"])
    assert said.exit_code == 1
    assert "apt install libhyperscan5" in said.output
