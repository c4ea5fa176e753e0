import contextlib
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols.proxy import read_header
from gatekeeper.values import Client

SIGNATURE = b"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a"


def v2(command, family, block):
    return SIGNATURE + bytes([command, family]) + struct.pack("!H", len(block)) + block


V4 = socket.inet_aton("192.0.2.1") + socket.inet_aton("198.51.100.1") + struct.pack("!HH", 40000, 25)
V6 = socket.inet_pton(socket.AF_INET6, "2001:db8::1") * 2 + struct.pack("!HH", 40000, 25)
MAPPED = socket.inet_pton(socket.AF_INET6, "::ffff:192.0.2.1") * 2 + struct.pack("!HH", 1, 25)
GOOD = {
    b"PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n": Client("192.0.2.1", "", 40000),
    b"PROXY TCP6 2001:DB8::1 2001:db8::2 40000 25\r\n": Client("2001:db8::1", "", 40000),
    b"PROXY UNKNOWN\r\n": None,
    b"PROXY UNKNOWN ff:: ff:: 1 2\r\n": None,
    v2(0x21, 0x11, V4): Client("192.0.2.1", "", 40000),
    v2(0x21, 0x21, V6): Client("2001:db8::1", "", 40000),
    v2(0x21, 0x21, MAPPED): Client("192.0.2.1", "", 1),
    v2(0x21, 0x11, V4 + b"\x04\x00\x02xx"): Client("192.0.2.1", "", 40000),
    v2(0x20, 0x11, V4): None,
    v2(0x20, 0x00, b""): None,
    v2(0x21, 0x31, b"\0" * 216): None,
}
BAD = [
    b"EHLO x\r\n",
    b"PROXX",
    b"PROXY TCP4 192.0.2.1 198.51.100.1 40000\r\n",
    b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
    b"PROXY TCP6 192.0.2.1 198.51.100.1 1 2\r\n",
    b"PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n",
    b"PROXY TCP4 192.0.2.1 198.51.100.1 65536 2\r\n",
    b"PROXY TCP4 192.0.2.1 198.51.100.1 -1 2\r\n",
    b"PROXY  TCP4 192.0.2.1 198.51.100.1 1 2\r\n",
    b"PROXY TCP4 192.0.2.1 198.51.100.1 1 2\nEHLO x\r\n",
    b"PROXY TCP4 \xff\r\n",
    b"PROXY " + b"x" * 200,
    b"\r\n\r\n\0\r\nQUIX" + b"\0" * 20,
    v2(0x11, 0x11, V4),
    v2(0x22, 0x11, V4),
    v2(0x21, 0x11, V4[:-1]),
    SIGNATURE + b"\x21\x11\xff\xff",
]


@pytest.mark.parametrize(("header", "client"), GOOD.items())
def test_headers(header, client):
    assert read_header(header) == (client, len(header))
    assert read_header(header + b"EHLO x\r\n") == (client, len(header))
    for end in range(len(header)):
        assert read_header(header[:end]) is None


@pytest.mark.parametrize("header", BAD)
def test_anything_else_is_refused(header):
    with pytest.raises(ValueError):
        read_header(header)


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda tail: SIGNATURE + tail))
def test_no_bytes_make_it_fail_otherwise(data):
    with contextlib.suppress(ValueError):
        read_header(data)
