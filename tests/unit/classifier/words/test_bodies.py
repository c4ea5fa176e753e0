"""Which parts are read, and how."""

import base64

import pytest

from gatekeeper.classifier.words.bodies import body_words
from gatekeeper.message import parse


def words(raw: bytes) -> list[bytes]:
    return body_words(parse(raw))


def mixed(*parts: bytes) -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=edge\n\nPreamble here\n"
        + b"".join(b"--edge\n" + part + b"\n" for part in parts)
        + b"--edge--\n\nEpilogue there\n"
    )


def test_every_text_is_read_between_preamble_and_epilogue():
    said = words(mixed(b"\nfirst", b"Content-Type: text/x-foo\n\nsecond", b"Content-Type: text/html\n\n<b>third</b>"))
    assert [word for word in said if not word.startswith(b"mime:")] == [
        *(b"Preamble", b"here", b"Epilogue", b"there"),
        *(b"first", b"second", b"third"),
    ]


def test_encoded_texts_are_decoded():
    quoted = b"Content-Transfer-Encoding: quoted-printable\n\nsoft=\nbreak caf=C3=A9"
    assert b"softbreak" in words(quoted)
    assert b"hello" in words(b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(b"hello world"))


def test_of_other_parts_only_the_header_is_read():
    file = b'Content-Type: application/pdf; name="invoice.pdf"\nContent-Transfer-Encoding: base64\n\n'
    said = words(mixed(file + base64.b64encode(b"secret words inside")))
    assert b"mime:invoice.pdf" in said
    assert b"mime:application" in said
    assert b"secret" not in said


def test_a_message_inside_is_read_without_prefixes():
    said = words(mixed(b"Content-Type: message/rfc822\n\nSubject: inner words\nX-Spam-Flag: YES\n\nbody text"))
    assert said[said.index(b"inner") :] == [b"inner", b"words", b"body", b"text"]


@pytest.mark.parametrize(
    ("charset", "octets", "word"),
    [
        ("utf-8", "café".encode(), "café".encode()),
        ("windows-1252", b"it\x92s", b"it\xe2\x80\x99s"),
        ("koi8-r", "привет".encode("koi8-r"), "привет".encode()),
        ("utf-8", b"caf\xe9", b"caf\xe9"),
        ("us-ascii", "café".encode(), "café".encode()),
    ],
)
def test_words_are_in_utf_8(charset, octets, word):
    assert words(f"Content-Type: text/plain; charset={charset}\n\n".encode() + octets) == [word]


def test_what_declares_no_charset_is_latin_1():
    assert words(b"\ncaf\xe9") == ["café".encode()]


def test_a_multipart_without_parts_is_read_as_a_text():
    assert words(b"Content-Type: multipart/mixed; boundary=none\n\nsome words\n") == [b"some", b"words"]


def test_a_message_of_many_megabytes_is_read_in_part():
    assert words(b"\n" + b"abc " * 1_500_000 + b"end") == [b"abc"]
    assert b"mime:late.bin" not in words(mixed(b"\n" + b"abc " * 1_100_000, b"Content-Type: a/b; name=late.bin\n\nfoo"))
    assert b"end" not in words(mixed(b"\nfoo").replace(b"Preamble", b"abc " * 1_500_000 + b"--end"))
