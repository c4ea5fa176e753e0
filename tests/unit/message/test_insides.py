"""Which parts are archives and documents, and what is asked about them."""

import base64
import binascii
import io
import zipfile
from hashlib import sha256

from gatekeeper.message import parse
from gatekeeper.values import Contents


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def attached(data: bytes, name: str, encoding: bytes = b"base64") -> bytes:
    body = base64.encodebytes(data) if encoding == b"base64" else data
    return (
        b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
        b'Content-Disposition: attachment; filename="%b"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b'
        % (name.encode(), encoding, body)
    )


def test_a_text_is_a_text_and_asks_nothing() -> None:
    part = parse(b"Subject: x\r\n\r\nHello\r\n").root
    assert part.kinds() == ("text",)
    assert part.insides() == ()


def test_an_archive_is_asked_about_whatever_it_is_called() -> None:
    data = zipped(a=b"1")
    part = parse(attached(data, "holiday.jpg")).root
    assert part.kinds() == ("zip",)
    assert part.insides() == (Contents(sha256(data).hexdigest(), ("holiday.jpg",)),)
    assert part.insides()[0].data == data


def test_a_page_is_read_where_it_stands() -> None:
    part = parse(b"Content-Type: text/html\r\n\r\n<html><body><p>Hello</p></body></html>").root
    assert part.kinds() == ("html",)
    assert part.insides() == ()


def test_each_reading_is_asked_about() -> None:
    """With two transfer encodings that readers choose between, the archive is in one of them."""
    data = zipped(a=b"1")
    raw = attached(data, "a.zip").replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", 1)
    part = parse(raw).root
    assert len(part.kinds()) == len(part.decodings()) > 1
    assert [question.data for question in part.insides()] == [data]


def test_a_file_inside_a_text_is_asked_about_by_its_own_name() -> None:
    data = zipped(a=b"1")
    lines = [data[i : i + 45] for i in range(0, len(data), 45)]
    armour = b"begin 644 b.zip\r\n" + b"".join(_uu(line) for line in lines) + b"`\r\nend\r\n"
    part = parse(attached(b"See here:\r\n" + armour, "note.txt", b"7bit")).root
    assert [(question.names, question.data) for question in part.insides()] == [(("b.zip",), data)]


def _uu(line: bytes) -> bytes:
    return binascii.b2a_uu(line).rstrip(b"\n") + b"\r\n"


def test_what_is_inside_a_multipart_is_asked_about_there() -> None:
    data = zipped(a=b"1")
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + attached(data, "a.zip") + b"\r\n--x--\r\n"
    root = parse(raw).root
    assert root.insides() == ()
    assert [question.data for part in root.walk() for question in part.insides()] == [data]


def test_an_archive_behind_a_picture_is_asked_about() -> None:
    picture = b"GIF89a" + bytes(300)
    part = parse(attached(picture + zipped(a=b"1"), "holiday.gif")).root
    assert (part.kinds(), len(part.insides())) == (("gif",), 1)
    assert parse(attached(picture, "holiday.gif")).root.insides() == ()
