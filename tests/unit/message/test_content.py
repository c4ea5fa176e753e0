import pytest

from gatekeeper.message import parse


def of(header: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    root = parse(header + b"\r\n\r\nbody").root
    return root.types(), root.encodings()


@pytest.mark.parametrize(
    ("value", "types"),
    [
        (b"text/html", ("text/html",)),
        (b"TEXT/HTML; charset=x", ("text/html",)),
        (b" text/html ;", ("text/html",)),
        (b"(a(b)c) text/html (d)", ("text/html",)),
        (b"te\\xt/html", ("te\\xt/html", "text/html")),
        (b'"text/html"', ('"text/html"', "text/html")),
        (b": text/html", ("text/html",)),
        (b"text/html, x", ("text/html",)),
        (b"te\0xt/html", ("te\0xt/html", "text/html")),
        (b"text", ("text/plain",)),
        (b"", ("text/plain",)),
        (b"text/plain\r\nContent-Type: application/zip", ("text/plain", "application/zip")),
    ],
)
def test_types(value, types):
    assert of(b"Content-Type: " + value)[0] == types


@pytest.mark.parametrize(
    ("value", "encodings"),
    [
        (b"base64", {"base64"}),
        (b"BASE64 ", {"base64"}),
        (b"Quoted-Printable", {"quoted-printable"}),
        (b"7bit", {"identity"}),
        (b"", {"identity"}),
        (b"x-unknown", {"identity"}),
        (b"base64;", {"identity", "base64"}),
        (b"x-base64", {"identity", "base64"}),
        (b'"base64"', {"identity", "base64"}),
        (b"bas(x)e64", {"identity", "base64"}),
        (b"base\\64", {"identity", "base64"}),
        (b"=?us-ascii?B?YmFzZTY0?=", {"identity", "base64"}),
        (b"base64, quoted-printable", {"identity", "base64", "quoted-printable"}),
        (b"quotedprintabl", {"identity", "quoted-printable"}),
        (b"x-uuencode", {"identity", "uuencode"}),
        (b" " * 2000 + b"base64", {"base64"}),
        (b"base64\r\nContent-Transfer-Encoding: 7bit", {"base64", "identity"}),
    ],
)
def test_encodings(value, encodings):
    assert set(of(b"Content-Transfer-Encoding: " + value)[1]) == encodings


@pytest.mark.parametrize(
    "header",
    [
        b"X: y\rContent-Transfer-Encoding: base64",
        b"X: y\r\n Content-Transfer-Encoding: base64",
        b"X: y\r\nContent-Transfer-Encoding base64",
        b"junk\r\nContent-Transfer-Encoding: base64",
        b"X: y\r\n\x01\x02\r\nContent-Transfer-Encoding: base64",
        b" Content-Transfer-Encoding: base64",
    ],
)
def test_a_field_that_only_some_readers_see(header):
    message = parse(header + b"\r\n\r\nQUJD\r\n")
    assert "base64" in message.root.encodings()
    assert any(reading.data == b"ABC" for reading in message.root.decodings())
    assert "mime.hidden-field" in message.anomalies


@pytest.mark.parametrize(
    "header",
    [
        b"DKIM-Signature: v=1; h=from:to:\r\n\tcontent-type:content-transfer-encoding; b=ab/cd",
        b"DKIM-Signature: v=1; h=from:to:\r\n content-type; b=ab/cd",
        b"Subject: the content-type: text/html header",
        b"X: y\r\n content-disposition is a header",
        b"Content-Type: text/plain;\r\n content-language=en",
    ],
)
def test_text_about_fields_is_no_field(header):
    message = parse(header + b"\r\n\r\nbody")
    assert message.anomalies == ()
    assert message.root.types() == ("text/plain",)


def test_repeated_fields_are_named():
    raw = b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Transfer-Encoding: 7bit\r\n"
    assert parse(raw + b"Content-Transfer-Encoding: base64\r\n\r\n").anomalies == (
        "mime.duplicate-content-type",
        "mime.duplicate-encoding",
        "mime.type-unclear",
    )


def test_of_many_repetitions_the_first_and_the_last_count():
    fields = b"".join(b"Content-Type: a/b%d\r\n" % number for number in range(10_000))
    types = parse(fields + b"\r\n").root.types()
    assert ("a/b0" in types, "a/b9999" in types, len(types)) == (True, True, 50)


@pytest.mark.parametrize(
    "value",
    [
        b"text/plain; charset=utf-8",
        b'text/plain; charset="utf-8";\r\n\tname="a b.txt"',
        b"text/plain; name*=utf-8''a%20b.txt",
        b"text/plain; name*0*=utf-8''a%20; name*1=b.txt",
    ],
)
def test_a_sound_field_is_no_anomaly(value):
    assert parse(b"Content-Type: " + value + b"\r\n\r\n").anomalies == ()


@pytest.mark.parametrize(
    "value",
    [
        b"multipart/mixed boundary=b",
        b"multipart/mixed; boundary =b",
        b"multipart/mixed; boundary=(c)b",
        b'multipart/mixed; boundary="b',
        b"text/plain; name=a b.txt",
        b"text/plain; name*1=b.txt; name*0=a",
        b"text/plain; name*1=a; name*2=b.txt",
    ],
)
def test_an_unsound_field_is_one(value):
    assert "mime.field-syntax" in parse(b"Content-Type: " + value + b"\r\n\r\n").anomalies
