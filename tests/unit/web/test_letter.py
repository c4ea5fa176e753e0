"""A message as it is shown: readable, bounded, and with nothing in it that hides."""

from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import Message, parse
from gatekeeper.message.listing import questions_of
from gatekeeper.values import Answers, Found, Item, Opened, Recipient
from gatekeeper.web.letter import letter, page_of, subject_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def mail(**header: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    for name, value in ({"From": "Eve <eve@out.test>", "To": "anna@company.example"} | header).items():
        message[name.replace("_", "-")] = value
    return message


def whole() -> bytes:
    """Text, a page with a picture, an attachment."""
    message = mail(Subject="Grüße aus Köln")
    message.set_content("Read me.\r\n")
    message.add_alternative('<p>Look <img src="cid:logo@x"></p>', subtype="html")
    message.get_payload()[1].add_related(PNG, "image", "png", cid="<logo@x>")  # type: ignore[union-attr, index]
    message.add_attachment(b"MZ\x90\0" + b"\0" * 80, maintype="application", subtype="pdf", filename="invoice.pdf")
    return message.as_bytes()


def page(markup: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + markup.encode()


def test_the_header_is_decoded_and_in_its_order() -> None:
    shown = letter(whole())
    assert shown.subject == "Grüße aus Köln"
    assert shown.author == "Eve <eve@out.test>"
    assert [name for name, _ in shown.header][:3] == ["From", "To", "Subject"]
    assert dict(shown.header)["Subject"] == "Grüße aus Köln"
    assert shown.fields == len(shown.header)


def test_plain_text_comes_before_what_a_page_says() -> None:
    shown = letter(whole())
    assert [(passage.text, passage.page) for passage in shown.passages] == [("Read me.", False), ("Look", True)]
    assert shown.page


def test_a_message_without_a_page_has_none_to_show() -> None:
    assert not letter(b"Subject: x\r\n\r\ntext").page
    assert page_of(b"Subject: x\r\n\r\ntext") is None


def test_its_page_has_the_pictures_that_came_with_it() -> None:
    shown = page_of(whole())
    assert shown
    assert "data:image/png;base64,iVBOR" in shown.document
    assert "<title>Grüße aus Köln</title>" in shown.document


def test_the_page_is_the_first_that_says_anything() -> None:
    message = mail()
    message.set_content("<p> </p>", subtype="html")
    message.add_attachment(b"<p>second</p>", maintype="text", subtype="html")
    shown = page_of(message.as_bytes())
    assert shown
    assert "second" in shown.document


def test_parts_say_what_they_are_and_what_they_are_called() -> None:
    things = {thing.names: thing for thing in letter(whole()).things}
    invoice = things["invoice.pdf",]
    assert invoice.types == ("application/pdf",)
    assert invoice.detected == ("exe",)
    assert invoice.sizes == (84,)
    assert "kind.mismatch" in {anomaly.name for anomaly in invoice.anomalies}


def zipped() -> bytes:
    message = mail()
    message.add_attachment(b"PK\3\4" + b"\0" * 60, maintype="application", subtype="zip", filename="a.zip")
    return message.as_bytes()


def test_what_was_in_an_archive_is_known_from_when_it_was_judged() -> None:
    raw = zipped()
    (question,) = [asked for part in parse(raw).walk() for asked in questions_of(part)]
    inside = Item("zip:run.js", ("run.js",), "script", 5, "0" * 64)
    opened = Opened(Item("", ("a.zip",), "zip", 64, "1" * 64, items=(inside,)))
    assert ("run.js",) in [thing.names for thing in letter(raw, {question: opened}).things]


def oddities(raw: bytes, answers: Answers | None = None) -> list[str]:
    return [odd.name for thing in letter(raw, answers).things for odd in thing.anomalies]


def test_that_nobody_looked_inside_is_nothing_odd() -> None:
    assert "open.too-many" not in oddities(zipped())
    assert "open.too-many" not in oddities(zipped(), {Recipient("kim@own.test"): Found()})


def test_that_there_is_more_than_is_looked_into_is_odd(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(raw: bytes) -> Message:
        message = parse(raw)
        message.root.budget.insides = 0
        return message

    monkeypatch.setattr("gatekeeper.web.letter.parse", parsed)
    assert "open.too-many" in oddities(zipped())


def test_where_links_lead_and_whether_they_pretend() -> None:
    shown = letter(
        page(
            '<a href="https://evil.test/x">https://bank.example/login</a> <a href="https://www.shop.example/">shop.example</a>'
            '<a href="https://evil.test/y">Our offer</a><img src="https://evil.test/t.gif">'
        )
    )
    assert [(target.address, target.domain, target.elsewhere) for target in shown.targets[:3]] == [
        ("https://evil.test/x", "evil.test", True),
        ("https://www.shop.example/", "shop.example", False),
        ("https://evil.test/y", "evil.test", False),
    ]
    assert "https://evil.test/t.gif" not in [target.address for target in shown.targets]


def test_what_a_page_hides_is_shown() -> None:
    shown = letter(page('<p>Hello</p><p style="display:none">cheap pills</p>'))
    assert [(hidden.kind, hidden.text) for hidden in shown.hidden] == [("display", "cheap pills")]


def test_what_is_too_much_is_cut_and_said_to_be() -> None:
    shown = letter(b"".join(b"X-%d: %b\r\n" % (n, b"v" * 5000) for n in range(300)) + b"\r\n" + b"word " * 100_000)
    assert shown.fields == 300
    assert len(shown.header) == 200
    assert {len(value) for _, value in shown.header} == {2000}
    (passage,) = shown.passages
    assert len(passage.text) == 100_000
    assert not passage.whole


def test_fields_without_end_are_not_counted() -> None:
    assert letter(b"X: 1\r\n" * 20_000).fields == 10_000


def test_a_subject_is_found_in_the_beginning_of_a_message() -> None:
    word = b64encode("Grüße".encode())
    assert (
        subject_of(b"From: a@b.test\r\nSubject: =?utf-8?B?" + word + b"?=\r\n  again\r\n\r\nSubject: no")
        == "Grüße again"
    )
    assert subject_of(b"\r\nSubject: in the body") == ""


@settings(deadline=None)
@given(st.binary(max_size=2000))
@pytest.mark.parametrize(
    "head", [b"", b"Content-Type: text/html\r\n\r\n", b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"]
)
def test_any_bytes_are_a_letter(head: bytes, raw: bytes) -> None:
    letter(head + raw)
    page_of(head + raw)
    subject_of(head + raw)
