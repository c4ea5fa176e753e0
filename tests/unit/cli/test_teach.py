"""A user's word on the command line: who may, what is found, and what is said of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli.main import main
from gatekeeper.stores.passed import Passed
from tests.unit.app.letters import embedded, winmail
from tests.unit.app.test_teaching import KIM, LEE, ORIGINAL, OTHER, arrived, forwarded, let_through


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATEKEEPER_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mine(place: Path) -> str:
    """The id of a message that went to Kim; it lies in `mine.eml` as she has it."""
    passed = Passed(place / "state" / "classifier" / "passed.db")
    message_id = let_through(passed, ORIGINAL, KIM)
    passed.close()
    (place / "mine.eml").write_bytes(arrived(ORIGINAL, message_id))
    return message_id


def run(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["teach", *words], input=stdin)


def test_what_was_found_and_learnt_is_told(mine: str) -> None:
    said = [run(label, "--teacher", KIM, "mine.eml") for label in ("--spam", "--spam", "--ham")]
    assert [result.stdout for result in said] == [
        f"mine.eml: learnt as spam (by its id, {mine})\n",
        f"mine.eml: known as spam already (by its id, {mine})\n",
        f"mine.eml: learnt as ham, and not as spam any more (by its id, {mine})\n",
    ]
    assert [result.exit_code for result in said] == [0, 0, 0]


def test_somebody_elses_message_is_refused(mine: str) -> None:
    refused = run("--spam", "--teacher", LEE, "mine.eml")
    assert refused.stdout == "mine.eml: refused: it did not go to lee@example.org\n"
    assert refused.exit_code == 1


def test_standard_input_and_json(place: Path) -> None:
    told = run("--ham", "--teacher", KIM, "--json", "-", stdin=forwarded(ORIGINAL, OTHER))
    assert [json.loads(line) for line in told.stdout.splitlines()] == [
        {"file": "-", "became": "learnt", "by": "bytes", "id": ""},
        {"file": "-", "became": "learnt", "by": "bytes", "id": ""},
    ]


def test_a_teacher_who_has_taught_enough_is_told_so(place: Path) -> None:
    (place / "gatekeeper.toml").write_text("[classifier]\nteacher_daily = 1\n")
    words = ["--config", "gatekeeper.toml", "teach", "--spam", "--teacher", KIM, "--json", "-"]
    said = [CliRunner().invoke(main, words, input=raw) for raw in (ORIGINAL, OTHER)]
    assert [json.loads(result.stdout)["became"] for result in said] == ["learnt", "too-much"]
    assert [result.exit_code for result in said] == [0, 1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--teacher", KIM, "x.eml"], "say what it is: --spam or --ham"),
        (["--spam", "x.eml"], "Missing option '--teacher'"),
        (["--spam", "--teacher", KIM], "Missing argument"),
    ],
)
def test_what_is_missing_is_asked_for(place: Path, words: list[str], problem: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(place: Path, mine: str) -> None:
    result = run("--spam", "--teacher", KIM, "absent.eml", "mine.eml")
    assert "absent.eml: No such file or directory" in result.stderr
    assert result.stdout.startswith("mine.eml: learnt as spam")
    assert result.exit_code == 2


def test_what_outlook_makes_of_an_attached_message_is_opened(mine: str, place: Path) -> None:
    header = (place / "mine.eml").read_text().partition("\n\n")[0] + "\n"
    (place / "outlook.eml").write_bytes(winmail(embedded(header, "made anew by Exchange")))
    told = run("--spam", "--teacher", KIM, "outlook.eml")
    assert told.stdout == f"outlook.eml: learnt as spam (by its id, {mine})\n"
