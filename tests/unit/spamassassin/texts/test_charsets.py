"""Characters by charset, declared and guessed; octets that stay what they are."""

import codecs

import pytest

from gatekeeper.spamassassin.texts.charsets import characters, field_octets, octets
from gatekeeper.spamassassin.texts.codec_names import codec_of


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"plain", "us-ascii", b"plain"),
        (b"plain", "ISO 8859-1", b"plain"),
        (b"plain", "x-no-such", b"plain"),
        (b"plain", "koi8-r", b"plain"),
        (b"plain", "iso-2022-jp", "plain"),
        ("é".encode(), "iso-8859-1", "é"),
        (b"\xe9", "utf-8", "é"),
        (b"\xe9", "iso-8859-1", "é"),
        (b"\x80\xe9", "iso-8859-1", "€é"),
        (b"\x81", "iso-8859-1", "\ufffd"),
        (b"\x81\xe9", "us-ascii", "\ufffdé"),
        (b"\xf0\xd2\xc9", "koi8-r", "При"),
        (b"\xf0\xd2\xc9", "x-no-such", "ðÒÉ"),
        (b"\xc4\xe3", "gb2312", "你"),
        (b"\xc4\xe3", "GB18030-2000", "你"),
        (b"\xa7A\xa1E", "big5", "你‧"),
        (b"\xef\xbf\xbe", "utf-8", "ï¿¾"),
        (b"\xed\xa0\x80", "utf-8", "í\xa0€"),
        (b"a\0 \0", "utf-16", "a "),
        (b"\0a\0 ", "UTF16", "a "),
        (b"\xff\xfea\0", "utf-16", "ÿþa\0"),
        (b"", "utf-8", b""),
    ],
)
def test_the_body_of_a_part(data: bytes, declared: str, text: str | bytes) -> None:
    assert characters(data, declared) == text


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"\xe9", "iso-8859-1", "é"),
        (b"\xe9", "utf-8", "\ufffd"),
        (b"a\xe9b", "us-ascii", "a\ufffdb"),
        (b"\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", "utf-8", "\ufffd\ufffd\ufffd"),
        (b"\xe2\x82\xe2\x82\xac", "utf-8", "\ufffd€"),
        (b"\xe9", "x-no-such", "é"),
        (b"plain", "x-no-such", "plain"),
        (b"a\0 \0", "utf-16", "a\0 \0"),
        (b"\xff\xfea\0", "utf-16", "ÿþa\0"),
    ],
)
def test_an_encoded_word(data: bytes, declared: str, text: str) -> None:
    assert octets(data, declared) == text.encode()


def test_a_header_field_beyond_ascii() -> None:
    assert field_octets("é".encode()) == "é".encode()
    assert field_octets(b"\xe9") == "é".encode()
    assert field_octets(b"e") == b"e"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("x-iso-8859-2", "iso8859-2"),
        ("ISO_8859-15", "iso8859-15"),
        ("iso-8859-8-i", ""),
        ("windows-1251", "cp1251"),
        ("x-cp1250", "cp1250"),
        ("ibm-437", "cp437"),
        ("cp9999", ""),
        ("charset=utf-8", "utf-8"),
        ("hz-gb-2312", "gb2312"),
        ("gb18030", ""),
        ("iso-2022-cn", ""),
        ("rot13", ""),
        ("", ""),
    ],
)
def test_the_codec_of_a_name(name: str, codec: str) -> None:
    assert codec_of(name) == codec
    assert not codec or codecs.lookup(codec)
