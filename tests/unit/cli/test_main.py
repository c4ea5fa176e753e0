"""The command itself. What it costs to start shows in every procmail recipe that calls it."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from gatekeeper.cli import main
from gatekeeper.cli.main import COMMANDS


def test_what_is_not_needed_is_not_imported() -> None:
    code = (
        "import sys; from gatekeeper.cli import main; main(['--version'], standalone_mode=False); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "click" in loaded
    assert not {"numpy", "rich", "asyncio", "gatekeeper.checks"} & set(loaded)


def test_every_command_is_listed_with_what_it_does() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    listed = [line.split() for line in said[said.index("Commands:") :].splitlines()[1:]]
    assert [words[0] for words in listed] == sorted(COMMANDS)
    assert all(len(words) > 1 for words in listed)


def test_a_mistyped_command_is_named() -> None:
    result = CliRunner().invoke(main, ["lern"])
    assert result.exit_code == 2
    assert "lern" in result.output


def test_who_starts_it_may_have_closed_all_its_streams(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"Subject: one\n\nword\n")
    program = Path(sys.executable).parent / "gatekeeper"
    command = f"'{program}' learn --state '{tmp_path}' --spam '{tmp_path}/one.eml' <&- >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], check=False).returncode == 0
