"""What the desk writes: a held message attached byte for byte, and no header that a sender had a hand in."""

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

import pytest

from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.letters import asking, enclosing, file_name, forwarding
from gatekeeper.values import Action, Client, Envelope, Fate, Outcome, Verdict

RAW = b"From: a@example.net\r\nSubject: caf\xc3\xa9\r\nX: \xff\r\n\r\nbody \xff\r\n.\r\nlast line without end"
EVIL = "x\r\nBcc: everybody@own.test\r\n\r\n<script>\u202e\udcff"


def held(subject: str = "invoice", sender: str = "a@example.net") -> Held:
    envelope = Envelope("t411vhxrypjg9", "smtp", Client(), None, sender=sender, recipients=("bob@own.test",))
    verdicts = {"bob@own.test": Verdict(Action.QUARANTINE, "spam-score")}
    return Held(envelope, verdicts, {"bob@own.test": Outcome(Fate.HELD)}, 0.0, 1, "", subject)


def read(letter: bytes) -> EmailMessage:
    found = message_from_bytes(letter, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def head(letter: bytes) -> list[str]:
    return [line.split(b":")[0].decode() for line in letter.split(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] > b" "]


NAMES = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"}
CONTENT = {"Content-Type", "Content-Transfer-Encoding"}


def test_what_is_forwarded_is_attached_as_it_came() -> None:
    letter = forwarding(held(), RAW, "bob", "gate.test", "chief@own.test")
    assert letter.count(RAW) == 1
    message = read(letter)
    text, attached = message.iter_parts()  # type: ignore[union-attr]
    assert attached.get_content_type() == "message/rfc822"
    assert attached["Content-Transfer-Encoding"] == "8bit"
    assert "bob forwards this message" in text.get_content()
    (inner,) = attached.get_payload()
    assert isinstance(inner, Message)
    assert inner["From"] == "a@example.net"


def test_what_is_ascii_says_so() -> None:
    assert b"Content-Transfer-Encoding: 7bit\r\nContent-Disposition" in forwarding(
        held(), b"Subject: x\r\n\r\ny\r\n", "bob", "gate.test", "chief@own.test"
    )


@pytest.mark.parametrize("subject", ["invoice", EVIL])
def test_nothing_that_a_sender_wrote_stands_in_a_header_field(subject: str) -> None:
    letters = (
        forwarding(held(subject, EVIL), RAW, "bob", "gate.test", "chief@own.test"),
        asking(held(subject, EVIL), "bob", ("bob@own.test",), "gate.test", "chief@own.test"),
        enclosing(held(subject, EVIL), subject, b"data", "gate.test", "bob@own.test"),
    )
    for letter in letters:
        assert set(head(letter)) <= NAMES | CONTENT
        message = read(letter)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["From"] == "postmaster@gate.test"
        assert "t411vhxrypjg9" in message["Subject"]


def test_a_request_says_who_asks_for_what() -> None:
    text = read(asking(held(), "bob", ("bob@own.test",), "gate.test", "chief@own.test")).get_content()
    assert "bob asks for this message to be released to bob@own.test" in text
    for told in ("From: a@example.net", "Subject: invoice", "Held for: spam-score", "quarantine release t411vhxrypjg9"):
        assert told in text


def test_a_part_is_enclosed_with_its_name() -> None:
    message = read(enclosing(held(), "../Rechnung März.pdf", b"\x00data", "gate.test", "bob@own.test"))
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "Rechnung März.pdf"
    assert attached.get_content() == b"\x00data"
    assert attached.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.exe", "y.exe"),
        ("a\r\nb\0.txt", "a__b_.txt"),
        ('"><img>', "___img_"),
        ("..", "attachment"),
        ("", "attachment"),
        ("\u202egnp.exe", "_gnp.exe"),
        ("x" * 1000, "x" * 200),
    ],
)
def test_a_name_is_one_of_a_file_and_no_path(name: str, called: str) -> None:
    assert file_name(name) == called
