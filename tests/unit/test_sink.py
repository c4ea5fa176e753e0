"""The sink takes everything, once, however it is cut into packets."""

import socket

from benchmarks.load import generated, run
from benchmarks.sink import Sink
from tests.messages import ham
from tests.servers.client import send


def test_it_takes_what_a_client_sends() -> None:
    with Sink() as sink:
        assert send(sink.port, ham()) == "250 2.6.0 Taken"
        assert run(sink.port, generated(50), connections=4).codes == {250: 50}
    assert sink.took == 51


def test_two_messages_in_one_packet_or_byte_by_byte() -> None:
    envelope = b"MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n"
    transaction = envelope + b".x\r\nno.\r\n.\r\n" + envelope + b".\r\n"
    with Sink() as sink:
        for pieces in ([transaction], [bytes([byte]) for byte in transaction]):
            with socket.create_connection(("127.0.0.1", sink.port), 10) as client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for piece in (b"EHLO x\r\n", *pieces, b"QUIT\r\n"):
                    client.sendall(piece)
                said = client.makefile("rb").read()
            assert said.count(b"250 2.6.0 Taken\r\n") == 2
            assert said.endswith(b"221 2.0.0 Bye\r\n")
    assert sink.took == 4
