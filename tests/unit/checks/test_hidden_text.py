import pytest

from gatekeeper.checks.hidden_text import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import Tables
from gatekeeper.values import Client, Envelope, Stage

WORDS = " ".join(f"word{number}" for number in range(100))


def found(page: str, **settings):
    check = build(Settings(**settings), Tables())[Stage.BODY]
    raw = f"Content-Type: text/html\r\n\r\n{page}".encode()
    return list(check(Mail(Envelope("id", "test", Client(), None), message=parse(raw))))


def slugs(page: str, **settings) -> list[str]:
    return [finding.name for finding in found(page, **settings)]


@pytest.mark.parametrize("how", ["display:none", "font-size:0", "max-height:0;overflow:hidden", "text-indent:-9999px"])
def test_much_hidden_text_is_found_with_its_kinds(how):
    (finding,) = found(f"<p>Hello<p style='{how}'>{WORDS}", score=0.5)
    assert (finding.name, finding.score, finding.certain) == ("hidden-text", 0.5, None)
    assert finding.evidence.startswith("590 letters: ")


@pytest.mark.parametrize(
    "page",
    [
        "<p>Hello",
        f"<p>{WORDS}",
        "<div style='display:none'>What the preview shows, a line or two</div><p>Hello",
        f"<p>{WORDS}<p style='display:none'>{WORDS}",
        f"<p>{WORDS.replace('word', 'another-longer-word')}<p style='display:none'>{WORDS}",
        f"<p>Hello<p style='display:none'>{'again ' * 1000}",
        "<p style='color:white'>&nbsp;</p>Hello",
        f"<!-- {WORDS} -->Hello<style>{WORDS}</style>",
    ],
)
def test_what_is_ordinary(page):
    assert slugs(page) == []


def test_text_in_the_colour_of_its_background_counts_sooner():
    page = "<p>Hello<p><font color=white>some words that only a filter reads"
    (finding,) = found(page, colour_score=0.25)
    assert (finding.name, finding.score, finding.evidence) == ("hidden-colour", 0.25, "29 letters")
    assert slugs(page, colour_letters=100) == []
    assert slugs(page.replace("<p>Hello", "<p>Hello some words that only a filter reads")) == []


def test_both_at_once():
    assert slugs(f"Hello<font color=white>{WORDS}") == ["hidden-text", "hidden-colour"]


def test_the_operator_says_what_is_much():
    page = "<p>Hello<p style='display:none'>a dozen words"
    assert slugs(page, letters=5) == ["hidden-text"]
    assert slugs(page, letters=5, share=10.0) == []


def test_nothing_without_a_message():
    check = build(Settings(), Tables())[Stage.BODY]
    assert check(Mail(Envelope("id", "test", Client(), None))) == []
