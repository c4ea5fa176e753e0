"""Tricks with yEnc and BinHex that hide an attachment from one reader and not from another: it is found by union."""

import base64

import pytest

from .hiding import PAYLOAD, contents, mixed, names


def yenc(data: bytes) -> bytes:
    out = bytearray()
    for octet in data:
        coded = (octet + 42) % 256
        out += bytes((61, (coded + 64) % 256)) if coded in (0, 9, 10, 13, 61, 46) else bytes((coded,))
        out += b"\n" if len(out.rpartition(b"\n")[2]) > 60 else b""
    return bytes(out) + b"\n"


YENC = {
    "one": b"=ybegin line=128 size=215 name=a.zip\n" + yenc(PAYLOAD) + b"=yend size=215\n",
    "no end": b"=ybegin line=128 size=215 name=a.zip\n" + yenc(PAYLOAD),
    "of one part": b"=ybegin part=1 total=1 line=128 size=215 name=a.zip\n=ypart begin=1 end=215\n"
    + yenc(PAYLOAD)
    + b"=yend size=215 part=1\n",
    "two parts": b"".join(
        b"=ybegin part=%d total=2 line=128 size=215 name=a.zip\n=ypart begin=%d end=%d\n" % (n, begin + 1, end)
        + yenc(PAYLOAD[begin:end])
        + b"=yend part=%d\n" % n
        for n, begin, end in ((1, 0, 100), (2, 100, 215))
    ),
    "two parts, the other way round": b"".join(
        b"=ybegin part=%d total=2 line=128 size=215 name=a.zip\n=ypart begin=%d end=%d\n" % (n, begin + 1, end)
        + yenc(PAYLOAD[begin:end])
        + b"=yend part=%d\n" % n
        for n, begin, end in ((2, 100, 215), (1, 0, 100))
    ),
}


@pytest.mark.parametrize("trick", YENC)
@pytest.mark.parametrize("encoding", [b"8bit", b"x-yenc", b"binary", b"yenc"])
def test_yenc(trick, encoding):
    raw = mixed(b"Content-Type: text/plain\nContent-Transfer-Encoding: " + encoding + b"\n\nhello\n" + YENC[trick])
    assert PAYLOAD in contents(raw)
    assert "a.zip" in names(raw)


def binhex(data: bytes, name: bytes = b"a.zip") -> bytes:
    head = bytes((len(name),)) + name + b"\0????????\0\0" + len(data).to_bytes(4, "big") + bytes(4)
    whole = (head + b"\0\0" + data + b"\0\0\0\0").replace(b"\x90", b"\x90\0")
    table = bytes.maketrans(
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr",
    )
    text = b":" + base64.b64encode(whole).rstrip(b"=").translate(table) + b":"
    return b"\n".join(text[i : i + 64] for i in range(0, len(text), 64)) + b"\n"


BINHEX = {
    "as it should be": b"(This file must be converted with BinHex 4.0)\n\n" + binhex(PAYLOAD),
    "another version": b"(This file must be converted with BinHex 5)\n" + binhex(PAYLOAD),
    "text before": b"hello\n\n(This file must be converted with BinHex 4.0)\n" + binhex(PAYLOAD),
    "no line of its own": binhex(PAYLOAD),
}


@pytest.mark.parametrize("trick", BINHEX)
@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: application/mac-binhex40\n",
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binhex40\n",
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: x-binhex\n",
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: mac-binhex\n",
    ],
)
def test_binhex(trick, header):
    raw = mixed(header + b"\n" + BINHEX[trick])
    assert PAYLOAD in contents(raw)
    assert "a.zip" in names(raw)
