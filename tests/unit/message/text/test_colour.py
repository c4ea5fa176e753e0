import pytest

from gatekeeper.message.text.colour import BLACK, WHITE, css_colour, html_colour, near


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#fff", WHITE),
        ("#ffffff", WHITE),
        ("#FFFFFF".lower(), WHITE),
        ("white", WHITE),
        ("white !important", WHITE),
        ("rgb(255,255,255)", WHITE),
        ("rgb(255 255 255)", WHITE),
        ("rgb(100%, 100%, 100%)", WHITE),
        ("rgba(0, 0, 0, 1)", BLACK),
        ("rgba(0, 0, 0, 0)", "transparent"),
        ("rgba(0, 0, 0, 0%)", "transparent"),
        ("#0000", "transparent"),
        ("#00000000", "transparent"),
        ("#000000ff", BLACK),
        ("transparent", "transparent"),
        ("inherit", None),
        ("#ggg", None),
        ("#12345", None),
        ("rgb(", None),
        ("rgb(1.2.3,4,5)", None),
        ("", None),
    ],
)
def test_css(text, colour):
    assert css_colour(text) == colour


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#FFFFFF", WHITE),
        ("ffffff", WHITE),
        ("White", WHITE),
        ("#fff", WHITE),
        ("#FFFFFFF", (255, 255, 240)),
        ("chucknorris", (192, 0, 0)),
        ("#00ff0g", (0, 255, 0)),
        ("0", BLACK),
        ("transparent", None),
        ("  ", None),
    ],
)
def test_old_attributes(text, colour):
    assert html_colour(text) == colour


def test_nearness():
    assert near(WHITE, (250, 250, 250))
    assert not near(WHITE, (220, 220, 220))
    assert not near((255, 0, 0), WHITE)
