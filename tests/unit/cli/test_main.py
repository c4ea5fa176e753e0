"""The command itself. What it costs to start shows in every procmail recipe that calls it."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from gatekeeper.cli import main
from gatekeeper.cli.main import COMMANDS


@pytest.mark.parametrize("arguments", [["--version"], ["journal", "--help"]])
def test_what_is_not_needed_is_not_imported(arguments: list[str]) -> None:
    code = (
        "import sys; from gatekeeper.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(*sorted(sys.modules))"
    )
    command = [sys.executable, "-c", code, *arguments]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "click" in loaded
    assert not {"numpy", "sklearn"} & set(loaded)


def test_every_command_is_listed_with_what_it_does() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    listed = [line.split() for line in said[said.index("Commands:") :].splitlines()[1:]]
    assert [words[0] for words in listed] == sorted(COMMANDS)
    assert all(len(words) > 1 for words in listed)


def test_a_mistyped_command_is_named() -> None:
    result = CliRunner().invoke(main, ["lern"])
    assert result.exit_code == 2
    assert "lern" in result.output
