"""HTML taken apart: tags, text and comments in the pieces in which Perl's HTML::Parser gives them."""

import pytest

from gatekeeper.spamassassin.texts.html_entities import decoded
from gatekeeper.spamassassin.texts.html_events import Events


def read(page: str, wide: bool = True) -> str:
    """`<` a tag, `>` its end, `!` a comment, `?` a declaration, `'` text."""
    events = Events(wide)
    events.feed(page)
    events.close()
    marks = {"start": "<", "end": ">", "comment": "!", "declaration": "?", "text": "'"}
    return " ".join(
        marks[event.kind] + event.text + "".join(f",{name}={value}" for name, value in event.attributes.items())
        for event in events.found
    )


@pytest.mark.parametrize(
    ("page", "events"),
    [
        ("a<b>c</b>d", "'a <b 'c >b 'd"),
        ("<A HREF=x Y z='1 2' w = \"3\" x=a x=b>", "<a,href=x,y=Y,z=1 2,w=3,x=a"),
        ('<a href="x"b=y><p =q><i r=>', "<a,href=x,b=y <p,=q==q <i,r="),
        ("<a b='&eacute;&copyx'>", "<a,b=é&copyx"),
        ("a < b <3 c", "'a  '< b  '<3 ' c"),
        ("<_a><:b><1>", "<_a <:b '<1>"),
        ("</a 'b>c'>d</ e>f", ">a 'd !</ e> 'f"),
        ("<!-- a > --  >b<!>c<!d>e<!-->f-->", "!<!-- a > --  > 'b !<!> 'c !<!d> 'e !<!-->f-->"),
        (
            "<!DOCTYPE a 'b>' -- > -->c<!doctype -d>e<!entity f>",
            "?<!DOCTYPE a 'b>' -- > --> 'c !<!doctype -d> 'e ?<!entity f>",
        ),
        ("<?x y>z", "'z"),
        ("<!-- a > b", "!<!-- a > '  b".replace("'  b", "' b")),
        ("a <b c='d", "'a  !<b c='d"),
        ("a<", "'a !<"),
        ("a<1", "'a '<1"),
        ("one two", "'one ' two"),
        ("one two ", "'one two ' "),
        ("<title>a <b></TITLE >c", "<title 'a <b> >title 'c"),
        ("<title>a<b>c", "<title 'a >title <b 'c"),
        ("<title>a<title>b", "<title 'a >title <title 'b >title"),
        ("<script>a<b>&amp;</script>c", "<script 'a<b>&amp; >script 'c"),
        ("<script>a<b>", "<script >script 'a <b"),
        ("<textarea>&amp;<b>", "<textarea '&<b>"),
        ("<xmp>&amp;<b></xmp>&amp;", "<xmp '&amp;<b> >xmp '&"),
        ("<plaintext>&amp;</plaintext>", "<plaintext '&amp;</plaintext>"),
        ("a<![CDATA[b<c>&amp;]]>d", "'a 'b<c>&amp; 'd"),
        ("a<![CDATA[b<c>", "'a 'b<c>"),
        ("a<![if x]>b<![endif]>c", "'a !<![if x]> 'b !<![endif]> 'c"),
        ("<![IGNORE[a<b>]]>c<![INCLUDE[d<e>]]>f<![ [g]]>", "'c 'd <e ' 'f 'g"),
        ("<![RCDATA[&amp;<a>]]>", "'&<a>"),
        ("", ""),
    ],
)
def test_events(page: str, events: str) -> None:
    assert read(page) == events


def test_a_page_may_come_in_pieces() -> None:
    events = Events(wide=False)
    events.feed("a<style>b")
    assert [event.kind for event in events.found] == ["text", "start"]
    events.feed("</style>")
    assert [event.text for event in events.found] == ["a", "style", "b", "style"]


@pytest.mark.parametrize(
    ("text", "wide", "shown"),
    [
        ("&amp;&lt;&#65;&#x41;&#x41", False, ("&<AAA", False)),
        ("&eacute", False, ("é", False)),
        ("&euro;", False, ("€", True)),
        ("&euro &nosuch; & &;", False, ("&euro &nosuch; & &;", False)),
        ("&copy2026 &ampx;", False, ("©2026 &x;", False)),
        ("&#0;&#xFFFF;&#1114112;&#x;&#;", False, ("&#0;&#xFFFF;&#1114112;&#x;&#;", False)),
        ("&#x80;", False, ("\x80", False)),
        ("&#55357;&#56832;", False, ("😀", True)),
        ("&#55357;x&#56832;", False, ("\ufffdx\ufffd", True)),
        ("&#56832;", True, ("\ufffd", True)),
        ("&#xFDD0;&#x1FFFE;", True, ("\ufffd\ufffd", True)),
        ("none", True, ("none", True)),
    ],
)
def test_entities(text: str, wide: bool, shown: tuple[str, bool]) -> None:
    assert decoded(text, wide, prefixes=True) == shown


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit", ["<", "<title>", "<!--", "<![CDATA[", "<![INCLUDE[", "<a b='", "</a '", "<!DOCTYPE ", "<?", "]]>"]
)
def test_what_does_not_end_takes_no_longer_than_its_length(unit: str) -> None:
    read((unit * 200_000)[:200_000])
