"""hiding: what the tests of evasions hide, and how they look for it."""

import base64
import binascii

from gatekeeper.message import parse

PAYLOAD = b"MZ\x90\0" + bytes((n * 151 + n // 7) % 256 for n in range(211))
"""What a program begins with, so that a gateway that finds it refuses it."""

B64 = base64.encodebytes(PAYLOAD)
LINES = B64.splitlines()
QP = b"".join(b"=%02X" % octet + (b"=\n" if n % 20 == 19 else b"") for n, octet in enumerate(PAYLOAD)) + b"\n"
UU = b"".join(binascii.b2a_uu(PAYLOAD[i : i + 45]) for i in range(0, len(PAYLOAD), 45)) + b"`\n"
FILE = b'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="a.zip"\n'
ENCODED = FILE + b"Content-Transfer-Encoding: base64\n\n" + B64


def mixed(*parts: bytes, declaration: bytes = b"multipart/mixed; boundary=b", delimiter: bytes = b"b") -> bytes:
    body = b"".join(b"--" + delimiter + b"\n" + part + b"\n" for part in (b"\ntext", *parts))
    return b"Subject: x\nMIME-Version: 1.0\nContent-Type: " + declaration + b"\n\n" + body + b"--" + delimiter + b"--\n"


def contents(raw: bytes) -> list[bytes]:
    return [reading.data for part in parse(raw).walk() for reading in part.decodings()]


def names(raw: bytes) -> list[str]:
    return [name for part in parse(raw).walk() for name in part.names()]


def found(raw: bytes) -> bool:
    """The payload is there, with no more than a line end behind it."""
    return any(data.startswith(PAYLOAD) and not data[len(PAYLOAD) :].strip(b"\r\n") for data in contents(raw))
