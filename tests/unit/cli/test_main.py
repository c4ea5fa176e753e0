"""The command itself. What it costs to start shows in every procmail recipe that calls it."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from gatekeeper.cli import main
from gatekeeper.cli.main import COMMANDS


def test_what_is_not_needed_is_not_imported() -> None:
    loaded = loaded_by("--version")
    assert "click" in loaded
    assert not {"numpy", "rich", "asyncio", "gatekeeper.checks"} & loaded


def test_what_runs_rules_of_spamassassin_is_imported_where_some_are_named(tmp_path: Path) -> None:
    message, rules, config = tmp_path / "message", tmp_path / "rules.cf", tmp_path / "gatekeeper.toml"
    message.write_bytes(b"Subject: x\r\n\r\ntext\r\n")
    rules.write_text("body HERE /text/\n")
    for named in ([], [str(rules)]):
        config.write_text(f'gateway.state = "{tmp_path}"\ntables.spamassassin = {json.dumps(named)}\n')
        loaded = loaded_by("--config", str(config), "scan", str(message))
        assert "gatekeeper.checks.spamassassin" in loaded
        assert ("gatekeeper.spamassassin" in loaded) == bool(named)


def loaded_by(*arguments: str) -> set[str]:
    """The modules that such a command has imported in the end."""
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules)); "
        f"from gatekeeper.cli import main; main({arguments!r}, standalone_mode=False)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


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
