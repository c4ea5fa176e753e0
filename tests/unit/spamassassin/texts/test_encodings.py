"""Base64 and quoted-printable, in order and out of it."""

import pytest

from gatekeeper.spamassassin.texts.encodings import from_base64, from_quoted_printable


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"a=20b=3D=3d", b"a b=="),
        (b"soft=\nbreak=\r\nhere", b"softbreakhere"),
        (b"space before \t\nthe end \t\r\n", b"space before\nthe end\r\n"),
        (b"space at the very end ", b"space at the very end "),
        (b"no =escape =G0 =", b"no =escape =G0 ="),
        (b"soft break with space= \nx", b"soft break with spacex"),
        (b"=e9=C3=A9", b"\xe9\xc3\xa9"),
        (b"nothing\n", b"nothing\n"),
        (b"", b""),
    ],
)
def test_quoted_printable(encoded: bytes, plain: bytes) -> None:
    assert from_quoted_printable(encoded) == plain


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVs\nbG8\r\n=\t", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVsbG8=d29ybGQ=", b"hello\0world"),
        (b"aGVs*bG8=", b"hello"),
        (b"aGVsbG8Kd", b"hello\n"),
        (b"=", b""),
        (b"A===", b""),
        (b"*!", b""),
        (b"", b""),
    ],
)
def test_base64(encoded: bytes, plain: bytes) -> None:
    assert from_base64(encoded) == plain


def test_padding_inside_is_a_slash_where_the_rest_is_out_of_order() -> None:
    assert from_base64(b"aGVsbG8=.d29y") == from_base64(b"aGVsbG8/d29y")
    assert from_base64(b"aGVsbG8=d29y") == from_base64(b"aGVsbG8Ad29y")
