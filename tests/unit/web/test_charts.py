"""Charts: they show what is counted, say it too, and take nothing a sender wrote for markup."""

from xml.etree import ElementTree

import pytest

from gatekeeper.web.charts import Column, share, stacked, top

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("accept", "reject")


def drawn(columns: list[Column], title: str = "Mail") -> ElementTree.Element:
    markup = str(stacked("mail", title, KINDS, columns)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return ElementTree.fromstring(markup)


def bars(chart: ElementTree.Element) -> list[tuple[str, float, float]]:
    """Class, upper edge and height of each."""
    found = [bar.attrib for bar in chart.iter(f"{SVG}rect") if bar.attrib["class"] != "hit"]
    return [(bar["class"], float(bar["y"]), float(bar["height"])) for bar in found]


def test_a_bar_is_as_tall_as_its_count_and_stands_on_the_one_below() -> None:
    chart = drawn([Column("10:00", (30, 20)), Column("11:00", (0, 100))])
    assert bars(chart) == [
        ("bar accept", pytest.approx(172 - 49.2), pytest.approx(49.2)),
        ("bar reject", pytest.approx(172 - 82), pytest.approx(32.8)),
        ("bar reject", pytest.approx(8), pytest.approx(164)),
    ]


def test_what_is_drawn_is_said() -> None:
    chart = drawn([Column("10:00", (30, 20)), Column("11:00", (0, 100))])
    assert chart.findtext(f"{SVG}title") == "Mail"
    assert chart.findtext(f"{SVG}desc") == "150 in all: 30 accept, 120 reject. Most at 11:00: 100."
    assert [column.findtext(f"{SVG}title") for column in chart.iter(f"{SVG}g")] == [
        "10:00: 30 accept, 20 reject",
        "11:00: 100 reject",
    ]
    named = chart.attrib["aria-labelledby"].split()
    assert named == [chart.find(f"{SVG}{tag}").attrib["id"] for tag in ("title", "desc")]  # type: ignore[union-attr]


def test_nothing_is_said_to_be_nothing() -> None:
    assert drawn([]).findtext(f"{SVG}desc") == "Nothing in this time."
    chart = drawn([Column("10:00", (0, 0))])
    assert chart.findtext(f"{SVG}desc") == "Nothing in this time."
    assert bars(chart) == []


def test_few_enough_labels_to_be_read() -> None:
    chart = drawn([Column(f"{n}:00", (1, 0)) for n in range(48)])
    labels = [text.text for text in chart.iter(f"{SVG}text") if text.attrib["text-anchor"] == "middle"]
    assert labels == ["0:00", "6:00", "12:00", "18:00", "24:00", "30:00", "36:00", "42:00"]


def test_no_mark_has_a_style_of_its_own() -> None:
    assert all("style" not in mark.attrib for mark in drawn([Column("10:00", (3, 2))]).iter())


def test_names_are_no_markup() -> None:
    chart = stacked("n", "<script>", ("a<b",), [Column('"><script>', (1,))])
    assert "<script>" not in chart
    assert "a<b" not in chart


@pytest.mark.parametrize(
    ("most", "upper"), [(0, 1), (1, 1), (2, 2), (7, 7), (10, 10), (11, 12), (127, 150), (999, 1000), (1001, 1200)]
)
def test_the_axis_ends_at_a_round_number(most: int, upper: int) -> None:
    assert top(most) == upper


@pytest.mark.parametrize(("part", "width"), [(0.25, "25.0"), (-1, "0.0"), (7, "100.0")])
def test_a_share_is_between_nothing_and_all(part: float, width: str) -> None:
    assert f'width="{width}"' in share(part, "spam")
