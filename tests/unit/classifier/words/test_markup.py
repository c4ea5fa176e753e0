"""What bogolexer 1.2.5 reads of a page, rule by rule."""

import pytest

from gatekeeper.classifier.words.markup import read_markup
from gatekeeper.classifier.words.pieces import pieces


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"wo<b>rl</b>d w<xyz>ord", [b"world", b"word"]),
        (b"foo<br>bar baz<td>qux", [b"foo", b"bar", b"baz", b"qux"]),
        (b"foo</p>bar foo<br/>bar", [b"foobar"]),
        (b"foo</form>bar", [b"foo", b"bar"]),
        (b"foo<!-- a > comment -->bar", [b"foobar"]),
        (b"foo<!-- never ended bar", [b"foo"]),
        (b"<title>The title</title><style>red</style><script>var x1y</script>", [b"The", b"titleredvar", b"x1y"]),
        (
            b'<a href="http://a.example/b" title=ttt>text</a>',
            [b"text", b"href", b"http", b"a.example", b"title", b"ttt"],
        ),
        (b'<img src="pic.gif" alt="some text">', [b"src", b"pic.gif", b"alt", b"some", b"text"]),
        (b"<FONT Color=#ff0000>red</FONT>", [b"red", b"Color", b"ff0000"]),
        (b"<div style=hidden><table width=100%><i mg=ttt>foo", [b"foo"]),
        (b"<form action='http://192.0.2.1/go'>", [b"192.0.2.1"]),
        (b'<a href="http://%61%62%63.example%2Ffoo">', [b"href", b"http", b"abc.example", b"foo"]),
        (b"&nbsp;foo &amp;bar caf&eacute;", [b"nbsp", b"foo", b"amp", b"bar", b"caf", b"eacute"]),
        (b"&#65;BC &#x41;DE it&#39;s it&#8217;s &#9999999;foo", [b"ABC", b"ADE", b"it's", b"foo"]),
        (b"5 < 6 and x > foo <unclosed tag", [b"foo"]),
    ],
)
def test_words_of_a_page(page, words):
    assert pieces(read_markup(page)) == words
