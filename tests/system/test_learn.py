"""Learning as it is started from a shell: a pipe, two at once, and ^C on real processes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.cli.lessons import HAM, SPAM, mail, mails, mbox

GATEKEEPER = Path(sys.executable).with_name("gatekeeper")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "gatekeeper.toml"
    config.write_text(f'[gateway]\nstate = "{tmp_path / "state"}"\n')
    return os.environ | {"GATEKEEPER_CONFIG": str(config)}


def run(environment: dict[str, str], *arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [str(GATEKEEPER), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False, **options)  # type: ignore[call-overload]


def test_from_nothing_to_an_answer_with_all_cores(tmp_path: Path, environment: dict[str, str]) -> None:
    spam, ham = (mbox(tmp_path / label, mails(label, 150)) for label in (SPAM, HAM))
    done = run(environment, "learn", "--json", "--spam", spam, "--ham", "-", "--jobs", 3, input=Path(ham).read_bytes())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ham"] == 150
    done = run(environment, "classify", "--exit-code", "-", input=mail(1000, SPAM))
    assert done.returncode == 0
    assert re.fullmatch(rb"- spam 0\.9\d+\n", done.stdout)
    done = run(environment, "classify", "--jobs", 3, spam, ham)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [b"spam"] * 150 + [b"ham"] * 150


def test_who_reads_only_the_first_line_ends_it_quietly(tmp_path: Path, environment: dict[str, str]) -> None:
    box = mbox(tmp_path / "m", mails(HAM, 3000))
    command = f"{GATEKEEPER} classify --jobs 2 {box} | head -1"
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1
    assert b"roken pipe" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_page_that_breaks_off_and_a_message_of_50_mb(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "page").write_bytes(b"<html>\n")
    large = tmp_path / "large.eml"
    large.write_bytes(mail(1, HAM) + b"the minutes of the meeting on thursday, in draft\n" * 1_020_000)
    done = run(environment, "learn", "--json", "--ham", large, "--spam", tmp_path / "page")
    assert done.returncode == 2
    assert json.loads(done.stdout)["learnt"] == 1
    assert f"{tmp_path / 'page'}: it is neither".encode() in done.stderr


@pytest.mark.parametrize("jobs", [1, 3])
def test_interrupted_it_keeps_what_it_has_learnt_and_goes_on_another_time(
    tmp_path: Path, environment: dict[str, str], jobs: int
) -> None:
    spam, ham = (mbox(tmp_path / label, mails(label, 15_000)) for label in (SPAM, HAM))
    command = [str(GATEKEEPER), "learn", "--json", "--spam", spam, "--ham", ham, "--jobs", str(jobs)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    _wait_until_it_learns(process, tmp_path / "state" / "classifier" / "training.lock")
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to the processes that read mail, too
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    said = json.loads(out)
    assert said["interrupted"]
    assert 0 < said["learnt"] < 30_000
    assert said["learnt"] == said["spam"] + said["ham"]
    assert abs(said["spam"] - said["ham"]) <= 1
    assert said["left"] == 30_000 - said["learnt"]
    assert b"Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    one = mbox(tmp_path / "first", [mail(0, SPAM), mail(0, HAM)])
    again = json.loads(run(environment, "learn", "--json", "--spam", one).stdout)
    assert (again["known"], again["moved"], again["learnt"]) == (1, 1, 1)


def test_two_who_learn_at_once_both_do(tmp_path: Path, environment: dict[str, str]) -> None:
    boxes = {label: mbox(tmp_path / label, mails(label, 400)) for label in (SPAM, HAM)}
    both = [
        subprocess.Popen([str(GATEKEEPER), "learn", f"--{label}", box], env=environment, stdout=subprocess.DEVNULL)
        for label, box in boxes.items()
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    said = json.loads(run(environment, "learn", "--json", "--spam", boxes[SPAM]).stdout)
    assert (said["spam"], said["ham"], said["known"], said["behind"]) == (400, 400, 400, False)


def _wait_until_it_learns(process: subprocess.Popen[bytes], lock: Path) -> None:
    for _ in range(600):
        if lock.exists() and lock.stat().st_size:
            time.sleep(0.3)
            return
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("it did not begin")
