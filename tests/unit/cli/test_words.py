import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli.main import main

LIST = """.ENCODING 2 0 20200101
.MSG_COUNT 3 2 20200101
Zebra 0 1 20200101
cheap 3 0 20200101
from:a.example 1 2 20200101
zoë 1 1 20200101
"""
MAIL = b"From: a@b.example\nSubject: cheap\n\npills cheap\n"


def words(state: Path, *arguments: str, given: str = "") -> Result:
    command, *rest = arguments
    return CliRunner().invoke(main, ["words", command, "--state", str(state), *rest], input=given.encode())


def load(state: Path, text: str = LIST) -> str:
    done = words(state, "load", given=text)
    assert done.exit_code == 0, done.output
    return done.stdout


def dump(state: Path) -> str:
    done = words(state, "dump")
    assert done.exit_code == 0, done.output
    return done.stdout_bytes.decode()


def test_in_and_out(tmp_path: Path) -> None:
    assert load(tmp_path).startswith("4 words of 3 spam and 2 ham messages, id ")
    assert dump(tmp_path) == LIST.replace("20200101", time.strftime("%Y%m%d"))


def test_that_a_list_is_not_all_that_is_needed_is_told(tmp_path: Path) -> None:
    done = words(tmp_path, "load", given=LIST)
    assert "all commands and the gateway judge by them now" in done.stderr
    assert len(done.stdout.splitlines()) == 1  # what programs read


def test_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "list").write_text(LIST)
    assert words(tmp_path, "load", str(tmp_path / "list")).exit_code == 0
    assert "\ncheap 3 0 " in dump(tmp_path)
    assert words(tmp_path, "load", str(tmp_path / "nosuch")).exit_code == 1
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["/bin/sh", "-c", f"cat {tmp_path}/list > {tmp_path}/pipe"]):
        assert words(tmp_path, "load", str(tmp_path / "pipe")).exit_code == 0
    assert "\ncheap 6 0 " in dump(tmp_path)


def test_loading_adds_and_can_be_forgotten(tmp_path: Path) -> None:
    load(tmp_path)
    before = dump(tmp_path)
    event = load(tmp_path, ".MSG_COUNT 10 10\ncheap 7 1\nnew 1 0\nnew 2 0\n").split()[-1]
    after = dump(tmp_path).splitlines()
    assert [line.rsplit(" ", 1)[0] for line in after if line[0] in ".cn"] == [
        ".ENCODING 2 0",
        ".MSG_COUNT 13 12",
        "cheap 10 1",
        "new 3 0",
    ]
    done = CliRunner().invoke(main, ["forget", "--state", str(tmp_path), "--event", event])
    assert done.exit_code == 0, done.output
    assert dump(tmp_path) == before


def test_what_is_no_list_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path)
    before = dump(tmp_path)
    for wrong, why in (
        (LIST + "From: somebody\n", "standard input: line 7: this is not"),
        (LIST + "word many few\n", "line 7: the counts are not numbers"),
        ("word 1 2\n", "no .MSG_COUNT"),
        ("", "there is no word in it"),
    ):
        done = words(tmp_path, "load", given=wrong)
        assert done.exit_code == 1
        assert why in done.stderr
        assert "nothing was changed" in done.stderr
    assert dump(tmp_path) == before


def test_what_a_list_has_of_its_own_is_told(tmp_path: Path) -> None:
    done = words(
        tmp_path, "load", given=".ROBX 432100 0\n.ENCODING 1 0\n" + LIST.replace(".ENCODING 2 0 20200101\n", "")
    )
    assert "[classifier] robx = 0.4321" in done.stderr
    assert "not in UTF-8" in done.stderr


def test_one_by_one(tmp_path: Path) -> None:
    load(tmp_path)
    done = words(tmp_path, "show", "cheap", "nosuch", "zoë")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [
        ["word", "spam", "ham", "probability"],
        ["cheap", "3", "0", "0.997169"],
        ["nosuch", "0", "0", "0.520000"],
        ["zoë", "1", "1", "0.401059"],
    ]
    done = words(tmp_path, "show", "--json", "from:a.example", "[bold]")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["word"], row["spam"], row["ham"]) for row in rows] == [("from:a.example", 1, 2), ("[bold]", 0, 0)]
    assert "\\x1b[31m" in words(tmp_path, "show", "\x1b[31m").stdout
    assert json.loads(words(tmp_path, "show", "--json", "a\udcff").stdout)["word"] == "a\udcff"


def test_words_are_looked_up_as_they_are_learnt(tmp_path: Path) -> None:
    config = tmp_path / "gatekeeper.toml"
    config.write_text(f'[gateway]\nstate = "{tmp_path}"\n[classifier]\nfold = true\nrobx = 0.4\n')
    load(tmp_path, ".MSG_COUNT 1 1\ncheap 1 0\n")
    done = CliRunner().invoke(main, ["--config", str(config), "words", "show", "--json", "CHEAP", "nosuch"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["word"], row["spam"]) for row in rows] == [("cheap", 1), ("nosuch", 0)]
    assert rows[1]["probability"] == pytest.approx(0.4)


def test_what_is_learnt_from_mail_is_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["bogofilter", "-C", "-d", str(tmp_path), "-s"], input=MAIL)
    assert done.exit_code == 0
    today = time.strftime("%Y%m%d")
    assert f"\npills 1 0 {today}\n" in dump(tmp_path)
    assert f"\nsubj:cheap 1 0 {today}\n" in dump(tmp_path)


def test_nothing_was_learnt_yet(tmp_path: Path) -> None:
    for command in (["dump"], ["show", "word"]):
        done = words(tmp_path, *command)
        assert done.exit_code == 1
        assert "training.db: nothing was learnt yet; learn some spam and some ham first" in done.stderr


def test_who_stops_reading_sees_no_traceback(tmp_path: Path) -> None:
    load(tmp_path, ".MSG_COUNT 1 1\n" + "".join(f"word{n} 1 0\n" for n in range(20_000)))
    command = f"{Path(sys.executable).parent}/gatekeeper words dump --state {tmp_path} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(".ENCODING 2 0 ")
    assert "Traceback" not in done.stderr
