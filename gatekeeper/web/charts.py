"""charts: mail over time as stacked bars, and shares as bars in a list: SVG that stands in a page. It cannot fail.

Colours are the page's: every mark has a class, none a style of its own, as the page's policy wants it. All text is
escaped. What is drawn is also said in words, for those who cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 712, 8, 172
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
_MOST_LABELS = 8

_SVG = Markup(
    '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
    '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>'
)
_BAR = Markup('<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
_COLUMN = Markup(
    '<g class="column"><title>{}</title><rect class="hit" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>{}</g>'
)
_GRID = Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>')
_TICK = Markup('<text class="tick{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
_SHARE = Markup('<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>')


@dataclass(frozen=True, slots=True)
class Column:
    """One span of time: its label, and how much there was of each kind, in the order of the chart's kinds."""

    label: str
    counts: Sequence[int]


def stacked(name: str, title: str, kinds: Sequence[str], columns: Sequence[Column]) -> Markup:
    """Columns side by side, each of them the kinds one above the other. `name` tells charts of one page apart."""
    most = top(max((sum(column.counts) for column in columns), default=0))
    width = (_RIGHT - _LEFT) / max(1, len(columns))
    marks = [*_grid(most), *(_column(n, width, most, kinds, column) for n, column in enumerate(columns))]
    every = ceil(len(columns) / _MOST_LABELS)
    for n, column in enumerate(columns):
        if every and n % every == 0:
            kind = " minor" if n // every % 2 else ""  # which a phone leaves out
            marks.append(_TICK.format(kind, _LEFT + (n + 0.5) * width, _BOTTOM + 20, "middle", column.label))
    said = in_words(kinds, columns)
    return _SVG.format(_WIDTH, _HEIGHT, name, name, name, title, name, said, Markup("").join(marks))


def share(part: float, kind: str = "") -> Markup:
    """A thin bar of which so much is filled, beside a number that says the same."""
    return _SHARE.format(_BAR.format(kind, 0, 0, 100 * min(1.0, max(0.0, part)), 6))


def in_words(kinds: Sequence[str], columns: Sequence[Column]) -> str:
    """How much there was of each kind altogether, and when most."""
    totals = [sum(counts) for counts in zip(*(column.counts for column in columns), strict=True)]
    if not sum(totals):
        return "Nothing in this time."
    busiest = max(columns, key=lambda column: sum(column.counts))
    parts = ", ".join(f"{total} {kind}" for kind, total in zip(kinds, totals, strict=True) if total)
    return f"{sum(totals)} in all: {parts}. Most at {busiest.label}: {sum(busiest.counts)}."


def top(most: int) -> int:
    """A round number not below `most`, for the upper end of an axis."""
    if most < _STEPS[0]:
        return max(1, most)
    power: int = 10 ** (len(str(most)) - 2)
    return next(step * power for step in _STEPS if step * power >= most)


def _column(n: int, width: float, most: int, kinds: Sequence[str], column: Column) -> Markup:
    left, height = _LEFT + n * width, _BOTTOM - _TOP
    bars, base = [], float(_BOTTOM)
    for kind, count in zip(kinds, column.counts, strict=True):
        tall = height * count / most
        base -= tall
        if count:
            bars.append(_BAR.format(kind, left + width * 0.12, base, width * 0.76, tall))
    parts = ", ".join(f"{count} {kind}" for kind, count in zip(kinds, column.counts, strict=True) if count)
    return _COLUMN.format(f"{column.label}: {parts or 'nothing'}", left, _TOP, width, height, Markup("").join(bars))


def _grid(most: int) -> list[Markup]:
    marks = []
    for value in sorted({0, most // 2, most}):
        down = _BOTTOM - (_BOTTOM - _TOP) * value / most
        marks += [_GRID.format(_LEFT, _RIGHT, down, down), _TICK.format("", _LEFT - 6, down + 4, "end", f"{value:,}")]
    return marks
