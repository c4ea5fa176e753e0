import pytest

from gatekeeper.protocols.buffer import ReceiveBuffer
from gatekeeper.protocols.replies import CommandError


def test_only_crlf_ends_a_line():
    buffer = ReceiveBuffer()
    buffer.append(b"a\nb\rc\n\rd\r\ne")
    assert buffer.line(100) == b"a\nb\rc\n\rd"
    assert buffer.line(100) is None
    assert len(buffer) == 1


@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
@pytest.mark.parametrize("length", [9, 10, 11, 12, 50])
def test_a_line_that_is_too_long_is_told_once_and_dropped(piece, length):
    data = b"x" * length + b"\r\nnext\r\n"
    buffer, lines = ReceiveBuffer(), []
    for start in range(0, len(data), piece):
        buffer.append(data[start : start + piece])
        while True:
            try:
                line = buffer.line(10)
            except CommandError as error:
                line = error.reply.code
            if line is None:
                break
            lines.append(line)
        assert len(buffer) <= 12 + piece
    assert lines == [b"x" * length if length <= 10 else 500, b"next"]


def test_octets_are_looked_at_and_skipped():
    buffer = ReceiveBuffer()
    buffer.append(b"abcdef")
    assert buffer.peek(2) == b"ab"
    assert buffer.skip(2) == 2
    assert buffer.peek(100) == b"cdef"
    assert buffer.skip(100) == 4
    assert len(buffer) == 0


def test_clear_forgets_that_a_line_was_too_long():
    buffer = ReceiveBuffer()
    buffer.append(b"x" * 20)
    assert buffer.line(10) is None
    buffer.clear()
    buffer.append(b"short\r\n")
    assert buffer.line(10) == b"short"
