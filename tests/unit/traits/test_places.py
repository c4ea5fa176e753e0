import pytest

from gatekeeper.message import parse
from gatekeeper.tables import rules
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.places import PLACES, text_at
from gatekeeper.values import Client, Envelope

MESSAGE = """\
From: =?utf-8?q?J=C3=B3e?= <Joe@Example.org>, "Ann, B." <ann@example.com>
Subject: =?utf-8?q?V=C3=8DAGRA?=
 now
X-Note: =?utf-8?q?caf=C3=A9?=
 twice
X-Note: again
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

C=C3=A1ll NOW
http://www.shop.example.com/a?b
--b
Content-Type: text/html

<p>Hello <a href="https://other.example.net/x">there</a>
--b
Content-Type: application/pdf; name="Bill 1.pdf"

%PDF
--b--
"""


def letter(text: str) -> Letter:
    raw = text.replace("\n", "\r\n").encode()
    return Letter(parse(raw), Envelope("id", "test", Client(), None))


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("text", "call now http://www.shop.example.com/a?b hello there"),
        ("subject", "viagra now"),
        ("from-name", "joe\nann, b."),
        ("from", "joe@example.org\nann@example.com"),
        ("urls", "http://www.shop.example.com/a?b\nhttps://other.example.net/x"),
        ("domains", "example.com\nexample.net"),
        ("names", "Bill 1.pdf"),
        ("types", "multipart/mixed\ntext/plain\ntext/html\napplication/pdf"),
        ("header:subject", "VÍAGRA now"),
        ("header:X-Note", "café twice\nagain"),
        ("header:X-None", ""),
    ],
)
def test_what_stands_there(where: str, text: str) -> None:
    assert text_at(letter(MESSAGE), where).decode() == text


def test_what_is_kept_as_it_came() -> None:
    here = letter(MESSAGE)
    assert b"C\xc3\xa1ll NOW\r\nhttp" in text_at(here, "visible")
    assert b'<p>Hello <a href="https://other.example.net/x">there</a>' in text_at(here, "html")
    assert b"Subject: =?utf-8?q?V=C3=8DAGRA?= now\n" in text_at(here, "headers")


@pytest.mark.parametrize("where", [*PLACES, "header:From"])
@pytest.mark.parametrize("text", ["", "\n", "From: \udcff\n\n\udcff", "Content-Type: text/html\n\n<"])
def test_nothing_raises(where: str, text: str) -> None:
    raw = text.encode("utf-8", "surrogateescape")
    assert isinstance(text_at(Letter(parse(raw), Envelope("id", "test", Client(), None)), where), bytes)


def test_rules_may_name_these_places_and_no_other() -> None:
    assert list(PLACES) == list(rules.PLACES)


def test_much_is_not_matched_to_its_end() -> None:
    assert len(text_at(letter("Subject: x\n\n" + "word " * 400_000), "text")) == 1_000_000
