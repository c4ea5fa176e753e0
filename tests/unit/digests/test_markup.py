import pytest

from gatekeeper.digests import markup
from gatekeeper.digests.markup import text_of


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("no markup at all", "no markup at all"),
        ("<p>one<b>two</b> three</p>", "one two three"),
        ("caf&eacute; &amp; bar &#33; ", "café & bar !"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<a title="a > b" href=x>seen</a>', "seen"),
        ("<a title='a > b'>seen</a>", "seen"),
        ("a<!-- not > seen -- >b<!DOCTYPE x>c<?php x ?>d", "a b c d"),
        ("<style>p {}</style>a<SCRIPT>if (a<b) x</SCRIPT >b", "a b"),
        ("a<script/>b", "a b"),
        ("a<script>never closed", "a"),
        ("a<style>x</script>y</style>b", "a b"),
        ("a<![if mso]>b<![endif]>c<![CDATA[d]]>e", "a b c e"),
        ("a</>b</ x>c</p class=y>d", "a b c d"),
        ("a<tag without end", "a"),
        ('a<a title="never closed>b', "a"),
        ("a<!-- never closed", "a"),
        ("a<![nonsense[b]]>c", "a"),
        ("a<", "a"),
        ("a &am", ""),
        ("a &amp b", "a & b"),
        ("", ""),
    ],
)
def test_the_text_of_a_page(page: str, text: str) -> None:
    assert text_of(page) == text


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<a b=\"", "<a =\"x\"", "<!--", "<!-- --", "<![if ", "<![if ]", "</", "<script>", "<script></script",
     "&", "&#", "<a b='x' ", "<?", "<style></"],
)  # fmt: skip
def test_hostile_pages_take_linear_time(piece: str) -> None:
    """Twenty times as much in any of the worst forms would take hours if it were otherwise."""
    text_of(piece * (400_000 // len(piece)))


@pytest.mark.parametrize("page", ["a<p>b<i", "x &lt; y &", "<b>1</b>2<!-- 3 -->4<q", "<td nowrap>5</td", "6<br / >7"])
def test_it_is_what_python_makes_of_it(page: str) -> None:
    real = pytest.importorskip("pyzor.digest", reason="Pyzor is not installed")
    assert text_of(page) == real.DataDigester.normalize_html_part(page)


def test_nobody_writes_so_many_tags(monkeypatch):
    monkeypatch.setattr(markup, "_MOST_TAGS", 3)
    assert text_of("a<b>c<b>d<b>e") == "a c d"
    assert text_of("a<b>c<b>d") == "a c d"
