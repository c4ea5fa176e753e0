"""A message put together again from milter events is, byte for byte, what the MTA took apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.fronts.body import Body, Room
from gatekeeper.fronts.milter_content import Content
from tests.servers.milter_client import join, split

MEMORY = 1000


def rebuilt(raw: bytes, leading_space: bool = True, chunk: int = 65535) -> bytes:
    content = Content(Body(Room(10_000_000), MEMORY), leading_space)
    fields, body = split(raw)
    for name, value in fields:
        content.add_field(name, value if leading_space else value.removeprefix(b" "))
    for start in range(0, len(body), chunk):
        content.add_body(body[start : start + chunk])
    return bytes(content.raw())


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\n\r\nbody\r\n",
        b"Subject:x\r\nTo:   y\r\nCc:\ttab\r\nEmpty:\r\n\r\nbody without end",
        b"Received: from a\r\n\tby b;\r\n  date\r\n\r\n",
        b"Subject: =?utf-8?q?x?= \xff\xfe\xc3\xa4\r\n\r\n\xff\x00\x01\r\n",
        b"Subject: trailing space \r\n \r\n\r\n.\r\n..\r\n",
        b"\r\nno header\r\n",
        b"X: " + b"long " * 5000 + b"\r\n\r\n" + b"body\r\n" * 20_000,
    ],
)
def test_every_byte_is_there(raw):
    assert rebuilt(raw) == raw


def test_crlf_inside_a_value_is_not_doubled():
    content = Content(Body(Room(1000), MEMORY), True)
    content.add_field(b"A", b" one\r\n\ttwo\n\tthree")
    assert content.raw() == b"A: one\r\n\ttwo\r\n\tthree\r\n\r\n"


def test_without_leading_space_the_usual_one_is_put_there():
    assert (
        rebuilt(b"A: one\r\nB: two\r\n three\r\n\r\nx", leading_space=False) == b"A: one\r\nB: two\r\n three\r\n\r\nx"
    )


def test_without_room_it_is_lost_not_cut():
    content = Content(Body(Room(50), MEMORY), True)
    content.add_field(b"A", b" " + b"x" * 100)
    content.add_body(b"x")
    assert content.body.lost


def test_a_header_without_end_does_not_stay_in_memory():
    content = Content(Body(Room(10_000_000), MEMORY), True)
    for _ in range(100):
        content.add_field(b"A", b" " + b"x" * 10_000)
    assert content.body.large
    assert content.raw()[:] == (b"A: " + b"x" * 10_000 + b"\r\n") * 100 + b"\r\n"


NAMES = st.from_regex(rb"[!-9;-~]{1,10}", fullmatch=True)
LINES = st.binary(max_size=30).filter(lambda line: not set(line) & {10, 13, 0})
VALUES = st.lists(LINES, min_size=1, max_size=3).map(b"\n\t".join)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.binary(max_size=200))
def test_any_header_and_body(fields, body):
    content = Content(Body(Room(1_000_000), MEMORY), True)
    for name, value in fields:
        content.add_field(name, value)
    if body:
        content.add_body(body)
    assert content.raw() == join(fields, body)
