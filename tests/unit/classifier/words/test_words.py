"""Words of whole messages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.classifier.words import bogofilter_words_of, folded, words_of
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


def test_our_own_come_on_top_of_bogofilters():
    words = words_of(parse(_PLAIN))
    assert set(bogofilter_words_of(parse(_PLAIN))) < set(words)
    assert {b"no:date", b"url:example.net", b"top:Free", b"for+Viagra"} <= set(words)


def test_own_words_are_none_that_bogofilter_could_make():
    """A list imported from bogofilter must give the score that it gave there."""
    message = parse(_PLAIN)
    for word in set(words_of(message)) - set(bogofilter_words_of(message)):
        assert b":" in word or b"+" in word
        assert not word.startswith((b"subj:", b"from:", b"to:", b"rtrn:", b"rcvd:", b"head:", b"mime:", b"ip:"))


def test_folded_words_are_in_lower_case_and_still_distinct():
    words = words_of(parse(_PLAIN), fold=True)
    assert all(word == folded(word) for word in words)
    assert b"viagra" in words
    assert b"from:john" in words
    assert len(words) == len(set(words)) < len(words_of(parse(_PLAIN)))
    assert folded("subj:ÄRGER".encode()) == "subj:ärger".encode()


@pytest.mark.parametrize("fold", [False, True])
def test_verdicts_are_never_learnt(fold):
    """Neither ours nor those of others, in whatever spelling: a model must not learn what it said itself."""
    said = b"X-GATEKEEPER-Verdict: spam-word\nx-Bogosity: Spam\nX-SPAM-Status: Yes\n folded\nArc-Seal: foo\n"
    assert words_of(parse(said + _PLAIN), fold) == words_of(parse(_PLAIN), fold)


def test_the_same_message_gives_the_same_words():
    assert words_of(parse(_PLAIN)) == words_of(parse(bytes(_PLAIN)))


def sound(words: tuple[bytes, ...]) -> None:
    assert len(words) == len(set(words)) <= 20_000
    for word in words:
        assert 2 <= len(word) <= 100
        assert not set(word) & set(b" \n\r\t\0")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\0" * 1000,
        bytes(range(256)) * 40,
        b"Subject: " + b"\xff" * 500 + b"\nX\xe9: foo\n\n\x80\x81",
        b"Subject: =?utf-16?b?//8=?= =?x?q?=00=0A?=\nMessage-ID: a@\0b c\n\nfoo",
        b"Content-Type: text/html; charset=\xff\xfe\n\n<a href=\xff>&#0;&#10;&#32;x",
        b"X-Foo: " + b"a " * 200_000 + b"\n\nfoo",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 300,
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b'--b\nContent-Type: a/b; name="x. y\0z.\xff e"\n\nMZ\n' * 300,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_junk_gives_sound_words(raw):
    sound(words_of(parse(raw)))
    sound(words_of(parse(raw), fold=True))


@given(st.binary(max_size=400), st.binary(max_size=400), st.sampled_from([b"text/plain", b"text/html", b"a/b"]))
@settings(max_examples=300, deadline=None)
def test_any_message_gives_sound_words(header, body, kind):
    sound(
        words_of(
            parse(b"Subject: " + header + b"\nMessage-ID: " + header + b"\nContent-Type: " + kind + b"\n\n" + body)
        )
    )
    sound(words_of(parse(header + body)))


_UNITS = (
    *(b"a", b",", b"<", b"<a ", b"<!--", b"<!-- -", b"&#", b"&#65;", b"1.", b"$1.", b"a-", b"a1-", b"a-1", b"a1-b="),
    *(b"<br ", b"//1.1.", b"%41", b" id ", b"=", b'boundary="', b"name ", b"charset ", b"\xe9", b"\0", b"!'-._`~"),
)


@pytest.mark.parametrize("unit", _UNITS, ids=repr)
@pytest.mark.parametrize("kind", [b"text/plain", b"text/html"])
def test_a_hostile_megabyte_is_read_in_linear_time(unit, kind):
    """Each pattern meets its worst in the body and in a field; were one of them quadratic, this would take hours."""
    flood = unit * (1_000_000 // len(unit))
    sound(words_of(parse(b"Content-Type: " + kind + b"\n\n" + flood)))
    sound(words_of(parse(b"Content-Type: " + kind + b"; @=" + flood[:200_000] + b"=\n\nfoo")))


def test_no_more_than_20000_words_are_kept_and_those_of_the_header_first():
    words = words_of(parse(b"Subject: foo\n\n" + b" ".join(b"abc%d" % number for number in range(50_000))))
    assert len(words) == 20_000
    assert words[0] == b"subj:foo"
    assert b"abc0+abc1" in words
