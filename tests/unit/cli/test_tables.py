import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main


def run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=text)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "transport").write_text("# ours\nown.example smtp:[10.0.0.5]\n")
    (tmp_path / "checks").write_text("/^Subject:.*(viagra)/ REJECT no $1\n")
    (tmp_path / "gatekeeper.toml").write_text(
        f'[relay]\ntransport = "hash:{tmp_path}/transport"\n[tables]\nheader_checks = "pcre:{tmp_path}/checks"\n'
    )
    return tmp_path


def test_a_key_is_looked_up_and_its_line_told(files: Path) -> None:
    result = run("tables", "query", "OWN.example", f"hash:{files}/transport")
    assert (result.exit_code, result.output) == (0, f"OWN.example\tsmtp:[10.0.0.5]\t{files}/transport:2\n")


def test_patterns_are_filled_in_as_postmap_does(files: Path) -> None:
    result = run("tables", "query", "--value", "Subject: buy viagra", f"pcre:{files}/checks")
    assert (result.exit_code, result.output) == (0, "REJECT no viagra\n")


def test_what_is_not_there_ends_with_1_and_says_nothing(files: Path) -> None:
    result = run("tables", "query", "mail.own.example", f"{files}/transport")
    assert (result.exit_code, result.output) == (1, "")


def test_keys_come_from_standard_input_and_the_first_table_that_has_one_counts(files: Path) -> None:
    text = "own.example\nnothing\nSubject: viagra\n"
    result = run("tables", "query", "--json", "-", f"pcre:{files}/checks", f"{files}/transport", text=text)
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"key": "own.example", "value": "smtp:[10.0.0.5]", "source": f"{files}/transport", "line": 2},
        {"key": "Subject: viagra", "value": "REJECT no viagra", "source": f"{files}/checks", "line": 1},
    ]


@pytest.mark.parametrize(
    "table", ["transport", "./transport", "hash:transport", "inline:{own.example=smtp:[10.0.0.5]}"]
)
def test_a_path_begins_where_one_stands(files: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    monkeypatch.chdir(files)
    result = run("tables", "query", "--value", "own.example", table)
    assert (result.exit_code, result.output) == (0, "smtp:[10.0.0.5]\n")


@pytest.mark.parametrize("table", ["hash:/nowhere/transport", "ldap:/etc/x", "transport"])
def test_a_table_that_cannot_be_read_is_told(table: str) -> None:
    result = run("tables", "query", "own.example", table)
    assert result.exit_code == 1
    assert "No such file" in result.output or "is no table that can be read here" in result.output


def test_all_tables_are_asked_as_mail_asks_them(files: Path) -> None:
    message = files / "message.eml"
    message.write_text("Subject: buy viagra\n\nhi\n")
    config = ("--config", f"{files}/gatekeeper.toml")
    result = run(*config, "tables", "test", "joe@own.example", str(message))
    assert result.exit_code == 0
    assert f"{files}/transport:2" in result.output
    assert f"{files}/checks:1" in result.output
    result = run(*config, "tables", "test", "--json", "joe@own.example")
    assert json.loads(result.output) == {
        "subject": "joe@own.example",
        "about": "next hop",
        "table": "transport",
        "says": "esmtp:[10.0.0.5]",
        "source": f"{files}/transport",
        "line": 2,
    }


def test_where_no_table_says_anything_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "gatekeeper.toml").write_text("")
    result = run("--config", f"{tmp_path}/gatekeeper.toml", "tables", "test", "joe@own.example")
    assert (result.exit_code, result.output) == (0, "no table says anything\n")


def test_a_message_that_is_not_there_is_told(files: Path) -> None:
    result = run("--config", f"{files}/gatekeeper.toml", "tables", "test", "./nowhere.eml")
    assert result.exit_code == 1
    assert "nowhere.eml: No such file or directory" in result.output


def test_no_table_at_all_is_no_table_without_the_key() -> None:
    result = run("tables", "query", "own.example", "")
    assert result.exit_code == 2
    assert "name a TABLE" in result.output
