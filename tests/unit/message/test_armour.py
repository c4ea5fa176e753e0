import base64
from binascii import b2a_uu

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import Limits, parse
from gatekeeper.message.armour import File, files_in
from gatekeeper.message.budget import budget_of

PLAIN = bytes(range(256)) + b"\x90\x90abc"


def found(body: bytes) -> list[File]:
    return list(files_in(body, budget_of(Limits(), len(body))))


def uu(plain: bytes, name: bytes = b"a.exe", end: bytes = b"`\nend\n") -> bytes:
    lines = b"".join(b2a_uu(plain[i : i + 45]) for i in range(0, len(plain), 45))
    return b"begin 644 " + name + b"\n" + lines + end


def yenc(plain: bytes) -> bytes:
    coded = bytes((octet + 42) % 256 for octet in plain)
    for critical in b"=\0\r\n":
        coded = coded.replace(bytes([critical]), bytes([61, (critical + 64) % 256]))
    lines = b"\r\n".join(coded[i : i + 128] for i in range(0, len(coded), 128))
    return b"=ybegin line=128 size=9 name=a.exe\r\n" + lines + b"\r\n=yend size=9\r\n"


def binhex(plain: bytes, name: bytes = b"a.exe") -> bytes:
    size = len(plain).to_bytes(4, "big")
    fork = bytes([len(name)]) + name + b"\0TYPECREA\0\0" + size + bytes(4) + b"CR" + plain + b"CR"
    coded = base64.b64encode(fork.replace(b"\x90", b"\x90\0")).rstrip(b"=").translate(_FROM_BASE64)
    lines = b"\r\n".join(coded[i : i + 64] for i in range(0, len(coded), 64))
    return b"(This file must be converted with BinHex 4.0)\r\n:" + lines + b":\r\n"


_BINHEX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FROM_BASE64 = bytes.maketrans(_BASE64, _BINHEX)


@pytest.mark.parametrize("encode", [uu, yenc, binhex])
def test_a_file_inside_a_text(encode):
    (file,) = found(b"hello\r\n" + encode(PLAIN) + b"bye\r\n")
    assert (file.name, file.data) == ("a.exe", PLAIN)


def test_it_counts_as_a_name_and_a_decoding_of_its_part():
    part = parse(b"Content-Type: text/plain\r\n\r\nhello\r\n" + uu(PLAIN)).root
    assert part.names() == ("a.exe",)
    assert [reading.encoding for reading in part.decodings()] == ["identity", "uuencode"]


def test_it_is_found_within_an_encoded_text():
    raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"hello\n" + uu(PLAIN))
    assert parse(raw).root.names() == ("a.exe",)


def test_several_in_one_text():
    assert [file.name for file in found(uu(PLAIN, b"one") + b"\n" + uu(PLAIN, b"two"))] == ["one", "two"]


def test_a_missing_end():
    (file,) = found(uu(PLAIN, end=b""))
    assert file.data == PLAIN


def test_a_trailing_character_too_many():
    lines = uu(PLAIN).split(b"\n")
    body = b"\n".join(line + b"x" if line.startswith(b"M") else line for line in lines)
    assert found(body)[0].data == PLAIN


@pytest.mark.parametrize("size", [1, 2, 40, 41, 43, 44])
def test_what_fills_up_the_last_group_may_be_anything(size):
    body = uu(PLAIN[:size], end=b"")[:-2] + b"_\n`\nend\n"
    assert found(body) == [File("uuencode", "a.exe", PLAIN[:size])]


def test_the_base64_form():
    body = b"begin-base64 644 a.exe\n" + base64.encodebytes(PLAIN) + b"====\n"
    assert [(file.name, file.data) for file in found(body)] == [("a.exe", PLAIN)]


def test_a_body_said_to_be_uuencoded_needs_no_begin():
    lines = uu(PLAIN).split(b"\n", 1)[1]
    part = parse(b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + lines).root
    assert PLAIN in [reading.data for reading in part.decodings()]


def test_run_lengths_are_followed_but_not_for_ever():
    run = b"\x05a.exe\0TYPECREA\0\0" + (10**9).to_bytes(4, "big") + bytes(4) + b"CR" + b"a\x90\xff" * 100_000
    coded = base64.b64encode(run).rstrip(b"=").translate(_FROM_BASE64)
    (file,) = found(b"(This file must be converted with BinHex 4.0)\n:" + coded + b":")
    assert file.data.startswith(b"a" * 1000)
    assert len(file.data) < 2_000_000


@pytest.mark.parametrize(
    "body",
    [b"begin the day\n", b"let us begin 644 things\n", b"=ybegin with name\n", b"BinHex is old", b"begin 9 a\n", b""],
)
def test_text_is_no_file(body):
    assert found(body) == []


@pytest.mark.parametrize(
    "line", [b"begin 644 a\n", b"=ybegin name=a\nx\n", b"(This file must be converted with BinHex 4.0)\n:!\n", b"M\n"]
)
def test_a_flood_ends(line):
    assert len(found(b"begin 644 a\n" + line * 100_000)) <= 3000


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_what_was_encoded_is_found(plain):
    for encode in (uu, yenc, binhex):
        assert [file.data for file in found(encode(plain))] == [plain]


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_nothing_raises(noise):
    for start in (
        b"begin 644 a\n",
        b"begin-base64 644 a\n",
        b"=ybegin name=a\n",
        b"(This file must be converted with BinHex\n:",
    ):
        for file in found(start + noise):
            assert isinstance(file.data, bytes)
