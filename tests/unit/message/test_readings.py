"""What a scanner gets to see of a message: each run of bytes once, the whole last."""

import base64
from hashlib import sha256

import pytest

from gatekeeper.message import parse
from gatekeeper.message.readings import WHOLE, readings_of
from tests.messages import attached, malformed

PART = base64.b64encode(b"data")


def places(raw: bytes, most: int = 100) -> list[tuple[str, bytes]]:
    found, _ = readings_of(parse(raw), most)
    assert all(reading.sha256 == sha256(reading.data).hexdigest() for reading in found)
    return [(reading.place, bytes(reading.data)) for reading in found]


def test_parts_come_first_and_the_whole_last():
    raw = attached("a.bin", b"data")
    assert places(raw) == [("1.1", b"See the attachment."), ("1.2", b"data"), (WHOLE, raw)]


def test_where_readers_disagree_each_reading_counts():
    raw = b"Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + PART
    assert {data for _, data in places(raw)} == {raw, b"data", PART}


def test_the_same_bytes_count_once():
    part = b"\r\n--b\r\n\r\nsame"
    raw = b'Content-Type: multipart/mixed; boundary="b"\r\n' + part * 30 + b"\r\n--b--\r\n"
    assert places(raw) == [("1.1", b"same"), (WHOLE, raw)]


def test_beyond_the_limit_they_are_counted_unless_they_are_the_same():
    parts = b"".join(b"--b\r\n\r\npart %d\r\n" % (number % 20) for number in range(30))
    raw = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n"
    found, left = readings_of(parse(raw), 5)
    assert [reading.place for reading in found] == ["1.1", "1.2", "1.3", "1.4", "1.5", WHOLE]
    assert left == 20  # of the last ten, five are the same as the first five


@pytest.mark.parametrize("raw", malformed().values(), ids=malformed())
def test_messages_that_break_the_rules_have_readings(raw):
    assert places(raw)[-1][1] == raw or raw in [data for _, data in places(raw)]
    assert all(data for _, data in places(raw))
