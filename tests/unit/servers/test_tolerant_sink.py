"""The tolerant sink is fooled by every sequence that a smuggler may try; else those tests would prove nothing."""

import socket

import pytest

from tests.servers.tolerant_sink import TolerantSink

SECOND = b"MAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n"


@pytest.mark.parametrize("after", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("before", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("step", [1, 1000])
def test_it_is_fooled(before: bytes, after: bytes, step: int) -> None:
    text = b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\none" + before + b"." + after + SECOND
    with TolerantSink() as sink, socket.create_connection((sink.host, sink.port), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(text), step):
            connection.sendall(text[start : start + step])
        assert connection.makefile("rb").read().endswith(b"221 2.0.0 Bye\r\n")
        assert sink.messages == [b"one", b"two"]
