import json
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from gatekeeper.cli.journal import _answered, _asked
from gatekeeper.values import Action, Anomaly, Band, Clue, Contents, Item, Judged, Opened, Verdict

from .stored import Stored, run


def _listed(stored: Stored, *arguments: str) -> list[str]:
    result = stored.run("journal", "list", "--json", *arguments)
    assert result.exit_code == 0
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def test_a_table_has_a_line_for_each_recipient(stored: Stored) -> None:
    message = stored.add("bob@own.test", "carol@own.test")
    heading, *lines = stored.run("journal", "list").stdout.splitlines()
    assert heading.split() == ["id", "received", "client", "sender", "recipient", "action", "reason", "fate"]
    assert [line.split()[0] for line in lines] == [message] * 2
    assert [line.split()[3:] for line in lines] == [
        ["192.0.2.1", "a@b.test", to, "quarantine", "banned-attachment", "held"]
        for to in ("bob@own.test", "carol@own.test")
    ]


def test_filters(stored: Stored) -> None:
    first = stored.add("bob@own.test", raw=b"1")
    second = stored.add("carol@own.test", sender="eve@c.test", raw=b"2", verdict=Verdict(Action.ACCEPT, "clean"))
    assert _listed(stored) == [second, first]
    assert _listed(stored, "--recipient", "BOB@own.test") == [first]
    assert _listed(stored, "--sender", "*@c.test") == [second]
    assert _listed(stored, "--reason", "banned-attachment") == [first]
    assert _listed(stored, "--since", "30m", "--limit", "1") == [second]
    assert _listed(stored, "--since", "2999-01-01") == []


def test_show_tells_findings_questions_answers_and_fates(stored: Stored) -> None:
    message = stored.add("bob@own.test", "carol@own.test")
    output = stored.run("journal", "show", message).stdout
    for expected in (
        "mx.b.test [192.0.2.1]",
        "removed X-Spam-Flag",
        "quarantine (banned-attachment), score 9.0 of 5.0, for bob@own.test carol@own.test",
        r"a.exe\x1b[2J",
        "carol@own.test  held       250 2.0.0 Held",
        "dns 1.2.0.192.list.example A  found 127.0.0.2",
        "recipient bob@own.test        timed-out 3 s",
    ):
        assert expected in output
    assert all(line.isprintable() for line in output.split("\n"))


def test_show_json_has_everything(stored: Stored) -> None:
    message = stored.add(verdict=Verdict(Action.TAG, "spam-score", 1.0, inf))
    told = json.loads(stored.run("journal", "show", "--json", message).stdout)
    assert told["id"] == told["envelope"]["id"] == message
    assert told["tape"][1] == [["recipient", "bob@own.test"], ["timed-out", "3 s"]]
    assert told["outcomes"] == {"bob@own.test": {"fate": "held", "hop": "", "reply": "250 2.0.0 Held"}}
    assert told["verdicts"]["bob@own.test"]["required"] == inf


@pytest.mark.parametrize("unknown", ["t411vhxrypjg9", "*", "\x1b[2J", "x" * 500])
def test_an_unknown_message_exits_with_1(stored: Stored, unknown: str) -> None:
    stored.add()
    result = stored.run("journal", "show", unknown)
    assert result.exit_code == 1
    assert "no message of this id is in the journal" in result.stderr
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 200


@pytest.mark.parametrize("arguments", [["list"], ["show", "t411vhxrypjg9"]])
def test_where_nothing_ever_was_it_says_so_and_makes_nothing(empty: Path, arguments: list[str]) -> None:
    result = run(empty, ["journal", *arguments])
    assert result.exit_code == 1
    assert "journal.db: no such file; start gatekeeper once" in result.stderr
    assert not (empty.parent / "state").exists()


def test_a_damaged_journal_is_named_with_a_remedy(stored: Stored) -> None:
    stored.add()
    stored.journal.close()
    stored.journal.path.write_bytes(b"no database at all")
    result = stored.run("journal", "list")
    assert result.exit_code == 1
    assert "journal.db: file is not a database; put a backup in its place" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [["list", "--since", "yesterday"], ["show"], ["list", "--limit", "-1"]])
def test_wrong_use_exits_with_2(stored: Stored, arguments: list[str]) -> None:
    assert stored.run("journal", *arguments).exit_code == 2


@pytest.mark.parametrize("command", ["list", "show"])
def test_help_has_an_example(stored: Stored, command: str) -> None:
    assert f"  gatekeeper journal {command}" in stored.run("journal", command, "--help").stdout


def test_what_was_inside_an_archive_is_told_in_a_few_words() -> None:
    inner = Item("zip:a.exe", ("a.exe",), "exe", 2, "22" * 32, (Anomaly("kind.mismatch", "x"),))
    answer = Opened(Item("", ("a.zip",), "zip", 9, "11" * 32, items=(inner,)))
    assert _answered(answer) == "zip with 1 inside a.exe kind.mismatch"
    assert _asked(Contents("11" * 32, ("a.zip",), b"x")) == "contents 111111111111… a.zip"


def test_what_the_classifier_said_is_one_line() -> None:
    clues = (Clue("subj:pills", 812, 1, 0.9981), Clue("\x1b[2J", 5, 0, 0.97))
    answer = Judged(0.998123, Band.SPAM, 0.999987, 3.171, (900, 800), "7-1-1700", clues)
    said = "spam 0.998123 (words 0.999987, linear model +3.17), model 7-1-1700 of 900 spam and 800 ham"
    assert _answered(answer) == f"{said}: subj:pills 0.9981, \x1b[2J 0.9700"
    assert f"{said}, behind: " in _answered(replace(answer, behind=True))
