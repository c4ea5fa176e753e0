import json
import sqlite3
from pathlib import Path

import pytest

from gatekeeper.values import Action, Finding, Verdict

from .stored import Stored, run

FOUND = (Finding("bayes-spam", 6.0, "0.99: \x1b[2Jpills"), Finding("dnsbl-listed", 2.5, "at list.example"))
HELD = Verdict(Action.QUARANTINE, "bayes-spam", 8.5, 5.0, FOUND)


def test_it_says_what_suffices_and_what_would_have_let_it_pass(stored: Stored) -> None:
    message = stored.add("bob@own.test", "carol@own.test", verdict=HELD)
    lines = stored.run("why", message).stdout.splitlines()
    assert lines[:5] == [
        f"{message} from <a@b.test>",
        "",
        "bob@own.test carol@own.test: quarantine (bayes-spam), score 8.5 of 5.0",
        "Held because of bayes-spam (6.0) and dnsbl-listed (2.5) together; fewer are not enough.",
        "It would have been delivered if bayes-spam had been under 5.5.",
    ]
    assert lines[5].split() == ["finding", "score", "meaning", "evidence"]
    assert lines[6].split(None, 2)[:2] == ["bayes-spam", "6.0"]
    assert r"Its words are those of spam" in lines[6]
    assert r"\x1b[2Jpills" in lines[6]


def test_json_has_the_same_for_programs(stored: Stored) -> None:
    message = stored.add(sender="caf\udce9@b.test", verdict=HELD)
    told = json.loads(stored.run("why", "--json", message).stdout)
    assert (told["id"], told["sender"]) == (message, "caf\udce9@b.test")
    (verdict,) = told["verdicts"]
    assert verdict["otherwise"] == [{"name": "bayes-spam", "under": 5.5}]
    assert verdict["findings"][0]["meaning"] == "Its words are those of spam"


def test_what_the_operator_set_since_is_told(stored: Stored) -> None:
    message = stored.add(verdict=HELD)
    with stored.config.open("a") as config:
        config.write("[policy]\nquarantine = 9.0\n")
    output = stored.run("why", message).stdout
    assert "It was held; by today's settings, and for this recipient alone, it would be tagged." in output


def test_what_the_journal_has_forgotten_is_known_while_it_is_held(stored: Stored) -> None:
    message = stored.add(verdict=HELD)
    stored.journal.close()
    stored.journal.path.unlink()
    assert "Held because of" in stored.run("why", message).stdout


@pytest.mark.parametrize("unknown", ["t411vhxrypjg9", "*", "\x1b[2J", "x" * 500])
def test_an_unknown_message_exits_with_1(stored: Stored, unknown: str) -> None:
    stored.add()
    result = stored.run("why", unknown)
    assert result.exit_code == 1
    assert "no message of this id is known" in result.stderr
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 200


def test_what_could_not_be_looked_at_is_named(stored: Stored) -> None:
    stored.add()
    stored.journal.close()
    with sqlite3.connect(stored.journal.path) as database:
        database.execute("PRAGMA user_version = 999")
    result = stored.run("why", "t411vhxrypjg9")
    assert result.exit_code == 1
    assert f"no message of this id is known; not looked at: {stored.journal.path}" in result.stderr


def test_where_nothing_ever_was_it_says_so_and_makes_nothing(empty: Path) -> None:
    result = run(empty, ["why", "t411vhxrypjg9"])
    assert result.exit_code == 1
    assert "no such file; start gatekeeper once" in result.stderr
    assert not (empty.parent / "state").exists()
