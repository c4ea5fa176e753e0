from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gatekeeper.cli.state import VARIABLE, directory, settled, state_option
from gatekeeper.config.load import ConfigError


@click.command()
@state_option
@click.pass_obj
def where(path: Path | None, state: Path | None) -> None:
    click.echo(directory(settled(path, state)))


def said(config: Path, *arguments: str, **environment: str) -> str:
    result = CliRunner(env={VARIABLE: None, **environment}).invoke(where, arguments, obj=config)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_the_option_comes_before_the_variable_and_that_before_the_configuration(empty: Path, tmp_path: Path) -> None:
    assert said(empty, "--state", "/a", GATEKEEPER_STATE="/b") == "/a/classifier"
    assert said(empty, GATEKEEPER_STATE="/b") == "/b/classifier"
    assert said(empty) == f"{tmp_path}/state/classifier"


def test_the_other_settings_stay(empty: Path) -> None:
    assert settled(empty, Path("/a")).gateway.hostname == "gate.test"


def test_a_mistake_in_a_check_is_no_reason_not_to_learn_but_any_other_is(empty: Path) -> None:
    empty.write_text("[checks.nonsense]\nx = 1\n")
    settled(empty, None)
    empty.write_text("[gateway]\nnonsense = 1\n")
    with pytest.raises(ConfigError):
        settled(empty, None)
