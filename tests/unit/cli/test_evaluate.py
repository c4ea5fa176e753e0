"""`gatekeeper evaluate`: what it writes, what it says, and what it says of files that are wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gatekeeper.app.chunk import Sample
from gatekeeper.app.evaluation.lines import read_scores, score_lines
from gatekeeper.app.learning import Learning
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.measure import missed_at, one_minus_auc
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli import main
from gatekeeper.message import parse
from gatekeeper.values import Label

from .evaluated import message, order

GATEKEEPER = Path(sys.executable).with_name("gatekeeper")


@pytest.fixture
def here(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to work in, with a configuration in force."""
    monkeypatch.setenv("GATEKEEPER_CONFIG", str(empty))
    monkeypatch.delenv("GATEKEEPER_STATE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluate(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", *arguments], catch_exceptions=False)


def said(*arguments: str) -> str:
    result = evaluate(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> str:
    """What is told of files that cannot be used: one line, and exit status 1."""
    result = evaluate(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    return result.stderr


def scores(name: str, spam: list[float], ham: list[float]) -> str:
    Path(name).write_text("".join(score_lines(Scored.of(spam, ham))))
    return name


# stream and split


def test_a_stream_writes_a_score_for_each_line(here: Path) -> None:
    entries = order(here, 60).read_text().splitlines()
    said("stream", "order.txt", "--out", "scores.txt")
    lines = [line.split(" ") for line in Path("scores.txt").read_text().splitlines()]
    assert [label for label, _ in lines] == [entry.split(" ")[0] for entry in entries]
    assert [score == repr(float(score)) for _, score in lines] == [True] * 60
    assert lines[0][1] == "0.5"
    assert not list(here.glob(".scores*"))
    assert not (here / "state").exists()


def test_what_is_printed_is_what_the_scores_say(here: Path) -> None:
    order(here, 60)
    found = json.loads(said("stream", "order.txt", "--out", "scores.txt", "--json"))
    scored = read_scores(Path("scores.txt"))
    assert (found["spam"], found["ham"]) == (20, 40)
    assert found["one_minus_auc"]["percent"] == pytest.approx(100 * one_minus_auc(scored))
    for rate in (0, 0.1, 0.5):
        missed = found["spam_missed_at_ham_blocked"][f"{rate:g}"]
        assert missed["percent"] == pytest.approx(100 * missed_at(scored, rate / 100))
        assert missed["low"] <= missed["percent"] <= missed["high"]
    assert found["ham_blocked"]["percent"] == pytest.approx(100 * (scored.ham >= 0.9).mean())
    assert found["spam_not_blocked"]["percent"] == pytest.approx(100 * (scored.spam < 0.9).mean())
    assert [step["messages"] for step in found["learning"]] == [50, 60]


def test_people_read_a_table(here: Path) -> None:
    order(here, 60)
    text = said("stream", "order.txt", "--out", "scores.txt")
    assert text.startswith("20 spam, 40 ham; all figures in percent, with 95 % intervals")
    for words in ("1-AUC", "spam missed at 0.1 % of ham blocked", "ham unsure", "spam from 0.9 on", "the first 50"):
        assert words in text


def test_a_split_judges_the_second_part_alone(here: Path) -> None:
    lines = order(here, 60).read_text().splitlines(keepends=True)
    Path("train").write_text("".join(lines[:40]))
    Path("test").write_text("".join(lines[40:]))
    found = json.loads(said("split", "--train", "train", "--test", "test", "--out", "scores.txt", "--json"))
    assert (found["spam"], found["ham"], found["learning"]) == (6, 14, [])
    assert found["one_minus_auc"]["percent"] == 0
    assert len(Path("scores.txt").read_text().splitlines()) == 20


def test_whose_score_is_asked_for(here: Path) -> None:
    order(here, 40)
    written = set()
    for who in ("fused", "words", "linear"):
        found = json.loads(said("stream", "order.txt", "--out", who, "--score", who, "--json"))
        assert found["cutoffs"] == ({"spam": 0.99, "ham": 0.45} if who == "words" else {"spam": 0.9, "ham": 0.2})
        written.add(Path(who).read_text())
    assert len(written) == 3


def test_the_configuration_says_how_it_is_learnt(here: Path, empty: Path) -> None:
    order(here, 40)
    said("stream", "order.txt", "--out", "before", "--score", "words")
    with empty.open("a") as config:
        config.write('[classifier]\ncombiner = "graham"\nspam_cutoff = 0.8\n')
    assert json.loads(said("stream", "order.txt", "--out", "after", "--json"))["cutoffs"] == {"spam": 0.8, "ham": 0.2}
    said("stream", "order.txt", "--out", "after", "--score", "words")
    assert Path("before").read_text() != Path("after").read_text()


@pytest.mark.parametrize("label", list(Label))
def test_one_class_alone_is_not_ranked(here: Path, label: Label) -> None:
    Path("one.eml").write_bytes(message(1, label))
    Path("order").write_text(f"{label} one.eml\n" * 3)
    text = said("stream", "order", "--out", "scores")
    assert f"(there is no {label.other}: what needs both classes cannot be computed)" in text
    assert f"{label.other} unsure" not in text
    found = json.loads(said("stream", "order", "--out", "scores", "--json"))
    assert found["one_minus_auc"] is None
    assert [(step["messages"], step["one_minus_auc"]) for step in found["learning"]] == [(3, None)]


def test_scores_may_go_to_standard_output(here: Path) -> None:
    order(here, 3)
    command = [GATEKEEPER, "evaluate", "stream", "order.txt", "--out", "/dev/stdout"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [line.split(" ")[0] for line in done.stdout.splitlines()[:4]] == ["spam", "ham", "ham", "1"]


# what is wrong


def test_a_message_that_is_not_there(here: Path) -> None:
    Path("order").write_text("spam gone.eml\n")
    assert refused("stream", "order", "--out", "scores") == (
        f"gatekeeper: order:1: error: gone.eml does not exist; "
        f"paths that do not begin with / are looked for from {here}\n"
    )
    assert not Path("scores").exists()


def test_a_message_that_goes_meanwhile_leaves_the_scores_of_before(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order(here, 5)
    Path("scores").write_text("ham 0.5\n")
    read = Path.read_bytes

    def gone(path: Path) -> bytes:
        if path.name.startswith("3 "):
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone)
    assert "order.txt:4: error: " in refused("stream", "order.txt", "--out", "scores")
    assert Path("scores").read_text() == "ham 0.5\n"
    assert not list(here.glob(".scores*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_message_that_may_not_be_read(here: Path) -> None:
    order(here, 2)
    Path("1 of many.eml").chmod(0)
    assert "order.txt:2: error: " in refused("stream", "order.txt", "--out", "scores")


def test_an_order_that_is_empty_or_not_there(here: Path) -> None:
    Path("order").touch()
    assert "order: error: it has no message in it" in refused("stream", "order", "--out", "scores")
    assert "does not exist" in evaluate("stream", "gone", "--out", "scores").stderr


def test_a_place_that_cannot_be_written_to_is_told_before_the_work(here: Path) -> None:
    order(here, 2)
    assert refused("stream", "order.txt", "--out", "no/scores") == (
        "gatekeeper: no/scores: its directory is not there or cannot be written to\n"
    )
    Path("file").touch()
    assert "file/report" in refused("stream", "order.txt", "--out", "scores", "--report", "file/report")
    assert not Path("scores").exists()


def test_interrupt_leaves_nothing_behind(here: Path) -> None:
    order(here, 120)
    Path("long").write_text(Path("order.txt").read_text() * 200)
    Path("scores").write_text("ham 0.5\n")
    command = [GATEKEEPER, "evaluate", "stream", "long", "--out", "scores"]

    def heeding() -> None:
        """What runs in the background of a shell ignores it."""
        signal.signal(signal.SIGINT, signal.default_int_handler)

    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, preexec_fn=heeding) as process:
        deadline = time.monotonic() + 60
        while not list(here.glob(".scores*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)  # Python drops one that falls into a finaliser: people try again
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("gatekeeper: interrupted\n")
    assert out == ""
    assert Path("scores").read_text() == "ham 0.5\n"
    assert not list(here.glob(".scores*"))


# compare


def test_compare_tells_which_is_better(here: Path) -> None:
    random = np.random.default_rng(1)
    spam, ham = random.normal(2, 1, 200), random.normal(0, 1, 300)
    scores("good", spam.tolist(), ham.tolist())
    scores("bad", (spam + random.normal(0, 2, 200)).tolist(), (ham + random.normal(0, 2, 300)).tolist())
    found: dict[str, Any] = json.loads(said("compare", "bad", "good", "--json"))
    area = found["1-AUC"]
    assert area["first"] > area["second"]
    assert area["gain"]["percent"] == pytest.approx(area["first"] - area["second"])
    assert area["gain"]["low"] > 0
    assert area["second_better"] == 1
    assert "spam missed at 0.5 % of ham blocked" in found
    text = said("compare", "bad", "good")
    assert "1-AUC" in text
    assert "100% of resamples" in text


def test_what_cannot_be_compared(here: Path) -> None:
    scores("one", [0.5], [0.1])
    scores("two", [0.5, 0.6], [0.1])
    scores("three", [0.5], [])
    assert "two: error: it cannot be compared with one: the two were not given the same" in refused(
        "compare", "one", "two"
    )
    assert "spam and ham are both needed" in refused("compare", "three", "three")


# thresholds


def test_thresholds_from_a_file(here: Path) -> None:
    random = np.random.default_rng(2)
    spam, ham = (1 / (1 + np.exp(-random.normal(at, 2, count))) for at, count in ((4, 500), (-4, 4000)))
    scores("scores", spam.tolist(), ham.tolist())
    found = json.loads(said("thresholds", "scores", "--ham-blocked", "0.01", "--json"))
    assert found["enough"]
    assert (found["spam"], found["ham"]) == (299, 2000)  # the newest; so the last
    assert found["blocked"] == (ham[2000:] >= found["cutoffs"]["spam"]).sum() > 0
    assert found["blocked_at_most"] <= 0.01 == found["ham_blocked"]
    text = said("thresholds", "scores")
    assert "wanted: at most 1 in 1,000 ham blocked; 500 spam and 4,000 ham were judged before they were learnt" in text
    assert "proposed" in text
    assert "with 95% confidence" in text
    others = text[text.index("ham blocked at most") :].splitlines()[1:]
    assert [" ".join(line.split()[:3]) for line in others[:2]] == ["1 in 50", "1 in 100"]
    assert f"{found['cutoffs']['spam']:.6g}" in others[1]
    assert "1 in 10,000 needs 29,956 ham" in " ".join(others[-1].split())


def test_thresholds_of_too_little(here: Path) -> None:
    scores("scores", [0.99] * 5, [0.01] * 5)
    text = said("thresholds", "scores")
    assert "5 ham are too few to promise 1 in 1,000" in text
    assert "for now" in text
    assert "default" in text


def test_thresholds_from_the_store(here: Path, empty: Path) -> None:
    learning = Learning(here / "other" / "classifier")
    parsed = [(parse(message(n, label)), label) for n in range(40) for label in Label]
    learning.learn(Sample(features_of(mail), digest_of(mail), label) for mail, label in parsed)
    learning.close()
    found = json.loads(said("thresholds", "--state", str(here / "other"), "--json"))
    assert (found["spam"], found["ham"], found["enough"]) == (40, 40, False)
    assert found["ham_blocked"] == 0.001
    with empty.open("a") as config:
        config.write("[classifier]\nham_blocked = 0.1\nspam_cutoff = 0.97\n")
    assert json.loads(said("thresholds", "--state", str(here / "other"), "--json"))["enough"]
    assert "configured  0.97" in said("thresholds", "--state", str(here / "other"))


def test_thresholds_without_a_store(here: Path) -> None:
    assert "classifier/training.db: no such file" in refused("thresholds")


def test_thresholds_of_other_scores(here: Path) -> None:
    scores("scores", [5.3], [-1.0])
    assert "scores: error: its scores are not probabilities from 0 to 1" in refused("thresholds", "scores")


@pytest.mark.parametrize("wanted", ["0", "0.6", "-1", "nan"])
def test_a_wish_that_makes_no_sense(here: Path, wanted: str) -> None:
    scores("scores", [0.9], [0.1])
    assert evaluate("thresholds", "scores", "--ham-blocked", wanted).exit_code == 2


def test_no_path_reaches_the_terminal_as_a_command(here: Path) -> None:
    (here / "order").write_text("spam gone\x1b[2J\n")
    said = CliRunner().invoke(main, ["evaluate", "stream", "order", "--out", "scores"], color=True)
    assert said.exit_code == 1
    assert "gone\\x1b[2J does not exist" in said.stderr
    assert "\x1b" not in said.stderr
