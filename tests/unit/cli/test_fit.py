import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.tables.rules import read_scores

RULES = """
[[rule]]
name = "our-prize"
description = "A prize"
where = "text"
pattern = 'prize'

[[rule]]
name = "our-bank"
description = "A bank"
where = "text"
pattern = 'bank'

[[rule]]
name = "our-meeting"
description = "A meeting"
where = "text"
pattern = 'meeting'
ham = true
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules.toml").write_text(RULES)
    settings = f'[tables]\nshipped_rules = false\nrules = ["{tmp_path / "rules.toml"}"]\n'
    (tmp_path / "gatekeeper.toml").write_text(settings)
    write(tmp_path / "spam", *["a prize at the bank"] * 20, *["a prize"] * 10, *["a bank"] * 5)
    write(tmp_path / "ham", *["a meeting"] * 30, *["hello"] * 20, *["a meeting at the bank"] * 5)
    return tmp_path


def write(path: Path, *bodies: str) -> None:
    box = mailbox.mbox(path)
    for number, body in enumerate(bodies):
        message = EmailMessage()
        message["From"], message["Subject"] = "ann@out.example", f"number {number}"
        message.set_content(body)
        box.add(message)
    box.close()


def run(place: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--config", str(place / "gatekeeper.toml"), "fit", *map(str, arguments)])


def test_scores_are_learnt_told_and_written(place: Path) -> None:
    done = run(place, "--spam", place / "spam", "--ham", place / "ham", "--output", place / "scores.toml")
    assert done.exit_code == 0, done.output
    rows = {line.split()[0]: line.split()[1:] for line in done.output.splitlines() if line.startswith("our-")}
    assert [counts[:3] for counts in (rows["our-prize"], rows["our-bank"], rows["our-meeting"])] == [
        ["30", "0", "1.00"],
        ["25", "5", "1.00"],
        ["0", "35", "1.00"],
    ]
    assert "35 spam and 55 ham; " in done.output
    scores, problems = read_scores((place / "scores.toml").read_text(), "file")
    assert not problems
    assert scores["our-prize"] > scores["our-bank"] >= 0 >= scores["our-meeting"]
    assert {name: f"{score:.2f}" for name, score in scores.items()} == {name: row[3] for name, row in rows.items()}


def test_what_was_written_is_used(place: Path) -> None:
    run(place, "--spam", place / "spam", "--ham", place / "ham", "--output", place / "scores.toml")
    scores, _ = read_scores((place / "scores.toml").read_text(), "file")
    config = place / "gatekeeper.toml"
    config.write_text(config.read_text() + f'rule_scores = "{place / "scores.toml"}"\n')
    (place / "letter").write_text("From: ann@out.example\n\na prize\n")
    done = CliRunner().invoke(main, ["--config", str(config), "scan", str(place / "letter")])
    assert f"{scores['our-prize']:.1f}" in next(line for line in done.output.splitlines() if "our-prize" in line)


def test_scores_are_written_although_nobody_reads_the_table(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("gatekeeper.cli.fit._tell", closed)
    run(place, "--spam", place / "spam", "--ham", place / "ham", "--output", place / "scores.toml")
    assert "our-prize" in (place / "scores.toml").read_text()


def test_it_takes_both_classes(place: Path) -> None:
    assert run(place, "--spam", place / "spam").exit_code == 2
    (place / "none").mkdir()
    done = run(place, "--spam", place / "spam", "--ham", place / "none")
    assert done.exit_code == 1
    assert "it takes both spam and ham, and there were 35 of 35 spam" in done.output


def test_what_cannot_be_read_is_told_and_the_rest_is_learnt(place: Path) -> None:
    done = run(place, "--spam", place / "spam", "--spam", place / "nowhere", "--ham", place / "ham")
    assert done.exit_code == UNREADABLE
    assert "nowhere" in done.output
    assert "35 spam and 55 ham" in done.output
