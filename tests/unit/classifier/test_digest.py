import base64
import quopri
from collections.abc import Callable

import pytest

from gatekeeper.classifier.digest import digest_of
from gatekeeper.message import parse

TEXT = "Dear Ann,\n\nwe liked your café — very much = indeed.\nCome again!\n"
PAGE = "<html><body><p>Dear Ann,<p>we liked your caf&eacute; &mdash; very much!</body></html>\n"
FILE = bytes(range(16, 256)) * 4  # no line ends, which quoted-printable may change
HEADER = (
    b"From: Bob <bob@example.com>\r\nTo: ann@example.net\r\nSubject: lunch on Sunday, in the old mill\r\n"
    b"Date: Sun, 01 Nov 2020 10:00:00 +0100\r\nMessage-ID: <1@example.com>\r\n"
)


def wrapped(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def quoted(data: bytes) -> bytes:
    return quopri.encodestring(data).replace(b"\n", b"\r\n")


def part(kind: str, data: bytes, encoding: str = "base64") -> bytes:
    encode: Callable[[bytes], bytes] = {"base64": wrapped, "quoted-printable": quoted, "8bit": bytes}[encoding]
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + encode(data)


def multi(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()]
    lines += [f"--{boundary}\r\n".encode() + one + b"\r\n" for one in parts]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()])


def mail(body: bytes, header: bytes = HEADER) -> bytes:
    return header + b"MIME-Version: 1.0\r\n" + body


def same(*mails: bytes) -> bool:
    return len({digest_of(parse(one)) for one in mails}) == 1


PLAIN = part("text/plain; charset=utf-8", TEXT.encode())
HTML = part("text/html; charset=utf-8", PAGE.encode())
DATA = part("application/octet-stream; name=a.bin", FILE)


def test_it_is_of_sixteen_octets() -> None:
    assert len(digest_of(parse(mail(PLAIN)))) == 16
    assert len(digest_of(parse(b""))) == 16


def test_encodings_and_charsets_make_no_difference() -> None:
    assert same(
        mail(PLAIN),
        mail(part("text/plain; charset=utf-8", TEXT.encode(), "quoted-printable")),
        mail(part("text/plain; charset=utf-8", TEXT.encode(), "8bit")),
        mail(part('text/plain; charset="windows-1252"; format=flowed', TEXT.encode("cp1252"), "quoted-printable")),
    )


def test_what_servers_add_makes_no_difference() -> None:
    added = b"Received: from a by b; Sun, 01 Nov 2020 10:01:00 +0100\r\nX-MS-Exchange-Organization-SCL: 1\r\n"
    assert same(mail(PLAIN), mail(PLAIN, added + HEADER), mail(PLAIN, HEADER + b"Thread-Index: AdQ=\r\n" + added))


def test_the_form_of_the_header_makes_no_difference() -> None:
    formed = (
        b'from: "Bob" <Bob@Example.com>\r\nsubject: =?utf-8?Q?lunch_on_Sunday?=,\r\n\tin the\r\n old mill\r\n'
        b"date: Sun, 1 Nov 2020 09:00:00 +0000\r\n"
    )
    assert same(mail(PLAIN), mail(PLAIN, formed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"Sun, 1 Nov 2020 09:00:00 GMT", b"1 Nov 2020 09:00:00 +0000 (UTC)"),
        (b"Sun, 01 Nov 2020 00:30:00 +0530", b"Sat, 31 Oct 2020 15:00:00 -0400"),
        (b"Sun,01 NOV 2020 09:00 +0000", b"01 Nov 2020 09:00:00"),
    ],
)
def test_the_zone_makes_no_difference(one: bytes, other: bytes) -> None:
    assert same(b"Date: " + one + b"\r\n\r\n", b"Date: " + other + b"\r\n\r\n")
    assert not same(b"Date: " + one + b"\r\n\r\n", b"\r\n")


def test_boundaries_and_the_plain_text_of_a_page_make_no_difference() -> None:
    assert same(
        mail(multi("alternative", PLAIN, HTML)),
        mail(multi("alternative", PLAIN, HTML, boundary="_000_other_")),
        mail(multi("alternative", part("text/plain", b"Dear Ann, made from the page"), HTML)),
        mail(HTML),
    )


def test_how_attachments_are_wrapped_makes_no_difference() -> None:
    assert same(
        mail(multi("mixed", PLAIN, DATA)),
        mail(multi("mixed", PLAIN, part("application/octet-stream; name=b.bin", FILE, "quoted-printable"))),
        mail(multi("mixed", multi("alternative", PLAIN, boundary="in"), DATA)),
    )


@pytest.mark.parametrize(
    "other",
    [
        mail(part("text/plain; charset=utf-8", TEXT.replace("liked", "hated").encode())),
        mail(PLAIN, HEADER.replace(b"lunch", b"dinner")),
        mail(PLAIN, HEADER.replace(b"bob@", b"rob@")),
        mail(PLAIN, HEADER.replace(b"10:00:00", b"10:00:01")),
        mail(multi("mixed", PLAIN, DATA)),
        mail(multi("mixed", PLAIN, part("application/octet-stream", FILE + b"."))),
        mail(multi("mixed", PLAIN, HTML)),
        mail(HTML),
        b"",
    ],
)
def test_another_message_has_another(other: bytes) -> None:
    assert not same(mail(PLAIN), other)


def test_a_page_attached_does_not_hide_the_text() -> None:
    assert not same(mail(multi("mixed", PLAIN, HTML)), mail(multi("mixed", part("text/plain", b"buy"), HTML)))


@pytest.mark.parametrize(
    "header",
    [
        b"Date: never\r\n",
        b"Date: Sun, 99 Foo 2020\r\n",
        b"From: <<<>>\r\n",
        b"Subject: =?x?B?\xff\r\n",
        b"Date: \xff\r\n",
    ],
)
def test_a_broken_header_is_no_failure(header: bytes) -> None:
    assert len(digest_of(parse(header + b"\r\ntext"))) == 16
