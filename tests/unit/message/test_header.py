import pytest
from hypothesis import given, settings

from gatekeeper.message import Limits, parse
from gatekeeper.message.header import read_header

from .mails import broken


def pairs(raw: bytes) -> list[tuple[bytes, bytes]]:
    return [(field.name, field.value) for field in parse(raw).fields]


def test_fields_are_raw_pairs_in_order():
    raw = b"Subject: a\r\nX-Y:b \r\nsubject:\tc\r\n\r\nbody"
    assert pairs(raw) == [(b"Subject", b" a"), (b"X-Y", b"b "), (b"subject", b"\tc")]


def test_folds_stay_as_they_stand_and_belong_to_their_field():
    raw = b"A: b\r\n\tc\r\n d\r\nE: f\r\n\r\n"
    first, second = parse(raw).fields
    assert (first.value, raw[first.start : first.end]) == (b" b\r\n\tc\r\n d", b"A: b\r\n\tc\r\n d\r\n")
    assert raw[second.start : second.end] == b"E: f\r\n"


@pytest.mark.parametrize(
    ("raw", "expected", "body"),
    [
        (b"A: b\n\nbody", [(b"A", b" b")], b"body"),
        (b"A : b\r\n\r\nbody", [(b"A", b" b")], b"body"),
        (b"A:\r\n\r\nbody", [(b"A", b"")], b"body"),
        (b"A: b", [(b"A", b" b")], b""),
        (b"A: b\r\nno field\r\nC: d\r\n\r\n", [(b"A", b" b")], b"no field\r\nC: d\r\n\r\n"),
        (b"A: b\r\n \r\nC: d\r\n\r\nbody", [(b"A", b" b\r\n "), (b"C", b" d")], b"body"),
        (b"A: b\rC: d\r\n\r\nbody", [(b"A", b" b\rC: d")], b"body"),
        (b"\r\nbody", [], b"body"),
        (b"body", [], b"body"),
        (b"", [], b""),
        (b"From me Mon\r\nA: b\r\n\r\nbody", [(b"A", b" b")], b"body"),
        (b">From me Mon\nA: b\n\nbody", [(b"A", b" b")], b"body"),
        (b"\xe4: b\r\n\r\n", [], b"\xe4: b\r\n\r\n"),
        (b":b\r\n\r\n", [], b":b\r\n\r\n"),
    ],
)
def test_where_a_header_ends(raw, expected, body):
    assert pairs(raw) == expected
    assert raw[parse(raw).body_start :] == body


def test_what_is_odd_has_a_name():
    assert parse(b"From x\nA: b\n\n").anomalies == ("header.mbox-line",)
    assert parse(b"A: b\r\ntext\r\n").anomalies == ("header.no-empty-line",)
    assert parse(b"A: b\r\n\r\n").anomalies == ()
    assert parse(b"A: b\r\n").anomalies == ()


def test_values_are_found_in_any_case():
    message = parse(b"Received: a\r\nRECEIVED: b\r\nX: Received: c\r\n\r\nReceived: d")
    assert message.values(b"received") == [b" a", b" b"]
    assert message.values(b"subject") == []


def test_too_many_fields_end_the_list_but_not_the_header():
    message = parse(b"A: b\r\n" * 20 + b"\r\nbody", Limits(fields=7))
    assert len(message.fields) == 7
    assert message.raw[message.body_start :] == b"body"
    assert message.anomalies == ("limit.fields",)


@pytest.mark.parametrize(
    "raw", [b"A: " + b"x" * 99, b"A:" + b"\r\n x" * 30, b"A: b\r\n" * 30, b"A: b\r\n" * 8 + b"Bcd: e"]
)
def test_too_long_a_header_is_cut_but_not_the_body(raw):
    for size in (49, 50, 51):
        message = parse(raw.removesuffix(b"\r\n") + b"\r\n\r\nbody", Limits(header=size))
        assert message.raw[message.body_start :] == b"body"
        assert message.anomalies == ("limit.header",)
        assert message.fields[-1].end <= size


@given(broken)
@settings(deadline=None)
def test_fields_tile_the_header(raw):
    header = read_header(raw, 0, len(raw), len(raw) + 1, 10_000)
    position = header.start
    for field in header.fields:
        assert field.start == position
        assert raw[field.start : field.end].startswith(field.name)
        assert raw[field.start : field.end].rstrip(b"\r\n").endswith(field.value.rstrip(b"\r\n"))
        position = field.end
    assert raw[position : header.body_start] in (b"", b"\n", b"\r\n")


def test_the_message_in_a_message_may_have_an_envelope_line():
    inner = parse(
        b"Content-Type: message/rfc822\n\nFrom me Mon Jan  1 00:00:00 2024\nSubject: x\n\nhello\n"
    ).root.parts[0]
    assert [field.name for field in inner.fields] == [b"Subject"]
    assert inner.anomalies == ("header.mbox-line",)
