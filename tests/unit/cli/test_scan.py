import json
import re
import sqlite3
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.cli.main import main
from gatekeeper.cli.scan import scan
from gatekeeper.stores.history import History, Judgement
from gatekeeper.stores.writer import LINGER
from tests.messages import gtube, ham


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name, raw in (("ham", ham()), ("gtube", gtube())):
        (tmp_path / name).write_bytes(raw)
    return {name: str(tmp_path / name) for name in ("ham", "gtube", "absent")}


def run(*arguments: str, stdin: bytes | None = None):
    return CliRunner().invoke(scan, arguments, input=stdin, obj=None)


def test_json_is_one_object_a_line(files) -> None:
    result = run("--json", files["ham"], files["gtube"])
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert set(first) == {"id", "file", "action", "reason", "score", "required", "findings"}
    assert (first["action"], first["reason"]) == ("accept", "clean")
    assert first["score"] < 1.0
    assert (second["action"], second["reason"], second["file"]) == ("reject", "gtube", files["gtube"])
    assert {"name", "score", "evidence"} == set(second["findings"][0])


def test_people_get_a_table(files) -> None:
    result = run(files["gtube"])
    assert "reject (gtube), score" in " ".join(result.stdout.split())
    assert result.stdout.splitlines()[1].split() == ["finding", "score", "evidence"]


def test_standard_input() -> None:
    assert "reject (gtube)" in run("-", stdin=gtube()).stdout


@pytest.mark.parametrize(("name", "status"), [("ham", 0), ("gtube", 1)])
def test_exit_code_on_request(files, name: str, status: int) -> None:
    assert run("--exit-code", files[name]).exit_code == status
    assert run(files[name]).exit_code == 0


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_judged(files) -> None:
    result = run("--json", files["absent"], files["ham"])
    assert result.exit_code == 2
    assert f"{files['absent']}: No such file" in result.stderr
    assert json.loads(result.stdout)["reason"] == "clean"


def test_a_broken_configuration_is_told_not_traced(tmp_path: Path, files) -> None:
    config = tmp_path / "gatekeeper.toml"
    config.write_text("[policy]\ntagg = 3\n")
    result = CliRunner().invoke(scan, [files["ham"]], obj=config)
    assert result.exit_code == 1
    assert f"{config}:2" in result.stderr
    assert "Traceback" not in result.output


def test_a_mistyped_client_is_a_mistake(tmp_path: Path) -> None:
    message = tmp_path / "a.eml"
    message.write_bytes(b"Subject: x\r\n\r\nx\r\n")
    result = CliRunner().invoke(scan, ["--client", "192.0.2.300", str(message)])
    assert result.exit_code == 2
    assert "'192.0.2.300' is no IP address" in result.output


def test_what_is_known_of_the_sender_is_told_with_its_numbers_and_looking_changes_nothing(
    files, tmp_path: Path
) -> None:
    config = tmp_path / "gatekeeper.toml"
    config.write_text(f'[gateway]\nstate = "{tmp_path}"\n[checks.rates]\nclient = "1/1h"\n')
    history = History(tmp_path / "history.db")
    history.note(Judgement("network:192.0.2.0/24", False, time.time()) for _ in range(10))
    history.close()
    for _ in range(3):
        arguments = ("--json", "--client", "192.0.2.7", files["ham"])
        (line,) = CliRunner().invoke(scan, arguments, obj=config).stdout.splitlines()
        found = {finding["name"]: finding for finding in json.loads(line)["findings"]}
        assert "rate-exceeded" not in found
        assert found["reputation-bad"]["evidence"].startswith("network 192.0.2.0/24: 0.0 good, 10.0 bad;")
        time.sleep(2 * LINGER)  # were it counted, it would be written by now
    with sqlite3.connect(history.path) as connection:
        assert connection.execute("SELECT count(*) FROM rates").fetchone() == (0,)


def test_a_report_has_spamassassins_table(files) -> None:
    said = run("--report", files["gtube"]).stdout
    assert "reject (gtube), score" in said
    assert "Content analysis details:   (" in said
    assert re.search(r"^\d+ GTUBE +The test message that every filter must call spam$", said, re.MULTILINE)


def test_a_report_is_no_json(files) -> None:
    result = run("--report", "--json", files["ham"])
    assert result.exit_code == 2
    assert "take one of" in result.stderr


def test_what_was_learnt_elsewhere_counts(empty: Path, tmp_path: Path) -> None:
    pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
    spam, mine = tmp_path / "spam.eml", tmp_path / "mine"
    words = " ".join(f"offer{chr(97 + n % 26)} number{chr(98 + n % 23)}" for n in range(40))
    spam.write_bytes(b"From: a@b.test\r\nSubject: x\r\n\r\n" + words.encode() + b"\r\n")

    def call(command: str, *options: str, **environment: str) -> str:
        runner = CliRunner(env={"GATEKEEPER_STATE": None, **environment})
        done = runner.invoke(main, ["--config", str(empty), command, *options, str(spam)])
        assert done.exit_code == 0, done.output
        return done.output

    call("report", GATEKEEPER_STATE=str(mine))
    assert "campaign-reported" in call("scan", GATEKEEPER_STATE=str(mine))
    assert "campaign-reported" in call("scan", "--state", str(mine))
    assert "campaign-reported" not in call("scan")


# as a filter


def test_a_filter_gives_the_message_back_with_our_lines_on_top() -> None:
    local = b"From x@y.example  Mon Jan  5 10:00:00 2026\n" + gtube().replace(b"\r\n", b"\n")
    result = run("--filter", "-", stdin=local)
    top, _, rest = local.partition(b"\n")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(top + b"\nX-Gatekeeper-Id: ")
    assert result.stdout_bytes.endswith(rest)
    assert b"\nX-Spam-Status: Yes, score=1000." in result.stdout_bytes
    assert b"\r" not in result.stdout_bytes


def test_a_filter_takes_out_what_is_forged_and_nothing_else() -> None:
    forged = b"X-Spam-Status: No, score=-99\nX-Other: 1\n" + ham().replace(b"\r\n", b"\n")
    given = run("--filter", "-", stdin=forged).stdout_bytes
    assert given.endswith(forged.partition(b"\n")[2])
    assert given.count(b"X-Spam-Status:") == 1


def test_a_filter_keeps_line_ends_of_the_network() -> None:
    given = run("--filter", "-", stdin=ham()).stdout_bytes
    assert given.endswith(ham())
    assert given.count(b"\n") == given.count(b"\r\n")


@pytest.mark.parametrize("options", [("--filter",), ("--exit-code",)])
def test_what_cannot_be_judged_is_to_come_again(options: tuple[str, ...], tmp_path: Path) -> None:
    broken = tmp_path / "gatekeeper.toml"
    broken.write_text("[policy]\ntag = 'x'\n")
    for arguments, given in ((["--config", str(broken)], "-"), ([], str(tmp_path / "absent"))):
        result = CliRunner().invoke(main, [*arguments, "scan", *options, given], input=ham())
        assert result.exit_code == 75
        assert result.stdout_bytes == b""
        assert result.stderr


@pytest.mark.parametrize("options", [("--filter", "--json"), ("--filter", "--exit-code"), ("--report", "--json")])
def test_options_that_exclude_each_other(options: tuple[str, ...]) -> None:
    assert run(*options, "-", stdin=ham()).exit_code == 2


def test_a_filter_takes_one_message(files) -> None:
    assert run("--filter", files["ham"], files["gtube"]).exit_code == 2
