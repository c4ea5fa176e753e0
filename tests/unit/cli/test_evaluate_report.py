"""The page of an evaluation: what stands in it, what it may do, and that nothing of a message gets out of its place."""

import base64
import hashlib
import html
import json
import re
import stat
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.app.evaluation.lines import Entry, read_order
from gatekeeper.app.evaluation.run import Course, Evaluated, Mistake
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.curves import learning
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.measure import measure
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli.evaluation.charts import charts
from gatekeeper.cli.evaluation.drawing import Axis, Drawing
from gatekeeper.cli.evaluation.figures import percent
from gatekeeper.cli.evaluation.report import Run, page, write
from gatekeeper.values import Clue, Label

from .evaluated import order

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;{{ 1111*1111 }}\u202e\x1b[31m'
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Outline(HTMLParser):
    """Every element with its attributes; fails if one is closed that is not open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def run_of(directory: Path, count: int = 90) -> Run:
    entries = read_order(order(directory, count))
    evaluated = Course(Learner(), worst=5).stream(entries, lambda _: None)
    return report_of(evaluated, entries, directory)


def report_of(evaluated: Evaluated, entries: list[Entry], directory: Path) -> Run:
    scored = evaluated.scored
    measured = measure(scored, resamples=20)
    return Run((directory / "order.txt",), entries, "fused", time.time(), evaluated, measured, learning(scored))


def hostile_run(directory: Path) -> Run:
    """Everything that a message may bring along is as bad as can be."""
    path = directory / "a <b>&.eml"
    path.write_bytes(f"From: {HOSTILE}\r\nSubject: {HOSTILE}\r\n\r\n".encode())
    clues = (Clue(HOSTILE, 1, 2, 0.9), Clue("\udcff" * 300, 1, 2, 0.1))
    mistake = Mistake(0.9, 0, Label.HAM, path, 0.9, clues)
    evaluated = Evaluated(Scored.of([0.9, 0.2], [0.9, 0.1]), {Label.HAM: [mistake], Label.SPAM: []})
    entries = [Entry(label, path, directory / "order.txt", 1) for label in ("spam", "spam", "ham", "ham")]  # type: ignore[arg-type]
    return report_of(evaluated, entries, directory)


# the page


def test_the_page_is_well_formed_and_whole(tmp_path: Path) -> None:
    outline = Outline(page(run_of(tmp_path)))
    assert outline.open == []
    assert len(outline.all("svg")) == 6
    assert len(outline.all("h1")) == 1
    assert len(outline.all("details")) == 6
    for drawing in outline.all("svg"):
        assert drawing["role"] == "img"
        assert len(drawing["aria-label"] or "") > 20


def test_the_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    text = page(run_of(tmp_path))
    outline = Outline(text)
    assert not {tag for tag, _ in outline.elements} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "a",
    }
    for _, attributes in outline.elements:
        assert not {name for name in attributes if name.startswith("on")} | {"style", "src", "href"} & set(attributes)
    assert "url(" not in text
    assert "@import" not in text


def test_its_policy_allows_its_own_style_and_nothing_else(tmp_path: Path) -> None:
    text = page(run_of(tmp_path))
    policy = next(m["content"] for m in Outline(text).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_nothing_of_a_message_gets_out_of_its_place(tmp_path: Path) -> None:
    text = page(hostile_run(tmp_path))
    outline = Outline(text)
    assert outline.open == []
    assert not outline.all("script") + outline.all("img") + outline.all("b")[2:]
    assert "{{ 1111*1111 }}" in text
    assert "1234321" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert html.escape("a <b>&.eml") in text
    assert "alert(1)" in text  # it is shown, as text


def test_a_long_word_is_cut(tmp_path: Path) -> None:
    assert max(len(word) for word in re.findall(r"<b>(.*?)</b>", page(hostile_run(tmp_path)))) < 1000


def test_the_worst_mistakes_stand_there_with_their_words(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    text = html.unescape(page(run))
    for label in Label:
        assert f"The {label} that looked most like {label.other}" in text
        for mistake in run.evaluated.worst[label]:
            assert str(mistake.path) in text
            assert mistake.path.read_text().splitlines()[1].removeprefix("Subject: ") in text
            for clue in mistake.clues:
                assert f"<b>{clue.word}</b> <span>{clue.spam}:{clue.ham}</span>" in text


def test_a_message_that_is_gone_is_listed_all_the_same(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    for entry in run.judged:
        entry.path.unlink()
    assert "(no subject)" in page(run)


def test_the_figures_on_the_page_are_those_that_were_measured(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    text = page(run)
    assert run.measured.ranked
    shown = re.findall(r'<p class="value">(.*?)<', text)
    errors, ranked = run.measured.errors, run.measured.ranked
    figures = (ranked.one_minus_auc, *ranked.missed[1:], errors.ham_blocked, errors.spam_missed)
    assert shown == [percent(figure.value) for figure in figures]
    assert "30 spam and 60 ham from order.txt" in text


def test_what_could_be_promised_stands_there(tmp_path: Path) -> None:
    """Of 60 ham the promise of 1 in 50 is too much; what was judged last counts."""
    assert "needs 149 ham" in page(run_of(tmp_path))
    evaluated = Evaluated(Scored.of([0.99] * 50, [0.95] * 200 + [0.01] * 200), {label: [] for label in Label})
    run = run_of(tmp_path)
    rows = re.findall(
        r'<tr><th scope="row">1 in 50</th><td>(.*?)</td>', page(report_of(evaluated, list(run.judged), tmp_path))
    )
    assert 0.5 <= float(rows[0]) < 0.95


@pytest.mark.parametrize(("spam", "ham"), [([0.9], []), ([], [0.1])])
def test_with_one_class_the_page_says_what_is_missing(tmp_path: Path, spam: list[float], ham: list[float]) -> None:
    (tmp_path / "order.txt").touch()
    entry = Entry(Label.SPAM, tmp_path / "x", tmp_path / "order.txt", 1)
    evaluated = Evaluated(Scored.of(spam, ham), {label: [] for label in Label})
    text = page(report_of(evaluated, [entry], tmp_path))
    assert f"There is no {'ham' if spam else 'spam'} here." in text
    assert "<svg" not in text


def test_what_is_written(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    into = tmp_path / "report"
    into.mkdir()
    write(into, run)
    assert sorted(path.name for path in into.iterdir()) == ["figures.json", "index.html", "scores.tsv"]
    assert json.loads((into / "figures.json").read_text())["spam"] == 30
    rows = [line.split("\t") for line in (into / "scores.tsv").read_text().splitlines()]
    assert rows[0] == ["class", "score", "path"]
    assert [float(row[1]) for row in rows[1:]] == run.evaluated.scored.score.tolist()
    assert [row[2] for row in rows[1:]] == [str(entry.path) for entry in run.judged]


def test_bytes_that_are_no_text_are_written_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, hostile_run(tmp_path))
    assert (tmp_path / "index.html").read_text()


def test_strangers_do_not_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from gatekeeper.cli import main

    order(tmp_path, 6)
    arguments = ["stream", str(tmp_path / "order.txt"), "--out", str(tmp_path / "s"), "--report", str(tmp_path / "r")]
    assert CliRunner().invoke(main, ["evaluate", *arguments]).exit_code == 0
    assert stat.S_IMODE((tmp_path / "r").stat().st_mode) == 0o700


# drawings


def linear(low: float = 0, high: float = 10) -> Axis:
    return Axis("a title", low, high, [(low, "low"), (high, "high")])


def test_a_value_beyond_an_axis_is_at_its_edge() -> None:
    axis = linear()
    assert [axis.place(value) for value in (-5, 0, 5, 10, 50)] == [0, 0, 0.5, 1, 1]


def test_points_in_one_place_are_one_point() -> None:
    drawing = Drawing(linear(), linear())
    drawing.line([(n / 100_000, 0) for n in range(100_001)], "own")
    assert len(re.findall(r"[\d.]+,[\d.]+", drawing.svg("t", "d"))) < 400


def test_what_is_said_in_a_drawing_is_text() -> None:
    drawing = Drawing(Axis("<b>", 0, 1, [(0, "<i>")]), linear())
    drawing.dot(1, 1, 2, "own", "<script>")
    drawing.say(1, 1, "<u>", "own")
    drawing.bar(0, 1, 0, 1, "own", "</title>")
    drawing.cut(0.5, "&", True)
    assert not re.findall("<(b|i|script|u)>", drawing.svg("<p>", "<q>"))


@pytest.mark.parametrize(
    ("spam", "ham"),
    [
        ([0.9], [0.1]),
        ([0.1], [0.9]),
        ([0.5], [0.5]),
        ([1.0] * 50, [0.0] * 70),
        ([0.0] * 50, [1.0] * 70),
        ([1 - 1e-16, 0.3], [5e-324, 0.3, 1.0]),
    ],
)
def test_charts_of_any_scores(spam: list[float], ham: list[float]) -> None:
    scored = Scored.of(spam, ham)
    found = measure(scored, resamples=5).ranked
    assert found
    drawn = charts(scored, found, Cutoffs(), learning(scored))
    assert len(drawn) == 6
    for chart in drawn:
        assert not re.search(r"\b(nan|inf)\b", chart.svg)
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        numbers = [float(n) for n in re.findall(r'(?:cx|cy|x1|y1|x|y)="([-\d.]+)"', chart.svg)]
        assert all(-1 <= n <= 400 for n in numbers)


def test_a_chart_of_many_messages_is_not_large() -> None:
    random = np.random.default_rng(1)
    odds = np.concatenate((random.normal(2, 2, 30_000), random.normal(-2, 2, 70_000)))
    scored = Scored(1 / (1 + np.exp(-odds)), np.repeat([True, False], [30_000, 70_000]))
    found = measure(scored, resamples=2).ranked
    assert found
    assert sum(len(chart.svg) for chart in charts(scored, found, Cutoffs(), learning(scored))) < 200_000


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0"),
        (1, "100.0"),
        (0.5, "50.0"),
        (0.0123, "1.23"),
        (0.00123, "0.12"),
        (0.0000123, "0.0012"),
        (float("nan"), "-"),
    ],
)
def test_percent_has_the_digits_that_tell_something(share: float, said: str) -> None:
    assert percent(share) == said


def test_percent_of_a_loss() -> None:
    assert percent(-0.0000123) == "-0.0012"
