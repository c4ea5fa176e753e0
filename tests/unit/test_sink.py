"""The sink takes everything, once, however it is cut into packets."""

import asyncio

import pytest

from benchmarks.load import generated, run
from benchmarks.sink import Session, Sink
from tests.messages import ham
from tests.servers.client import send


class _Wire(asyncio.Transport):
    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def test_it_takes_what_a_client_sends() -> None:
    with Sink() as sink:
        assert send(sink.port, ham()) == "250 2.6.0 Taken"
        assert run(sink.port, generated(50), connections=4).codes == {250: 50}
    assert sink.took == 51


@pytest.mark.parametrize("length", [1, 2, 3, 5, 1000])
def test_only_a_dot_between_crlf_ends_a_message_wherever_packets_are_cut(length: int) -> None:
    envelope = b"MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n"
    stream = envelope + b".x\r\nno.\r\n\n.\nno\r\n.\nno\n.\r\n\r\n.\r\n" + envelope + b".\r\nQUIT\r\n"
    wire, session, before = _Wire(), Session(), Session.taken
    session.connection_made(wire)
    for start in range(0, len(stream), length):
        session.data_received(stream[start : start + length])
    assert Session.taken - before == 2
    codes = [int(line[:3]) for line in wire.written.splitlines()]
    assert codes == [220, 250, 250, 354, 250, 250, 250, 354, 250, 221]
    assert wire.closed
