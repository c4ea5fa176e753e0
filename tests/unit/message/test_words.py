import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import parse
from gatekeeper.message.words import decoded_words, spoken, text, texts, uncommented, word_readings


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?caf=C3=A9?=", "café"),
        (b"=?UTF-8?B?Y2Fmw6k=?= tail", "café tail"),
        (b"=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
        (b"=?utf-8*en?q?a_b?=", "a b"),
        (b"=?utf-8?b?Y2Fm?", "=?utf-8?b?Y2Fm?"),
        (b"=?no-such?q?a=E9?=", "aé"),
        (b"=?utf-8?b?Y2FmZQ?=", "cafe"),
        (b"=?utf-8?b?#?=", ""),
        (b"\xe9", "é"),
    ],
)
def test_encoded_words(value, expected):
    assert decoded_words(value) == expected


@pytest.mark.parametrize(
    ("octets", "charset", "expected"),
    [
        (b"\xe9", "iso-8859-1", "é"),
        (b"\xc3\xa9", "", "é"),
        (b"\xc3\xa9", "us-ascii", "é"),
        (b"\xe9", "us-ascii", "é"),
        (b"a", "base64", "a"),
        (b"a", "idna", "a"),
        (b"a", "../x", "a"),
        (b"a", "utf\0", "a"),
        (b"\\u0041", "unicode-escape", "\\u0041"),
    ],
)
def test_no_charset_is_trusted(octets, charset, expected):
    assert text(octets, charset) == expected


def test_utf16_without_a_mark_is_read_in_both_orders():
    assert {"ab", "\u6100\u6200"} <= set(texts(b"\0a\0b", "UTF-16"))
    assert "ab" in word_readings(b"=?utf-16?B?AGEAYg==?=")


def test_comments_nest_but_not_without_end():
    assert uncommented(b"a(b(c)d)e") == b"ae"
    assert uncommented(b"a(b") == b"a(b"
    assert len(uncommented(b"(" * 10_000 + b")" * 10_000)) > 0


def test_what_lenient_readers_leave_out():
    assert spoken(b'a(b)\\c"d"\r\n e') == (b'a(b)\\c"d" e', b'a\\c"d" e', b'ac"d" e', b"acd e")


@given(st.binary(), st.text(max_size=45))
@settings(deadline=None)
def test_nothing_raises(octets, charset):
    assert isinstance(text(octets, charset), str)
    assert isinstance(decoded_words(octets), str)
    assert isinstance(decoded_words(b"=?" + charset.encode("utf-8", "replace") + b"?b?" + octets + b"?="), str)


@pytest.mark.parametrize("half", [b"+2AA-", b"+2D0-", b"+3gA-"])
def test_half_a_character_is_none(half):
    assert text(half, "utf-7").encode("utf-8")
    assert parse(b"Content-Type: multipart/mixed; boundary*=utf-7''" + half + b"\n\n--x\n").root.parts == ()
