import pytest

from gatekeeper.message.text import Hidden, read_page
from gatekeeper.message.text.links import Link
from gatekeeper.message.text.page import past_tags


def seen(markup: str) -> str:
    return read_page(markup).visible


def kinds(markup: str) -> list[str]:
    """Why the word "secret" is not seen; it must not be seen then, and "public" always."""
    page = read_page(f"public {markup}")
    assert "public" in page.visible
    hidden = [hidden.kind for hidden in page.hidden if "secret" in hidden.text]
    assert ("secret" in page.visible) == (not hidden or hidden == ["mso-hide"])
    return hidden


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<p>two", "one\ntwo"),
        ("V<b></b>i<!-- x -->a<font size=2>gra</font>", "Viagra"),
        ("a<br>b", "a\nb"),
        ("<div>a</div>b", "a\nb"),
        ("<td>a<td>b", "ab"),  # cells without a table are none
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\nb\nc"),
        ("a &amp; b &#x26; c &nbsp; d&eacute;", "a & b & c dé"),
        ("  a \n\t b  ", "a b"),
        ("<script>x</script><style>y</style><title>t</title>z", "z"),
        ("<noscript>a</noscript>", "a"),
        ("<template>a</template>b", "b"),
        ("<textarea>a</textarea><option>b", "a\nb"),
        ("no tags at all", "no tags at all"),
        ("", ""),
        ("<", "<"),
        ("a < b > c", "a < b > c"),
        ("\0a\0", "a"),
        ("<p>x</p", "x"),
        ("<xyz>a</xyz>", "a"),
        ("<![if !mso]>a<![endif]>", "a"),
    ],
)
def test_text_as_the_eye_sees_it(markup, text):
    assert seen(markup) == text


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<p style='display:none'>secret", "display"),
        ("<p style='DISPLAY : NONE !important'>secret", "display"),
        ("<div style='color:red;display:none'><p><b>secret", "display"),
        ("<p hidden>secret", "hidden"),
        ("<p style='visibility:hidden'>secret", "visibility"),
        ("<p style='visibility:collapse'>secret", "visibility"),
        ("<p style='font-size:0'>secret", "font-size"),
        ("<p style='font-size:1px'>secret", "font-size"),
        ("<p style='font-size:.01em'>secret", "font-size"),
        ("<p style='font:0px/0 arial'>secret", "font-size"),
        ("<p style='opacity:0'>secret", "opacity"),
        ("<p style='opacity:0.01'>secret", "opacity"),
        ("<p style='filter:alpha(opacity=0)'>secret", "opacity"),
        ("<p style='max-height:0'>secret", "size"),
        ("<p style='height:0;overflow:hidden'>secret", "size"),
        ("<p style='width:0px;overflow:hidden'>secret", "size"),
        ("<p style='position:absolute;clip:rect(0 0 0 0)'>secret", "size"),
        ("<p style='position:absolute;left:-9999px'>secret", "off-screen"),
        ("<p style='position:fixed;top:-100em'>secret", "off-screen"),
        ("<p style='text-indent:-9999px'>secret", "off-screen"),
        ("<p style='mso-hide:all'>secret", "mso-hide"),
        ("<p style='color:#fff'>secret", "colour"),
        ("<p style='color:#fefefe'>secret", "colour"),
        ("<p style='color:white'>secret", "colour"),
        ("<p style='color:transparent'>secret", "colour"),
        ("<p style='color:rgba(0,0,0,0)'>secret", "colour"),
        ("<font color=white>secret", "colour"),
        ("<font color='#FFFFFE'>secret", "colour"),
        ("<table bgcolor=navy><td><font color=#000080>secret", "colour"),
        ("<div style='background:#123456'><span style='color:#123456'>secret", "colour"),
        ("<div style='background-color:black'><p>secret", "colour"),
        ("<style>.h{display:none}</style><p class='a h'>secret", "display"),
        ("<style>.h,.i{font-size:0}</style><p class=i>secret", "font-size"),
        ("<style>#h{visibility:hidden}</style><p id=h>secret", "visibility"),
        ("<style>span{display:none}</style><span>secret", "display"),
        ("<style>p.h{display:none}</style><p class=h>secret", "display"),
        ("<style>/* } */ .h /* x */ {display:none}</style><p class=h>secret", "display"),
        ("<style><!-- .h{display:none} --></style><p class=H>secret", "display"),
    ],
)
def test_hidden_text_is_apart_with_its_kind(markup, kind):
    assert kinds(markup) == [kind]


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='display:block'>secret",
        "<p style='font-size:12px'>secret",
        "<p style='font-size:2px'>secret",
        "<p style='font:12px/0 arial'>secret",
        "<p style='opacity:1'>secret",
        "<p style='opacity:0.9'>secret",
        "<p style='height:0'>secret",
        "<p style='left:-9999px'>secret",
        "<p style='text-indent:-20px'>secret",
        "<p style='max-height:0.5em'>secret",
        "<p style='color:#eee'>secret",
        "<p style='color:inherit'>secret",
        "<table bgcolor=black><td><font color=white>secret",
        "<font color=white><table bgcolor=black><td>secret",
        "<table background=x.gif><td><font color=white>secret",
        "<p style='background:url(x.gif);color:white'>secret",
        "<p style='font-size:0'><span style='font-size:12px'>secret",
        "<p style='visibility:hidden'><span style='visibility:visible'>secret",
        "<font color=white><font color=black>secret",
        "<font color=white><a href=x>secret</a>",
        "<style>@media print{.h{display:none}}</style><p class=h>secret",
        "<style>@media (max-width:1px){.h{display:none} .i{color:red}}</style><p class=h>secret",
        "<style>div .h{display:none}</style><p class=h>secret",
        "<style>.h:hover{display:none}</style><p class=h>secret",
        "<style>.h{display:none</style><p class=h>secret",
    ],
)
def test_what_can_be_seen_is_not_hidden(markup):
    assert kinds(markup) == []


