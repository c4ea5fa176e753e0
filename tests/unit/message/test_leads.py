import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import parse
from gatekeeper.message.leads import Leads, leads


def led(header: bytes, body: bytes = b"", html: bool = False) -> Leads:
    kind = b"Content-Type: text/html\r\n" if html else b""
    return leads(parse(header + kind + b"\r\n" + body))


def test_where_answers_go_comes_first_then_what_is_clicked_then_who_wrote_then_what_is_loaded() -> None:
    page = b'<img src="http://img.example/"><a href="http://click.example/">x</a><form action="http://form.example">'
    found = led(b"From: A <a@author.example>\r\nReply-To: B <b@reply.example>\r\n", page, html=True)
    assert found.hosts == ("reply.example", "click.example", "form.example", "author.example", "img.example")
    assert found.mail == ("b@reply.example", "a@author.example")


def test_each_once() -> None:
    found = led(b"From: a@x.example\r\nReply-To: a@x.example\r\n", b"http://x.example/1 http://x.example/2 a@X.example")
    assert found == Leads(("x.example",), ("a@x.example",))


def test_links_to_write_to_and_addresses_in_the_text() -> None:
    page = b'<a href="mailto:Joe%40one.example,ann@two.example?subject=x@y.example">x</a> write to Kim@three.example.'
    assert led(b"", page, html=True).mail == ("joe@one.example", "ann@two.example", "kim@three.example")


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        (b"(joe.b+x@mail.example.org)", ("joe.b+x@mail.example.org",)),
        (b"joe@localhost joe@ @example.org joe@-a.example joe@example.1", ()),
        (b"a" * 65 + b"@example.org", ()),
        (b"a" * 64 + b"@example.org", ("a" * 64 + "@example.org",)),
        (b"x@y@z.example", ("y@z.example",)),
    ],
)
def test_addresses_written_in_the_text(text: bytes, mail: tuple[str, ...]) -> None:
    assert led(b"", text).mail == mail


def test_a_thousand_links_and_ten_thousand_addresses_are_read_in_their_order() -> None:
    links = b" ".join(b"http://h%d.example/" % n for n in range(1000))
    header = b"Reply-To: " + b",\r\n ".join(b"a%d@r%d.example" % (n, n) for n in range(10_000)) + b"\r\n"
    text = b" ".join(b"t%d@t.example" % n for n in range(10_000))
    found = led(header, links + b"\r\n" + text)
    assert found.hosts[:2] == ("r0.example", "r1.example")
    assert [host for host in found.hosts if host[0] == "h"] == [f"h{n}.example" for n in range(900)]
    assert len(found.hosts) == 1000
    assert len(found.mail) <= 200


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_nothing_raises(body: bytes) -> None:
    led(b"From: " + body.replace(b"\n", b" ") + b"\r\n", body, html=True)
