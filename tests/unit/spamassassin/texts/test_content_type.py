"""What is made of a Content-Type, the odd ones with it."""

import pytest

from gatekeeper.spamassassin.texts.content_type import content_type


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b"text/plain", "text/plain"),
        (b"TEXT/HTML; charset=x", "text/html"),
        (b"text/enriched", "text/plain"),
        (b"text/x-vcard", "text/x-vcard"),
        (b"text/calendar; x=y", "text/calendar"),
        (b"text", "text/plain"),
        (b"texts/plain", "texts/plain"),
        (b"application/x-z p; x", "application/x-z"),
        (b'"text/html"', "text/html"),
        (b"multipart/mixed/x", "multipart/mixed"),
        (b"image", "image"),
        (b"/x", "/x"),
        (b"  ; x=y", "text/plain"),
        (b"a@b/(c)", "ab/c"),
    ],
)
def test_the_type(value: bytes, kind: str) -> None:
    assert content_type([value]).kind == kind


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        (b'a/b; boundary="x y"', b"x y"),
        (b"a/b; boundary=x", b"x"),
        (b"a/b; BOUNDARY = x; y", b"x"),
        (b'a/b; boundary="x', b"x"),
        (b'a/b; boundary=x"y"', None),
        (b'a/b; boundary=""', None),
        (b"a/b; xboundary=y", None),
        (b"a/b; x-boundary=y", b"y"),
    ],
)
def test_the_boundary(value: bytes, boundary: bytes | None) -> None:
    assert content_type([value]).boundary == boundary


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'a/b; name="x y.z"', b"x y.z"),
        (b"a/b; name='x'; y", b"x"),
        (b"a/b; filename=x.z", b"x.z"),
        (b"a/b; name*0=x; name*1=.z", b"x.z"),
        (b"a/b; name*1=.z; name*0=x", b"x.z"),
        (b"a/b; name*1=.z", None),
        (b"a/b; name*0=x; name=y", b"y"),
        (b"a/b; name=0; name*0=x", b"x"),
        (b"a/b; name=", b""),
        (b"a/b", None),
    ],
)
def test_the_name(value: bytes, name: bytes | None) -> None:
    assert content_type([value]).name == name


def test_the_charset_and_the_last_of_several_values() -> None:
    assert content_type([b"a/b; charset=x", b'c/d; charset="UTF-8"; y']).charset == b"UTF-8"
    assert content_type([b"a/b; charset=x", b"c/d"]).charset is None


def test_without_a_type_it_is_plain_text_in_ascii() -> None:
    for values in ([], [b""], [b"0"]):
        assert content_type(values) == ("text/plain", None, b"us-ascii", None, True)
    assert content_type([b"; charset=x"]) == ("text/plain", None, b"x", None, True)


def test_a_value_over_several_lines_is_not_read_without_end() -> None:
    assert content_type([b"a/b;" + b"charset=\n" * 100_000]).kind == "a/b"
