import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli.config import config


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(config, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "local.d").mkdir()
    (tmp_path / "local.d" / "x.toml").write_text("[policy]\ntag = 3\n")
    path = tmp_path / "gatekeeper.toml"
    path.write_text('[policy]\ntag = 4\nreject = 20\n[gateway]\nstate = "/var/lib/gatekeeper"\n')
    return path


def test_everything_in_force_is_shown(file: Path) -> None:
    result = run("show", "--config", file)
    assert result.exit_code == 0
    shown = tomllib.loads(result.output)
    assert shown["policy"]["tag"] == 3.0
    assert shown["policy"]["quarantine"] == 8.0
    assert "# from this score on: header lines say so" in result.output


def test_what_differs_is_shown(file: Path) -> None:
    shown = tomllib.loads(run("show", "--changed", "--config", file).output)
    assert shown == {"policy": {"tag": 3.0, "reject": 20.0}}


def test_mistakes_are_named_instead(file: Path) -> None:
    file.write_text("[policy]\nreject = 'x'\n")
    result = run("show", "--config", file)
    assert result.exit_code == 1
    assert f'{file}:2: error: policy.reject is "x"; write a number' in result.output


def test_help_has_an_example() -> None:
    assert "\n    gatekeeper config show --changed\n" in run("show", "--help").output


def test_where_nothing_differs_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "gatekeeper.toml").write_text("")
    result = run("show", "--changed", "--config", tmp_path / "gatekeeper.toml")
    assert (result.exit_code, result.output) == (0, "# nothing differs from the defaults\n")
