"""Where a rule has hit."""

import pytest

from gatekeeper.spamassassin.shown import shown
from gatekeeper.tables.matcher import Budget
from tests.unit.spamassassin.test_rule_set import Letter, rule_set

RULES = """
body BODY /next\\s+of\\s+kin/i
header SUBJECT Subject =~ /act (?!later)\\w+/
header NOT Subject !~ /absent/
header THERE exists:Subject
header UNSET X-Not =~ /none/ [if-unset: none]
uri URI /evil/
mimeheader PART Content-Type =~ /html/
full FULL /\\x00+/
meta META BODY && SUBJECT && !GONE
header EVAL eval:times('2')
body LONG /y+/
"""


@pytest.fixture
def letter() -> Letter:
    return Letter(
        {"Subject": b"please act now\n"},
        body=[b"", b"the Next  of \xc3\xa9 x Next of kin", b"y" * 500],
        uris=[b"http://a.example/", b"http://evil.example/"],
        full=b"a\0\0b",
        parts={"Content-Type": [None, b"text/html\n"]},
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BODY", "body: Next of kin"),
        ("SUBJECT", "Subject: act now"),
        ("NOT", "Subject"),
        ("THERE", "Subject"),
        ("UNSET", "X-Not: none"),
        ("URI", "uri: evil"),
        ("PART", "Content-Type: html"),
        ("FULL", "full: \\u0000\\u0000"),
        ("META", "BODY, SUBJECT"),
        ("EVAL", "times('2')"),
        ("LONG", f"body: {'y' * 59}…"),
    ],
)
def test_each_kind_shows_what_it_is_about(letter: Letter, name: str, told: str) -> None:
    rules = rule_set(RULES)
    hits = rules.hits(letter, lambda call: call.function(None, *call.arguments), Budget())
    assert name in hits
    assert shown(rules, name, hits, letter) == told
