import base64
import gc
import weakref

import pytest

from gatekeeper.message import parse
from gatekeeper.message.text import Hidden, Link, text_of, texts
from tests.unit.message.test_corpora import files


def read(*header: bytes, body: bytes = b""):
    return texts(parse(b"\r\n".join((*header, b"", body))))


def page(body: bytes):
    return read(b"Content-Type: text/html", body=body)


def test_a_plain_message():
    found = read(b"Subject: =?utf-8?Q?gr=C3=BC=C3=9Fe?=", body=b"hello http://a.example/x.\r\n")
    assert found.subject == "grüße"
    assert found.visible == "hello http://a.example/x.\r\n"
    assert found.links == (Link("text", "http://a.example/x"),)
    assert found.domains == ("a.example",)
    assert found.normalised.text == "hello http://a.example/x."
    assert found.subject_normalised.text == "grusse"


def test_a_page():
    found = page(b"<p>one<p style='display:none'>two<a href=http://www.a.co.uk/>three</a> www.b.example")
    assert (found.visible, found.hidden) == ("one", (Hidden("display", "twothree www.b.example"),))
    assert found.domains == ("a.co.uk",)


def test_both_alternatives_count():
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n--b\r\n"
        b"Content-Type: text/html\r\n\r\n<b>page</b>\r\n--b--\r\n"
    )
    assert texts(parse(raw)).visible == "plain\npage"


@pytest.mark.parametrize(
    "header",
    [
        (b"Content-Type: text/html; charset=windows-1251",),
        (b"Content-Type: text/html; charset=utf-8", b"Content-Type: text/html; charset=windows-1251"),
        (b"Content-Type: text/html; charset*=us-ascii''windows-1251",),
        (b'Content-Type: text/html; charset="windows-1251"; charset=x',),
        (b"Content-Type: application/octet-stream; name=a.html; charset=windows-1251",),
        (b"Content-Type: application/xhtml+xml; charset=windows-1251",),
    ],
)
def test_every_declaration_is_followed(header):
    assert "При" in read(*header, body=b"<p>\xcf\xf0\xe8").visible


def test_every_reading_is_visible():
    found = read(b"Content-Type: text/plain; charset=iso-8859-1", body="schön".encode())
    assert found.visible == "schÃ¶n\nschön"


def test_every_decoding_is_read():
    body = base64.b64encode(b"hello there")
    headers = (b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: 7bit")
    assert {"hello there", body.decode()} <= set(read(*headers, body=body).visible.split("\n"))


def test_disagreement_is_noted():
    message = parse(b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AHYAaQBhAGcAcgBh-")
    assert "viagra" in texts(message).visible
    assert message.anomalies == ("text.charset-disagrees",)
    quiet = parse("Content-Type: text/plain; charset=latin1\r\n\r\nschön".encode())
    texts(quiet)
    assert quiet.anomalies == ()


@pytest.mark.parametrize("kind", [b"image/png", b"application/zip", b"application/octet-stream"])
def test_what_is_no_text_is_not_read(kind):
    assert read(b"Content-Type: " + kind, body=b"hello http://a.example").parts == ()


def test_a_page_that_says_it_is_text_is_read_as_a_page():
    assert read(body=b"<html><p style='display:none'>x</p>y").visible == "y"


def test_a_file_inside_text_is_not_its_text():
    body = b"hello\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"
    assert len(read(body=body).parts) == 1


def test_relative_links_have_their_base():
    found = page(b"<base href=http://a.example/><a href=x>y</a><a href='mailto:a@b.example'>z</a><a href='#'>w</a>")
    assert {url.href for url in found.urls.values()} >= {"http://a.example/x", "mailto:a@b.example"}
    assert found.domains == ("a.example",)
    assert page(b"<base href='no base'><a href=http://b.example>x</a>").domains == ("b.example",)


def test_a_message_is_read_once_and_forgotten_with_it():
    message = parse(b"\r\nhello")
    assert texts(message) is texts(message)
    gone = weakref.ref(texts(message))
    del message
    gc.collect()
    assert gone() is None


def test_past_the_limit_stands_an_anomaly():
    message = parse(b"\r\n" + b"hello " * 1_000_000)
    assert texts(message).visible.startswith("hello")
    assert message.anomalies == ("limit.text",)
    deep = parse(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"last")
    assert texts(deep).visible.endswith("last")
    assert deep.anomalies == ("limit.text",)


def test_many_small_pages_share_one_budget():
    part = b"--b\r\nContent-Type: text/html\r\n\r\n<p>" + b"".join(b"<b id=%d>" % n for n in range(120)) + b"<p>x" * 120
    message = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + (part + b"\r\n") * 300)
    assert len(texts(message).parts) == 300
    assert message.anomalies[-1] == "limit.text"


def test_one_part():
    (text,) = text_of(parse(b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>x").root)
    assert (text.path, text.charset, text.html, text.visible) == ("1", "utf-8", True, "x")


@pytest.mark.parametrize("name", ["hard-mime", "evasion", "phish-2023-2024", "usrp-2024"])
def test_everything_is_read(name):
    for path in files(name):
        message = parse(path.read_bytes())
        found = texts(message)
        assert found.normalised.text is not None
        assert found.domains is not None
        assert name == "hard-mime" or "limit.text" not in message.anomalies, path
