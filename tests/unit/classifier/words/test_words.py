"""Words of whole messages."""

from gatekeeper.classifier.words import bogofilter_words_of, words_of
from gatekeeper.message import parse

_PLAIN = b"""From: John <john@example.com>
Subject: Free money
X-Spam-Flag: YES

Now $9.99 for Viagra at http://example.net/now
"""


def test_words_have_the_prefix_of_their_field_and_none_in_the_body():
    assert bogofilter_words_of(parse(_PLAIN)) == (
        *(b"from:John", b"from:john", b"from:example.com"),
        *(b"subj:Free", b"subj:money"),
        *(b"Now", b"for", b"Viagra", b"http", b"example.net", b"now", b"$9.99"),
    )


def test_folded_words_are_in_lower_case_and_still_distinct():
    assert b"viagra" in words_of(parse(_PLAIN), fold=True)
    assert b"from:John" not in words_of(parse(_PLAIN), fold=True)
    words = bogofilter_words_of(parse(_PLAIN))
    assert len(bogofilter_words_of(parse(_PLAIN), fold=True)) == len(words) - 2
