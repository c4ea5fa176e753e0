from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper import traits
from gatekeeper.message import parse
from gatekeeper.traits import TRAITS, Letter, present
from gatekeeper.values import Client, Envelope


def letter(raw: bytes) -> Letter:
    return Letter(parse(raw), Envelope("id", "test", Client(), None))


def test_evidence_is_short_and_can_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def trait(_: Letter) -> Iterator[str]:
        yield "a\r\n\x1b[0m"
        yield "b" * 1000
        yield from "cd"

    monkeypatch.setattr(traits, "TRAITS", {"trait": trait})
    shown = "; ".join(("a\\u000d\\u000a\\u001b[0m", "b" * 80, "c"))
    assert list(present(["trait"], letter(b""))) == [("trait", shown)]


def test_a_trait_that_is_not_there_has_none() -> None:
    assert list(present(["date-absent"], letter(b"Date: now\r\n\r\n"))) == []


def test_families_do_not_share_names() -> None:
    assert len(TRAITS) == sum(len(family.TRAITS) for family in traits._FAMILIES)


HOSTILE = [
    b"",
    b"\r\n",
    b"\x00\xff",
    b"Date: \xff\r\nFrom: <\r\nTo: <\r\nReceived: ;\r\nMessage-ID: <\r\nSubject: =?x?b?=?=\r\n\r\n\xff",
    b"Date: Mon, 99 Mar 99999999 99:99:99 +9999999\r\nReceived: x; 1 Jan 0001 00:00:00 +9999\r\n\r\n",
    b"From: a@[\r\nReply-To: @\r\nReturn-Path: <>\r\nContent-Type: text/html\r\n\r\n<a href='http://[::1'>www.</a",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b--",
    b"".join(b"Received: from x by y; Mon, 2 Mar 2026 09:00:00 +0000\r\n" for _ in range(1000)),
]


NAMES = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Received",
    "Content-Type",
    "X-Mailer",
    "X-Priority",
)
PIECES = ["<", ">", "@", "a", "a.example", "=?utf-8?b?4oCL?=", "[1.2.3.4]", "(", ")", ",", ":", "text/html", "xn--"]
PIECES += [
    "multipart/mixed;boundary=b",
    "&#65;",
    "\xff",
    "\x00",
    " ",
    "9" * 30,
    "Mon, 2 Mar 2026",
    "<a href=http://a.example/>",
    "unsubscribe",
    "\udcff",
]
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(PIECES), max_size=8)))


@given(FIELDS, st.text(st.characters(codec="utf-8"), max_size=50))
@settings(max_examples=50, deadline=None)
def test_no_trait_fails_on_whatever_is_put_together(fields: list[tuple[str, list[str]]], body: str) -> None:
    lines = [f"{name}: {''.join(pieces)}" for name, pieces in fields]
    here = letter("\r\n".join((*lines, "", body)).encode("utf-8", "surrogateescape"))
    found = [name for name in TRAITS if any(True for _ in TRAITS[name](here))]
    assert [name for name, _ in present(TRAITS, here)] == found


@pytest.mark.parametrize("name", TRAITS)
@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_no_trait_fails(name: str, raw: bytes) -> None:
    assert all(shown for _, shown in present([name], letter(raw)))


@pytest.mark.parametrize(
    ("raw", "trait"),
    [
        (b"Content-Type: text/html\r\n\r\n<p>no link", "page-root"),
        (b"Content-Type: text/html\r\n\r\n", "page-root"),
        (b"From: a@b.example\r\n\r\nhttp://www.example.xyz:8080/", "url-port"),
    ],
    ids=["page without links", "page without anything", "link without a page"],
)
def test_what_is_left_out_for_want_of_a_page_or_a_link_is_no_more_than_that(raw: bytes, trait: str) -> None:
    here = letter(raw)
    found = [name for name in TRAITS if any(True for _ in TRAITS[name](here))]
    assert trait in found
    assert [name for name, _ in present(TRAITS, here)] == found
