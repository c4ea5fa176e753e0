"""smtp_client_content: dots are stuffed whatever the pieces are, and nothing unclean ever leaves with a dot."""

import mmap
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols import smtp_client_content
from gatekeeper.protocols.smtp_client_content import PIECE, Content, Unclean


def sent(*segments: bytes | bytearray | memoryview) -> bytes:
    content, pieces = Content(segments), []
    while not content.ended:
        pieces.append(content.take())
    return b"".join(pieces)


def unstuffed(wire: bytes) -> bytes:
    """As RFC 5321 §4.5.2 tells a server to do it: line by line."""
    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    lines = wire.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    return b"\r\n".join(line.removeprefix(b".") for line in lines)


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"..a\r\n", b"...a\r\n.\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r\n.", b"a\r\n..\r\n.\r\n"),
        (b"a.b\r\n", b"a.b\r\n.\r\n"),
        (b"\r\n\r\n", b"\r\n\r\n.\r\n"),
    ],
)
def test_dots(message: bytes, wire: bytes) -> None:
    assert sent(message) == wire


def test_a_small_message_is_one_piece_with_its_dot() -> None:
    content = Content([b"Received: by us\r\n", memoryview(b"Subject: x\r\n\r\nbody\r\n")])
    assert content.take() == b"Received: by us\r\nSubject: x\r\n\r\nbody\r\n.\r\n"
    assert content.ended


@given(st.lists(st.sampled_from([b"\r\n", b".", b"a", b".\r\n", b"bc"]), max_size=40), st.integers(1, 7))
def test_any_cut_gives_the_same_bytes(words: list[bytes], piece: int) -> None:
    message = b"".join(words)
    whole = message if message.endswith(b"\r\n") or not message else message + b"\r\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtp_client_content, "PIECE", piece)
        wire = sent(*words)
    assert unstuffed(wire) == whole
    assert sent(message) == wire


@pytest.mark.parametrize(
    "message",
    [
        b"a\n.\r\n",
        b"a\r.\r\n",
        b"a\n.\nMAIL FROM:<x@y>\r\n",
        b"a\r\n.\rMAIL FROM:<x@y>\r\n",
        b"a\r.\r",
        b"\n",
        b"a\r\r\n",
        b"\n\r",
        b"a\r",
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 3, PIECE])
def test_a_bare_line_end_never_leaves(message: bytes, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_client_content, "PIECE", piece)
    with pytest.raises(Unclean):
        sent(message)


def test_a_line_end_over_two_segments_is_whole() -> None:
    assert sent(b"a\r", b"\n.b\r\n") == b"a\r\n..b\r\n.\r\n"


def test_pieces_of_a_large_message_are_even_and_end_with_the_dot() -> None:
    message = (b"x" * 70 + b"\r\n.y\r\n") * 10_000
    content, pieces = Content([message[:100], memoryview(message)[100:]]), []
    while not content.ended:
        pieces.append(content.take())
    assert all(len(piece) >= PIECE - 1 for piece in pieces[:-1])
    assert pieces[-1].endswith(b"\r\n.\r\n")
    assert unstuffed(b"".join(pieces)) == message


@pytest.mark.parametrize("size", [PIECE, 2 * PIECE])
def test_a_message_that_fills_its_pieces_exactly(size: int) -> None:
    message = b"x" * (size - 2) + b"\r\n"
    assert sent(message) == message + b".\r\n"


def test_a_mapped_file_can_be_sent() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"Subject: mapped\r\n\r\n.\r\n")
        file.flush()
        with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped, memoryview(mapped) as view:
            assert sent(view) == b"Subject: mapped\r\n\r\n..\r\n.\r\n"
