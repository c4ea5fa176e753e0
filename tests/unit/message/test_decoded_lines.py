from base64 import b64encode

import pytest

from gatekeeper.message import parse
from gatekeeper.message.decoded_lines import decoded_field, decoded_lines


@pytest.mark.parametrize(
    ("field", "decoded"),
    [
        (b"Subject: =?utf-8?q?caf=C3=A9?= now", "Subject: café now"),
        (b"Subject: =?iso-8859-1?b?" + b64encode(b"caf\xe9") + b"?=\n =?utf-8?q?_one?=", "Subject: café one"),
        (b"Subject: =?utf-8?q?a=0D=0Ab=0AX-Forged:_c?=", "Subject: a  b X-Forged: c"),
        (b"Subject: plain", ""),
        (b"Subject: 1 =? 2", ""),
        (b"=?utf-8?q?a?=: b", ""),
    ],
)
def test_a_field_with_encoded_words(field: bytes, decoded: str) -> None:
    assert decoded_field(field) == decoded.encode()


def part(encoding: bytes, body: bytes, kind: bytes = b"text/plain; charset=iso-8859-1") -> bytes:
    return b"Content-Type: %b\r\nContent-Transfer-Encoding: %b\r\n\r\n%b\r\n" % (kind, encoding, body)


def lines(raw: bytes, size: int = 0) -> list[bytes]:
    return list(decoded_lines(parse(raw), size))


def test_texts_are_decoded_whatever_they_are_encoded_in() -> None:
    assert lines(part(b"base64", b64encode(b"caf\xe9\r\ntwo\r\n"))) == ["café".encode(), b"two"]
    assert lines(part(b"quoted-printable", b"caf=E9 =\r\nau lait")) == ["café au lait".encode()]
    assert lines(part(b"8bit", b"caf\xe9")) == ["café".encode()]
    assert lines(part(b"base64", b64encode(b"<p>x</p>"), b"text/html")) == [b"<p>x</p>"]


def test_what_is_the_same_decoded_or_no_text_is_not_said_again() -> None:
    assert lines(part(b"7bit", b"plain")) == []
    assert lines(part(b"base64", b64encode(b"plain"), b"image/png")) == []
    assert lines(b"Subject: x\r\n\r\nbody\r\n") == []


def test_every_part_has_its_lines_and_its_limit() -> None:
    inner = part(b"base64", b64encode(b"one\n" + b"x" * 5000))
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + inner + b"--b\r\n" + inner + b"--b--\r\n"
    found = lines(raw)
    assert [len(line) for line in found] == [3, 2048, 2048, 904] * 2
    assert [len(line) for line in lines(raw, 14)] == [3, 10] * 2
