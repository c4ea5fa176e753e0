import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.cli import main

RULES = """
[[rule]]
name = "next-of-kin"
description = "Speaks of kin"
where = "text"
pattern = 'next of \\w+'
score = 6.5
[[rule]]
name = "both"
description = "Both of them"
all = ["next-of-kin"]
"""
MESSAGE = "From: a@b.example\nSubject: \x1b[31mhi\n\nBe so kind, as his NEXT of kin\x07, to answer.\n"


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "local.toml").write_text(RULES)
    (tmp_path / "mail.eml").write_text(MESSAGE)
    file = tmp_path / "gatekeeper.toml"
    tables = f'rules = ["{tmp_path}/local.toml"]\nshipped_rules = false'
    file.write_text(f'[gateway]\nstate = "{tmp_path}/state"\n[tables]\n{tables}\n')
    return str(file)


def explain(config: str, *arguments: str, text: str = "") -> str:
    result = CliRunner().invoke(main, ["--config", config, "explain", *arguments], input=text)
    assert result.exit_code == 0, result.output
    return result.output


def test_each_rule_is_shown_with_its_score_its_meaning_and_its_place(config: str) -> None:
    lines = explain(config, str(Path(config).parent / "mail.eml")).splitlines()
    assert "tag (next-of-kin): 7.5 points, 5.0 make it spam" in lines[0]
    assert lines[1] == "Tagged because of next-of-kin (6.5), which alone is enough."
    assert lines[2] == "It would have been left without a mark if next-of-kin had been under 4."
    assert "   6.5  next-of-kin  Speaks of kin" in lines
    assert any("be so kind, as his »next of kin«" in line for line in lines)
    assert "   1.0  both  Both of them" in lines
    assert "        because of next-of-kin" in lines


def test_a_rule_that_says_nothing_of_itself_is_shown_as_reports_show_it(config: str) -> None:
    place = Path(config).parent
    (place / "local.cf").write_text("body LOCAL /kind/\n")
    with Path(config).open("a") as file:
        file.write(f'spamassassin = ["{place}/local.cf"]\n')
    assert "   1.0  LOCAL  No description available.\n" in explain(config, str(place / "mail.eml"))


def test_nothing_of_a_message_reaches_the_terminal_as_it_is(config: str) -> None:
    assert not set(explain(config, "-", text=MESSAGE)) & {"\x1b", "\x07"}


def test_programs_get_an_object_for_each_message(config: str) -> None:
    file = str(Path(config).parent / "mail.eml")
    first, second = map(json.loads, explain(config, "--json", file, file).splitlines())
    assert first["file"] == second["file"] == file
    assert first["score"] == 7.5
    assert first["sufficient"] == ["next-of-kin"]
    assert first["otherwise"] == [{"name": "next-of-kin", "under": 4.0}]
    found = {finding["name"]: finding for finding in first["findings"]}
    assert found["next-of-kin"]["excerpt"]["found"] == "next of kin"
    assert found["next-of-kin"]["excerpt"]["where"] == "text"
    assert found["both"]["because"] == ["next-of-kin"]


def test_a_message_in_which_nothing_is_found_says_so(config: str) -> None:
    output = explain(config, "-", text="From: a@b.example\nSubject: Lunch\n\nAt noon?\n")
    assert "accept (clean): 0.0 points" in output


def test_a_file_that_is_not_there_is_told(config: str) -> None:
    result = CliRunner().invoke(main, ["--config", config, "explain", "/nowhere.eml"])
    assert result.exit_code == 2
    assert "/nowhere.eml: No such file or directory" in result.output
