"""A zip hidden behind a boundary that our reading of the declaration does not give is found all the same."""

import base64

import pytest

from gatekeeper.message import parse
from gatekeeper.message.boundaries import delimiters

from .mails import multipart

HIDDEN = b"PK\x03\x04 what is to be found" * 4
PART = (
    b'Content-Type: application/zip\r\nContent-Disposition: attachment; filename="a.zip"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(HIDDEN).replace(b"\n", b"\r\n")
)


def message(declaration: bytes, delimiter: bytes, close: bytes = b"") -> bytes:
    body = b"".join(b"--" + delimiter + b"\r\n" + part for part in (b"\r\ntext\r\n", PART))
    return b"Content-Type: " + declaration + b"\r\n\r\n" + body + b"--" + (close or delimiter) + b"--\r\n"


@pytest.mark.parametrize(
    ("declaration", "delimiter"),
    [
        (b"multipart/mixed; boundary=abc", b"abc"),
        (b'multipart/mixed; boundary="a b c"', b"a b c"),
        (b"multipart/mixed; boundary=a b c", b"a b c"),
        (b"multipart/mixed; boundary='abc'", b"abc"),
        (b"multipart/mixed; boundary='abc'", b"'abc'"),
        (b'multipart/mixed; boundary="abc', b"abc"),
        (b'multipart/mixed; boundary="abc', b'"abc'),
        (b'multipart/mixed; boundary="abc"def', b"abc"),
        (b'multipart/mixed; boundary="abc"def', b'"abc"def'),
        (b"multipart/mixed; boundary=abc; boundary=def", b"abc"),
        (b"multipart/mixed; boundary=abc; boundary=def", b"def"),
        (b"multipart/mixed; boundary=abc\r\nContent-Type: multipart/mixed; boundary=def", b"def"),
        (b"multipart/mixed; boundary=abc\r\nContent-Type: text/plain", b"abc"),
        (b"text/plain\r\nContent-Type: multipart/mixed; boundary=abc", b"abc"),
        (b"multipart/mixed; boundary*=us-ascii''ab%63", b"abc"),
        (b"multipart/mixed; boundary*0=ab; boundary*1=c", b"abc"),
        (b"multipart/mixed; boundary*1=c; boundary*0=ab", b"abc"),
        (b"multipart/mixed; boundary*0*=''ab; boundary*1*=%63", b"abc"),
        (b"multipart/mixed; bound(comment)ary=abc", b"abc"),
        (b"multipart/mixed; boundary=ab(comment)c", b"abc"),
        (b"(comment) multipart/mixed; boundary=abc", b"abc"),
        (b"multipart/mixed; boundary=a\\bc", b"abc"),
        (b"multipart/mixed; boundary=abc\\;def", b"abc\\"),
        (b'multipart/mixed; foo="x;boundary=abc"', b"abc"),
        (b"multipart/mixed boundary=abc", b"abc"),
        (b"multipart/mixed, boundary=abc", b"abc"),
        (b"multipart/mixed; boundary=\r\n abc", b"abc"),
        (b"mult\\ipart/mixed; boundary=abc", b"abc"),
        (b": multipart/mixed; boundary=abc", b"abc"),
        (b"x-multipart/mixed; boundary=abc", b"abc"),
        (b"multipart/mixed", b"abc"),
        (b"text/plain", b"abc"),
        (b"multipart/mixed; boundary=abc", b"abcX"),
        (b"multipart/mixed; boundary=abc", b"abc\x0b"),
        (b"multipart/mixed; boundary=abc", b"abc X"),
        (b'multipart/mixed; boundary=""', b""),
        (b'multipart/mixed; boundary=" "', b" "),
        (b'multipart/mixed; boundary="abc "', b"abc"),
        (b'multipart/mixed; boundary="abc "', b"abc "),
        (b"text/plain\r\nX: y\rContent-Type: multipart/mixed; boundary=abc", b"abc"),
    ],
)
def test_hidden_by_the_declaration(declaration, delimiter):
    parts = list(parse(message(declaration, delimiter)).walk())
    assert any("a.zip" in part.names() for part in parts)
    assert any(reading.data.startswith(HIDDEN) for part in parts for reading in part.decodings())


@pytest.mark.parametrize("declaration", [b"text/plain", b"multipart/mixed; boundary=other"])
def test_what_only_some_see_is_called_ambiguous(declaration):
    parsed = parse(message(declaration, b"abc"))
    assert "mime.boundary-ambiguous" in parsed.anomalies
    assert [stray.path for stray in parsed.root.strays] == ["1.~1"]
    assert not parsed.root.parts


def test_space_behind_a_boundary_is_none_of_it():
    parsed = parse(message(b'multipart/mixed; boundary="abc "', b"abc"))
    assert (len(parsed.root.parts), parsed.root.strays) == (2, ())


def test_what_all_see_is_not():
    parsed = parse(message(b"multipart/mixed; boundary=abc", b"abc"))
    assert (parsed.anomalies, parsed.root.strays) == ((), ())


def test_parts_behind_the_close_delimiter_are_strays():
    inner = multipart(b"\r\ndummy")
    parsed = parse(multipart(inner, PART))
    assert any("a.zip" in part.names() for part in parsed.walk())


def test_a_stray_ends_at_the_next_line_like_its_own():
    raw = message(b"text/plain", b"abcX", close=b"abc") + b"epilogue\r\n"
    (stray,) = parse(raw).root.strays
    assert stray.decodings()[0].data == HIDDEN


def test_a_decoy_of_dashes_does_not_cut_a_stray():
    raw = message(b"text/plain", b"abcdefgh").replace(b"base64\r\n\r\n", b"base64\r\n\r\n--\r\n--ab\r\n-- \r\n")
    (stray,) = parse(raw).root.strays
    assert any(HIDDEN in reading.data for reading in stray.decodings())


@pytest.mark.parametrize(
    "text",
    [
        b"--- a/file\r\n+++ b/file\r\n",
        b"-- \r\nTel: 123\r\nContent with dashes\r\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA1\r\n\r\ncontent-type: x\r\n",
        b"----- Original Message -----\r\nFrom: me\r\n\r\nContent-Type: text/plain\r\n",
    ],
)
def test_dashes_in_ordinary_text_are_no_parts(text):
    assert parse(b"Subject: x\r\n\r\nhello\r\n" + text).anomalies == ()


def test_delimiters_are_found_in_their_span_only():
    raw = b"--b\n--b\n--b--\n--b\n"
    assert [tuple(line) for line in delimiters(raw, 4, len(raw), b"b")] == [(3, 8, False), (7, 14, True)]
    assert list(delimiters(raw, 0, 3, b"b")) == []
