"""The page of an evaluation in a real browser: it is drawn, in light and dark, wide and on a telephone, and silent."""

import json
import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.cli import main
from tests.programs import needs
from tests.unit.cli.evaluated import order

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--v=0",
]
MEASURE = """
<script>
addEventListener("load", () => {
  const wide = document.documentElement, charts = [...document.querySelectorAll("svg")];
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const out = {
    width: innerWidth, needed: wide.scrollWidth,
    cut: [...document.querySelectorAll(".tables > div")].filter((box) => box.scrollWidth > box.clientWidth).length,
    charts: charts.map((chart) => [chart.getBoundingClientRect().width, chart.getBoundingClientRect().height]),
    outside: charts.flatMap((chart) => [...chart.querySelectorAll("text")].filter((text) => {
      const inner = text.getBoundingClientRect(), outer = chart.getBoundingClientRect();
      return inner.left < outer.left - 12 || inner.right > outer.right + 12 || inner.bottom > outer.bottom + 2;
    }).map((text) => text.textContent)),
    smallest: Math.min(...charts.map((chart) => parseFloat(getComputedStyle(chart.querySelector("text")).fontSize)
      * chart.getBoundingClientRect().width / 400)),
    paper: style("body").backgroundColor, ink: style("body").color,
    line: style(".line.own").stroke, spam: style(".bar.spam").fill, ham: style(".bar.ham").fill,
  };
  parent.postMessage(JSON.stringify(out), "*");
});
</script>
"""
SCREEN = """<!doctype html><title></title>
<script>addEventListener("message", (said) => { document.title = said.data; });</script>
<iframe src="measured.html" width="WIDTH" height="900" style="border: 0"></iframe>
"""

pytestmark = needs("chromium")


class Title(HTMLParser):
    """The title of a page; a drawing has titles too."""

    text = ""
    _inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "title" and not self.text

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The page of a stream of 300 messages."""
    arguments = [str(order(tmp_path, 300)), "--out", str(tmp_path / "scores"), "--report", str(tmp_path / "report")]
    done = CliRunner().invoke(main, ["evaluate", "stream", *arguments])
    assert done.exit_code == 0, done.output
    return tmp_path / "report" / "index.html"


@pytest.fixture
def browse(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Open a page in a browser that nobody used before."""

    def run(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
        command = ["chromium", *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)

    return run


def measured(
    report: Path, browse: Callable[..., subprocess.CompletedProcess[str]], width: int = 1200, *options: str
) -> dict[str, object]:
    """How the page is laid out, told by a script in a copy of it whose policy lets that run."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", report.read_text())
    copy = report.with_name("measured.html")
    copy.write_text(text.replace("</head>", MEASURE + "</head>"))
    screen = report.with_name("screen.html")  # a window has a least width, a frame has none
    screen.write_text(SCREEN.replace("WIDTH", str(width)))
    title = Title()
    title.feed(browse(screen, "--dump-dom", "--window-size=1400,900", *options).stdout)
    found: dict[str, object] = json.loads(title.text)
    return found


def test_the_browser_has_nothing_to_complain_of(report: Path, browse: Callable[..., object]) -> None:
    """Its own style passes its own policy; a script that got in would not run."""
    intruded = report.with_name("intruded.html")
    intruded.write_text(report.read_text().replace("</main>", "<script>document.title = 'in'</script></main>"))
    done, other = (browse(page, "--dump-dom") for page in (report, intruded))
    assert "CONSOLE" not in done.stderr  # type: ignore[attr-defined]
    assert "Content Security Policy" in other.stderr  # type: ignore[attr-defined]
    assert "<title>in</title>" not in other.stdout  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "columns"), [(1200, 2), (390, 1)])
def test_it_fits_the_screen(
    report: Path, browse: Callable[..., subprocess.CompletedProcess[str]], width: int, columns: int
) -> None:
    page = measured(report, browse, width)
    assert page["width"] == width
    assert page["needed"] == width
    assert page["cut"] == 0
    assert page["outside"] == []
    assert page["smallest"] > 9  # type: ignore[operator]
    charts = page["charts"]
    assert isinstance(charts, list)
    assert len(charts) == 6
    for chart_width, chart_height in charts:
        assert width / columns * 0.75 < chart_width < width / columns
        assert chart_height == pytest.approx(chart_width * 0.75, rel=0.02)


def test_it_is_dark_where_people_want_it_dark(
    report: Path, browse: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    light, dark = (measured(report, browse, 1200, f"--blink-settings=preferredColorScheme={n}") for n in (1, 0))
    for colour in ("paper", "ink", "line", "spam", "ham"):
        assert light[colour] != dark[colour], colour
    assert brightness(light["paper"]) > brightness(light["ink"]) + 0.6
    assert brightness(dark["ink"]) > brightness(dark["paper"]) + 0.6


def brightness(colour: object) -> float:
    """0 for black, 1 for white."""
    return sum(int(n) for n in re.findall(r"\d+", str(colour))[:3]) / 765


def test_it_prints(report: Path, browse: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    printed = report.with_name("printed.pdf")
    browse(report, f"--print-to-pdf={printed}")
    assert printed.read_bytes().startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 2 <= pages <= 12
