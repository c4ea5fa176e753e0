"""A page rendered: its text, what is hidden, what is noted."""

import pytest

from gatekeeper.spamassassin.texts.html_colours import background_of, colour_of, is_near, rgb_of
from gatekeeper.spamassassin.texts.page import Page, page_of


def page(text: str) -> Page:
    return page_of(text, True, len(text.encode()))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a  b\nc</p>d", "\n\na b c\n\nd"),
        ("a <br> b<div>c</div>", "a\n b\nc\n".replace("\n b", "\nb")),
        ("<td>a<td>b <li>c", " a b c".replace(" b", " b")),
        ("a&nbsp;b&#160;c", "a b\u00a0c"),
        ("<title>a</title>b", "\n\na\n\nb"),
        ("a<script>b</script>c<style>d</style>e", "ace"),
        ("a<style>b", "a"),
        ("a<foo>b</foo>c<o:p>d", "abcd"),
        ("a<br/>b<br />c", "a\nb\nc"),
        ("\u201ca\u201d", '"a"'),
        ("", ""),
    ],
)
def test_the_text(html: str, text: str) -> None:
    assert page(html).text()[0] == text


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ("a<font color=white>b</font>c", "b"),
        ("a<font color='#fefefe'>b", "b"),
        ("<span style='color: White !important'>b</span>a", "b"),
        ("<span style='background:url(x) black, #000'>b</span>a", "b"),
        ("<span style='color:transparent'>b</span>a", "b"),
        ("<span style='display: None'>b</span>a", "b"),
        ("<span style='visibility:hidden'>b</span>a", "b"),
        ("<span style='DISPLAY:none'>b</span>a", ""),
        ("<font size=1>b</font><font size=-2>c</font><font size=2>d</font>", "bc"),
        ("<small><small>b</small>a</small>", "b"),
        ("<font color=nosuch>b</font>", "b"),
        ("<font color=white>b<table><tr><td>c<td>d", "bcd"),
        ("<table><tr><td><font color=white>b<td>a", "b"),
        ("<div style='color:white'><b>b</div>a", "b"),
        ("<font color=white>b</span>c</font>a", "bc"),
        ("<body bgcolor=black text=black>a", ""),
        ("<font color=white> </font>a", ""),
    ],
)
def test_what_a_reader_cannot_see(html: str, hidden: str) -> None:
    assert page(html).text(hidden=True)[0] == hidden


@pytest.mark.parametrize(
    ("html", "fact", "value"),
    [
        ("<img width=10 height=5><img width='50%' height=10>", "image_area", 10 * 5 + 400 * 10),
        ("<img width=x height=0>", "image_area", 200 * 200),
        ("<img width=10>", "image_area", 0),
        ("<font size=7>a<font size=-1>b", "max_size", 7),
        ("<font size=7>a<font size=-1>b", "min_size", 2),
        ("<basefont size=5><font size=+1>", "max_size", 6),
        ("<font color=white>a", "font_low_contrast", 1),
        ("<font color=x>a", "font_invalid_color", 1),
        ("<font face='!'>", "font_face_bad", 1),
        ("<font face='Arial, Times New Roman'>", "font_face_bad", None),
        ("<form action='MAILTO:x'>", "form_action_mailto", 1),
        ("<embed><object>", "embeds", 1),
        ("a</b></b>", "closed_extra_ratio", 1.0),
        ("<b><foo></b><bar>", "bad_tag_ratio", 0.5),
        ("<b></b><foo></foo>", "non_element_ratio", 0.5),
        ("v<b>i</b>a", "obfuscation_ratio", 1.0),
        ("v<b>i</b>a", "backhair_count", 1),
        ("a <b>b</b>", "obfuscation_ratio", None),
        ("<b>aé</b>", "html_length", 2),
        ("<b>a b</b>", "non_space_len", 2),
        ("<b>ab</b>", "ratio", 7 / 9),
        ("<b>ab</b>", "length", 9),
        ("a", "closed_extra_ratio", None),
    ],
)
def test_a_fact(html: str, fact: str, value: float | None) -> None:
    assert page(html).facts.get(fact) == value


def test_lists_of_texts_and_open_tags() -> None:
    found = page("<title>a</title><title>b</title><!-- c --><script>d</script><a href=x>e<img></a><p>f<p><!DOCTYPE g>")
    assert found.texts == {
        "title": ["a", "b"],
        "comment": ["<!-- c -->"],
        "script": ["d"],
        "anchor": ["e<img>\n"],
    }
    assert found.inside == {"title": 0, "script": 0, "a": 0, "img": 1, "p": 2, "!doctype": 0}
    assert page("a").texts == {}


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("White", "#ffffff"),
        (" #ABC ", "#aabbcc"),
        ("#abcdef", "#abcdef"),
        ("#abcdef12", "#abcdef"),
        ("#abcd", "#aabbcc"),
        ("#a", "#aa0000"),
        ("#", "#"),
        ("#xyz", "invalid"),
        ("abcdef", "invalid"),
        ("rgb(1,2,255)", "#0102ff"),
        ("rgb(100%, 50%,0%)", "#ff7f00"),
        ("", "invalid"),
        ("nosuch", "invalid"),
    ],
)
def test_a_colour(text: str, colour: str) -> None:
    assert colour_of(text) == colour


def test_colours_of_styles() -> None:
    assert rgb_of("rgba(1, 300, , 5)") == "#01ff00"
    assert background_of("url(a b) red, 'x' #fff") == "#ffffff"
    assert background_of("none") is None
    assert is_near("#ffffff", "#fefefe")
    assert not is_near("#ffffff", "#000000")
    assert is_near("invalid", "invalid")
