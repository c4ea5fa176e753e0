"""What is attached to what a user sends back, in every way that mail programs attach a message."""

from email.message import EmailMessage

import pytest

from gatekeeper.app.letter import MOST, letter
from gatekeeper.app.teaching import ids_of
from gatekeeper.message import parse
from tests.unit.app.letters import as_msg_file, embedded, opened_letter, winmail
from tests.unit.app.test_teaching import ORIGINAL, forwarded

HEADER = (
    "X-Gatekeeper-Id: t411vhxrypjg9 by mx\r\nFrom: ann@out.test\r\nSubject: cheap pills\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed;\r\n\tboundary="x"\r\nMessage-ID: <1@out.test>\r\n'
)


def subjects(raw: bytes) -> list[list[bytes]]:
    return [message.values(b"subject") for message in opened_letter(raw).attached]


def test_what_has_nothing_attached_is_meant_itself() -> None:
    assert not _read(ORIGINAL).attached
    assert _read(ORIGINAL).message.raw == ORIGINAL


def test_a_message_that_is_attached_is_found_and_those_within_it_are_not() -> None:
    (found,) = _read(forwarded(ORIGINAL)).attached
    assert found.values(b"message-id") == [b" <1@out.test>"]
    leaf, wrapped, nested = EmailMessage(), EmailMessage(), EmailMessage()
    leaf["Subject"], wrapped["Subject"] = "leaf", "middle"
    for message in (leaf, wrapped, nested):
        message.set_content("text")
    wrapped.add_attachment(leaf)
    nested.add_attachment(wrapped)
    assert [message.values(b"subject") for message in _read(nested.as_bytes()).attached] == [[b" middle"]]


def test_a_file_that_calls_itself_a_message_is_none() -> None:
    outer = EmailMessage()
    outer.set_content("x")
    outer.add_attachment(forwarded(ORIGINAL), "application", "octet-stream", filename="not-a-message.eml")
    assert not _read(outer.as_bytes()).attached


def test_within_a_winmail_dat_each_message_has_its_header_and_its_text() -> None:
    raw = winmail(embedded(HEADER, "Buy chéap pills"), embedded(HEADER.replace("cheap", "other"), html=b"<b>pills</b>"))
    first, second = opened_letter(raw).attached
    assert ids_of(first) == ["t411vhxrypjg9"]
    assert [part.types() for part in first.walk()] == [("text/plain",)]
    assert first.root.body.decode() == "Buy chéap pills"
    assert first.values(b"message-id") == [b" <1@out.test>"]
    assert second.values(b"subject") == [b" other pills"]
    assert second.root.types() == ("text/html",)
    assert second.root.body == b"<b>pills</b>"


def test_the_winmail_dat_is_the_letter_and_no_message_that_is_meant() -> None:
    assert subjects(winmail(embedded(HEADER, "text"))) == [[b" cheap pills"]]
    assert subjects(winmail()) == []


def test_a_message_that_never_arrived_has_no_header_and_is_left_out() -> None:
    assert subjects(winmail(embedded("", "written by the teacher"), embedded(HEADER, "text"))) == [[b" cheap pills"]]


def test_a_msg_file_is_a_message() -> None:
    (found,) = opened_letter(as_msg_file(HEADER, "Buy pills")).attached
    assert ids_of(found) == ["t411vhxrypjg9"]
    assert found.root.body == b"Buy pills"


def test_a_winmail_dat_may_be_all_there_is() -> None:
    outer = EmailMessage()
    outer["Subject"] = "please look"
    (part,) = [
        part for part in parse(winmail(embedded(HEADER, "text"))).walk() if "application/ms-tnef" in part.types()
    ]
    outer.set_content(part.decodings()[0].data, "application", "ms-tnef")
    assert subjects(outer.as_bytes()) == [[b" cheap pills"]]


def test_what_cannot_be_opened_has_nothing_attached() -> None:
    steps = letter(winmail(embedded(HEADER, "text")))
    next(steps)
    with pytest.raises(StopIteration) as ended:
        steps.send({})
    assert ended.value.value.attached == ()


def test_an_archive_or_a_document_is_not_opened_for_it() -> None:
    outer = EmailMessage()
    outer.set_content("x")
    outer.add_attachment(b"PK\x03\x04" + bytes(30), "application", "zip", filename="a.zip")
    assert not list(_asks(outer.as_bytes()))


def test_one_letter_brings_so_many_messages_and_no_more() -> None:
    assert len(_read(forwarded(*[ORIGINAL] * (MOST + 1))).attached) == MOST
    assert (
        len(opened_letter(winmail(*[embedded(f"{HEADER}X: {n}\r\n", "text") for n in range(MOST + 1)])).attached)
        == MOST
    )


def test_lines_of_the_header_that_are_no_fields_end_nothing() -> None:
    (found,) = opened_letter(winmail(embedded(f"\r\n\r\n{HEADER}\r\n\r\nFrom: x\r\n\0\r\n", "text"))).attached
    assert ids_of(found) == ["t411vhxrypjg9"]
    assert found.root.types() == ("text/plain",)


def _asks(raw: bytes) -> list[object]:
    try:
        return list(next(letter(raw)))
    except StopIteration:
        return []


def _read(raw: bytes):  # type: ignore[no-untyped-def]
    with pytest.raises(StopIteration) as ended:
        next(letter(raw))
    return ended.value.value
