"""drawing: charts as SVG that stands in a page: axes, lines, bars, dots. It cannot fail.

Colours and strokes are the page's (its classes); all text is escaped. One unit is a pixel on a telephone, where a chart
is as wide as the screen; elsewhere it grows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 400.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 388.0, 12.0, 258.0

_BAR = Markup('<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>')
_DOT = Markup('<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}</title></circle>')
_CHART = Markup('<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}{}{}</svg>')
_STROKE = Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
_TEXT = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, laid out by `scale`, with `ticks` and their labels. What is beyond is at the edge."""

    title: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    scale: Callable[[float], float] = float

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high end."""
        low, high = self.scale(self.low), self.scale(self.high)
        return (self.scale(min(max(value, self.low), self.high)) - low) / (high - low)


class Drawing:
    """A chart of two axes; what is drawn later lies above."""

    def __init__(self, x: Axis, y: Axis) -> None:
        self._x, self._y = x, y
        self._marks: list[Markup] = []

    def line(self, points: Iterable[Point], kind: str) -> None:
        """A line through these points."""
        places = [self._at(*point) for point in points]
        steps = [place for n, place in enumerate(places) if n == 0 or place != places[n - 1]]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in steps)
        self._marks.append(Markup('<polyline class="line {}" points="{}"/>').format(kind, drawn))

    def bar(self, left: float, right: float, low: float, high: float, kind: str, said: str) -> None:
        """A bar between these values."""
        (x1, y1), (x2, y2) = self._at(left, high), self._at(right, low)
        self._marks.append(_BAR.format(kind, x1 + 0.5, y1, max(x2 - x1 - 1, 0.5), y2 - y1, said))

    def dot(self, x: float, y: float, size: float, kind: str, said: str) -> None:
        """A point that says something when it is pointed at."""
        across, down = self._at(x, y)
        self._marks.append(_DOT.format(kind, across, down, size, said))

    def spread(self, x: float, low: float, high: float, kind: str) -> None:
        """An interval, upright."""
        self._stroke(f"spread {kind}", self._at(x, low), self._at(x, high))

    def cut(self, x: float, said: str, after: bool) -> None:
        """A value that divides, across the whole chart; what is said of it stands to its right if `after`."""
        across = self._at(x, self._y.low)[0]
        self._stroke("cut", (across, _TOP), (across, _BOTTOM))
        self._text("note", across + (4 if after else -4), _TOP + 10, "start" if after else "end", said)

    def say(self, x: float, y: float, said: str, kind: str, anchor: str = "start") -> None:
        """A word beside what is drawn there."""
        across, down = self._at(x, y)
        self._text(f"note {kind}", across, down, anchor, said)

    def legend(self, *kinds: tuple[str, str]) -> None:
        """What each kind of line is, in the lower left corner."""
        for n, (kind, said) in enumerate(reversed(kinds)):
            down = _BOTTOM - 10 - 16 * n
            self._stroke(f"line {kind}", (_LEFT + 8, down - 4), (_LEFT + 32, down - 4))
            self._text("note", _LEFT + 38, down, "start", said)

    def svg(self, title: str, description: str) -> Markup:
        """All of it; `description` is for those who cannot see it."""
        axes, self._marks, marks = self._axes(), [], self._marks
        said = Markup("<desc>{}</desc>").format(description)
        return _CHART.format(WIDTH, HEIGHT, f"{title}. {description}", said, axes, Markup("").join(marks))

    def _axes(self) -> Markup:
        marks, self._marks = self._marks, []
        for value, label in self._x.ticks:
            across = self._at(value, self._y.low)[0]
            self._stroke("grid", (across, _TOP), (across, _BOTTOM))
            self._text("tick", across, _BOTTOM + 15, "middle", label)
        for value, label in self._y.ticks:
            down = self._at(self._x.low, value)[1]
            self._stroke("grid", (_LEFT, down), (_RIGHT, down))
            self._text("tick", _LEFT - 5, down + 4, "end", label)
        self._text("axis", (_LEFT + _RIGHT) / 2, HEIGHT - 8, "middle", self._x.title)
        turned = Markup('<text class="axis" text-anchor="middle" transform="translate(11 {:g}) rotate(-90)">{}</text>')
        self._marks.append(turned.format((_TOP + _BOTTOM) / 2, self._y.title))
        axes, self._marks = Markup("").join(self._marks), marks
        return axes

    def _at(self, x: float, y: float) -> Point:
        across = _LEFT + self._x.place(x) * (_RIGHT - _LEFT)
        return round(across, 1), round(_BOTTOM - self._y.place(y) * (_BOTTOM - _TOP), 1)

    def _stroke(self, kind: str, start: Point, end: Point) -> None:
        self._marks.append(_STROKE.format(kind, *start, *end))

    def _text(self, kind: str, x: float, y: float, anchor: str, said: str) -> None:
        self._marks.append(_TEXT.format(kind, x, y, anchor, said))