def test_a_page_of_one_colour_hides_everything():
    page = read_page("<body bgcolor=#ffffff text=#ffffff>secret")
    assert (page.visible, page.hidden) == ("", (Hidden("colour", "secret"),))


def test_comments_alts_and_the_title_are_apart():
    page = read_page("<title>t</title><!-- c --><img alt='a picture'>x")
    assert (page.title, page.comments, page.alts, page.visible) == ("t", "c", "a picture", "x")


def test_links_with_what_is_seen_of_them():
    page = read_page(
        "<body background=k><base href=http://b.example/><a href=' http://a.example '>see <b>this</b></a>"
        "<a href=x><img alt=pic src=i></a><map><area href=y alt=here></map>"
        "<form action=z><input type=image src=j><button formaction=w>go</button></form>"
        "<meta http-equiv=Refresh content='0; URL=http://r.example/'>"
        "<p style='background:url(\"l\")'><iframe src=m></iframe><a name=n>no link</a><script src=o></script>"
    )
    assert list(page.links) == [
        Link("background", "k"),
        Link("base", "http://b.example/"),
        Link("a", "http://a.example", "see this"),
        Link("a", "x", "pic"),
        Link("img", "i"),
        Link("area", "y", "here"),
        Link("form", "z"),
        Link("img", "j"),
        Link("form", "w"),
        Link("meta", "http://r.example/"),
        Link("background", "l"),
        Link("frame", "m"),
        Link("script", "o"),
    ]


def test_what_a_link_hides_is_not_its_text():
    (link,) = read_page("<a href=x>bank<span style='display:none'>.evil</span>.example</a>").links
    assert link.text == "bank.example"


def test_past_the_tags():
    visible, links = past_tags("<p a='x'>one &amp; <!-- no --> two<a HREF = 'http://a.example/?a&amp;b'>three</a><")
    assert visible == "one & two three <"
    assert [link.target for link in links] == ["http://a.example/?a&b"]


SHAPES = {
    "deep": "<div>x" * 50_000,
    "deep spans, other ends": "<span>" * 50_000 + "</q>" * 50_000,
    "deep cells": "<table><tr><td>" * 30_000,
    "walled": "<div><table></div></table>" * 30_000,
    "formatting made anew": "<p>" + "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 30_000,
    "formatting past its block": "<div>" + "".join(f"<b id={n}>" for n in range(3000)) + "</div>" + "<p>x</p>" * 30_000,
    "formatting past tables": "".join(f"<b id={n}><table></b></table>" for n in range(3000)) + "<div>x</div>" * 30_000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">x",
    "attributes of body": "".join(f"<body a{n}>" for n in range(30_000)),
    "quotes": "<a '\"" * 100_000,
    "sheet": "<style>" + "a{" * 300_000,
    "sheet without braces": "<style>" + "a" * 1_000_000,
    "sheets": "".join(f"<style>.c{n}{{display:none}}</style>" for n in range(10_000)),
    "styles": "".join(f"<p style='font-size:{n}px'>x" for n in range(30_000)),
    "long style": "<p style='" + "color" * 100_000 + "'>x",
    "comments": "<!--" * 200_000,
    "less": "<" * 500_000,
    "ampersands": "&am" * 200_000,
    "href": "href=" * 200_000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_shapes_end(shape, request):
    """Each of them takes minutes or gigabytes if a tree is made of the whole: the time limit of tests is the judge."""
    read_page(SHAPES[shape])


def test_what_is_too_intricate_is_still_read():
    page = read_page("<p>first</p>" + "<div>" * 50_000 + "last <a href=http://a.example>x</a>")
    assert not page.whole
    assert page.visible.startswith("first")
    assert page.visible.endswith("last x")
    assert Link("a", "http://a.example") in page.links


def test_small_pages_share_what_may_be_spent():
    markup = "<p>" + "<b>" * 100 + "x"
    assert 0 < read_page(markup).cost < 1_000_000
    assert not read_page(markup, steps=0).whole
