"""What bogolexer 1.2.5 makes of a text, rule by rule; each line was seen in its output."""

import pytest

from gatekeeper.classifier.words.pieces import in_order, pieces, spaced


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"Hello hello", [b"Hello", b"hello"]),
        (b"ab abc", [b"abc"]),
        (b"foo;bar/baz:qux@eee=fff+ggg&hhh", [b"foo", b"bar", b"baz", b"qux", b"eee", b"fff", b"ggg", b"hhh"]),
        (
            b"don't free-money foo_bar foo~bar foo`bar f.o.o",
            [b"don't", b"free-money", b"foo_bar", b"foo~bar", b"foo`bar", b"f.o.o"],
        ),
        (b"off!!! foo!bar foo!- foo-!", [b"off!!!", b"foo!bar", b"foo!", b"foo-!"]),
        (b"__init__ --foo-- 'tis dogs' bar...", [b"init", b"foo", b"tis", b"dogs", b"bar"]),
        (b"123abc 1a2b3 abc123 i386", [b"abc", b"a2b3", b"abc123", b"i386"]),
        (b"2002-01-01 12:34:56 1st 1,000", []),
        (b"a\0bcd\x7fefg\x01hij", [b"bcd", b"efg", b"hij"]),
        ("café …dots naïve".encode(), ["café".encode(), "…dots".encode(), "naïve".encode()]),
    ],
)
def test_where_words_begin_and_end(text, words):
    assert pieces(text) == words


def test_a_word_has_30_bytes_at_most_its_prefix_included():
    assert pieces(b"a" * 30 + b" " + b"b" * 31) == [b"a" * 30]
    assert pieces(b"a" * 25 + b" " + b"b" * 26, b"subj:") == [b"subj:" + b"a" * 25]
    assert pieces("é".encode() * 15 + b" " + "ü".encode() * 16) == ["é".encode() * 15]
    assert pieces(b"-" + b"a" * 30 + b"...") == [b"a" * 30]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"$5", [b"$5"]),
        (b"$100.00 $5. $5,000.00", [b"$100.00", b"$5", b"$5"]),
        (b"US$500", [b"$500"]),
        (b"$1.2.3 $.50", [b"$1.2"]),
        (b"$abc", [b"abc"]),
    ],
)
def test_amounts(text, words):
    assert pieces(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"1.2.3.4 [192.168.000.001]", [b"1.2.3.4", b"192.168.000.001"]),
        (b"1.2.3", []),
        (b"1.2.3.4.5.6.7.8.9", [b"1.2.3.4", b"5.6.7.8"]),
        (b"10.0.0.256", [b"10.0.0.25"]),
        (b"999.888.777.666", []),
        (b"v1.2.3.4", [b"v1.2.3.4"]),
        (b"'10.128.0.127'", [b"10.128.0.127"]),
    ],
)
def test_addresses(text, words):
    assert pieces(text) == words


def test_a_prefix_stands_before_all_of_them():
    assert pieces(b"foo $5 1.2.3.4", b"subj:") == [b"subj:foo", b"subj:$5", b"subj:1.2.3.4"]


def test_words_in_order_are_not_made_distinct():
    assert in_order(spaced(b"foo bar 12 foo")) == [b"foo", b"bar", b"foo"]
