"""The looks of the pages: what is written can be read, in light and in dark."""

import re
from pathlib import Path

import pytest

import gatekeeper.web

STYLE = (Path(gatekeeper.web.__file__).parent / "static" / "style.css").read_text()
BLOCKS = re.findall(r":root[^{]*\{([^}]*--ground[^}]*)\}", STYLE)
PAIRS = [
    *((ink, paper) for ink in ("text", "muted", "accent", "bad") for paper in ("ground", "card")),
    ("text", "sunk"),
    ("muted", "sunk"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("text", "accent-soft"),
    ("text", "bad-soft"),
    *((colour, f"{colour}-soft") for colour in ("bad", "warn", "info", "odd")),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def light(colour: str) -> float:
    """The relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_dark_is_the_same_whoever_asks_for_it() -> None:
    _, asked, system = BLOCKS
    assert colours(asked) == colours(system)
    assert colours(BLOCKS[0]).keys() == colours(asked).keys()


@pytest.mark.parametrize("block", BLOCKS[:2], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_what_is_written_can_be_read(block: str, ink: str, paper: str) -> None:
    assert contrast(colours(block)[ink], colours(block)[paper]) >= 4.5


@pytest.mark.parametrize("block", BLOCKS[:2], ids=["light", "dark"])
@pytest.mark.parametrize("paper", ["ground", "card", "sunk"])
def test_where_the_keyboard_is_can_be_seen(block: str, paper: str) -> None:
    assert contrast(colours(block)["focus"], colours(block)[paper]) >= 3


def test_nothing_comes_from_elsewhere() -> None:
    assert "url(" not in STYLE
    assert "@import" not in STYLE
