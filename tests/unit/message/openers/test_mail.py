"""Messages inside: their parts with all names, types and decodings."""

from base64 import b64encode

from gatekeeper.message.openers.open import open_contents
from tests.unit.message.openers.archives import EXE
from tests.unit.message.openers.test_open import names, zipped

MESSAGE = (
    b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
    b'Content-Type: image/jpeg; name="a.jpg"\r\nContent-Disposition: attachment; filename="b.exe"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(EXE) + b"\r\n--b--\r\n"
)


def test_the_parts_of_a_message_are_members():
    item = open_contents(MESSAGE, ("x.eml",))
    assert item.kind == "eml"
    text, program = item.items
    assert (text.data, text.types) == (b"Hello", ("text/plain",))
    assert (program.names, program.types, program.data) == (("b.exe", "a.jpg"), ("image/jpeg",), EXE)
    assert names(program) == ["kind.mismatch"]
    assert "mime.filename-disagrees" in names(item)


def test_a_zip_in_a_message_in_a_zip_is_opened():
    inner = MESSAGE.replace(b64encode(EXE), b64encode(zipped(("c.exe", EXE)))).replace(b"b.exe", b"b.zip")
    item = open_contents(zipped(("x.eml", inner)))
    assert [one.path for one in item.walk() if one.data == EXE] == ["zip:x.eml/mail:b.zip/zip:c.exe"]


def test_each_message_of_a_mailbox_is_read():
    line = b"From a@example.com Thu Jan  1 00:00:00 1970\n"
    item = open_contents(line + MESSAGE.replace(b"\r\n", b"\n") + b"\n" + line + MESSAGE.replace(b"b.exe", b"c.exe"))
    assert item.kind == "mbox"
    assert [one.names[0] for one in item.items if one.data == EXE] == ["b.exe", "c.exe"]


def test_the_name_of_a_part_that_is_a_message_itself_is_a_name():
    named = b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="evil.hta"\r\n\r\n'
    inner = named + b"Subject: x\r\n\r\nx\r\n"
    found = open_contents(b"From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + inner, ("a.eml",))
    assert "evil.hta" in [name for item in found.walk() for name in item.names]
