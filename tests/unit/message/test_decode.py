import base64
import gzip
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message import Decoding, Limits, parse
from gatekeeper.message.budget import budget_of
from gatekeeper.message.decode import decodings_of

PLAIN = (
    b"PK\x03\x04\x14\x00 something that is long enough for a few lines of base64, at least three of them, or four\x00"
)
CLEAN = base64.b64encode(PLAIN)
LINES = base64.encodebytes(PLAIN)
SINGLES = b"".join(base64.b64encode(bytes([octet])) for octet in PLAIN)  # each octet with its own padding


def readings(body: bytes, *encodings: str) -> tuple[Decoding, ...]:
    return decodings_of([body], encodings or ("base64",), budget_of(Limits(), len(body)))


def quads(template: bytes) -> bytes:
    return b"".join(template % (CLEAN[i : i + 4],) for i in range(0, len(CLEAN), 4))


def wrapped(coded: bytes, width: int) -> bytes:
    return b"\n".join(coded[i : i + width] for i in range(0, len(coded), width))


@pytest.mark.parametrize("body", [CLEAN, LINES, LINES.replace(b"\n", b"\r\n"), b"\r\n" + LINES + b"\r\n\r\n", b""])
def test_clean_base64_has_one_reading(body):
    (reading,) = readings(body)
    assert reading == ("base64", PLAIN if body else b"", "", "")


@pytest.mark.parametrize(
    "body",
    [
        quads(b"%b\n"),
        quads(b"%b="),
        quads(b"%b=\n"),
        quads(b"%bX\n"),
        quads(b"%bXX\n"),
        b"\r".join(bytes([c]) for c in CLEAN),
        b"-".join(bytes([c]) for c in CLEAN),
        b"#".join(bytes([c]) for c in CLEAN),
        b"\n\n".join(CLEAN[i : i + 3] for i in range(0, len(CLEAN), 3)),
        CLEAN.rstrip(b"="),
        CLEAN.rstrip(b"=") + b"A",
        CLEAN + b"====" + LINES,
        b"====\n" + LINES,
        SINGLES,
        b"\n".join(base64.b64encode(PLAIN[i : i + 1])[:3] for i in range(len(PLAIN))),
        b"=".join(CLEAN[i : i + 3] for i in range(0, len(CLEAN), 3)),
        wrapped(SINGLES, 5),
        wrapped(SINGLES, 5).replace(b"\n", b"#\n"),
        wrapped(SINGLES.replace(b"==", b"#="), 5),
        b"".join(base64.b64encode(PLAIN[i : i + 1])[:2].replace(b"", b"=")[1:] for i in range(len(PLAIN))),
        b"".join(q[:2] + b"=" + q[2:3] for q in (base64.b64encode(PLAIN[i : i + 2]) for i in range(0, len(PLAIN), 2))),
    ],
)
def test_odd_base64_is_read_in_every_way(body):
    found = readings(body)
    assert any(reading.data[: len(PLAIN)] == PLAIN for reading in found), [reading.data[:20] for reading in found]


def test_a_line_of_junk_before_it_shifts_nothing():
    assert any(reading.data.endswith(PLAIN) for reading in readings(b"ABC\n\n" + LINES))


def test_disagreement_is_named():
    assert {reading.anomaly for reading in readings(LINES.replace(b"\n", b"=\n"))} >= {"mime.base64-padding"}
    assert {reading.anomaly for reading in readings(quads(b"%bX#\n"))} >= {"mime.base64-junk"}


def test_clean_quoted_printable_has_one_reading():
    (reading,) = readings(quopri.encodestring(PLAIN), "quoted-printable")
    assert reading.data == PLAIN


@pytest.mark.parametrize(
    "template", [b"=%02X", b"=%02x", b"=%02X=\n", b"=%02X= \t\r\n", b"==%02X", b"= =%02X", b"=0=%02X", b"=0X=%02X"]
)
def test_odd_quoted_printable(template):
    body = b"".join(template % octet for octet in PLAIN)
    assert any(reading.data == PLAIN for reading in readings(body, "quoted-printable"))


def test_what_one_reader_keeps_another_drops():
    kept, dropped = readings(b"a=zb=\n", "quoted-printable")
    assert (kept.data, kept.anomaly) == (b"a=zb", "")
    assert (dropped.data, dropped.anomaly) == (b"azb", "mime.qp-junk")


def test_every_encoding_is_tried_once():
    found = readings(b"QUJD", "base64", "identity", "quoted-printable")
    assert [(reading.encoding, reading.data) for reading in found] == [("base64", b"ABC"), ("identity", b"QUJD")]


def test_without_budget_only_the_first_reading_is_made():
    found = decodings_of([b"QU=JD=#"], ("base64", "identity"), budget_of(Limits(odd=5), 7))
    assert [reading.encoding for reading in found] == ["base64"]


def test_gzip64_is_inflated_to_a_limit():
    (reading,) = readings(base64.encodebytes(gzip.compress(PLAIN)), "x-gzip64")
    assert reading.data == PLAIN
    (bomb,) = readings(base64.encodebytes(gzip.compress(bytes(50_000_000))), "x-gzip64")
    assert len(bomb.data) == 1_000_000
    assert readings(b"QUJD", "x-gzip64") == ()


def test_a_large_odd_body_costs_no_more_than_its_limit():
    (whole, *others) = readings(b"A=B#" * 2_000_000)
    assert len(whole.data) <= 6_000_000
    assert all(len(other.data) <= 1_000_000 for other in others)


def test_parts_are_decoded_once_and_on_demand():
    part = parse(b"Content-Transfer-Encoding: base64\r\n\r\n" + LINES).root
    assert part.decodings() is part.decodings()
    assert part.body == LINES


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "uuencode", "identity", "x-gzip64"]))
@settings(deadline=None)
def test_nothing_raises(body, encoding):
    assert all(isinstance(reading.data, bytes) for reading in readings(body, encoding))


@given(st.binary())
@settings(deadline=None)
def test_what_was_encoded_is_found(plain):
    assert readings(base64.encodebytes(plain))[0].data == plain
    plain = plain.replace(b"\r", b"")  # the encoder makes all line ends alike
    assert plain in [
        reading.data for reading in readings(quopri.encodestring(plain, quotetabs=True), "quoted-printable")
    ]
