"""smtp_client_replies: tolerant, bounded, and typed when it is no SMTP."""

import pytest

from gatekeeper.protocols.smtp_client_replies import LONGEST_LINE, MOST_LINES, Garbled, ReplyReader
from gatekeeper.values import Reply


def read(*pieces: bytes) -> list[Reply]:
    reader, replies = ReplyReader(), []
    for piece in pieces:
        reader.feed(piece)
        while reply := reader.take():
            replies.append(reply)
    return replies


def test_one_line_with_its_status() -> None:
    assert read(b"250 2.1.5 Recipient OK\r\n") == [Reply(250, "2.1.5", ("Recipient OK",))]


def test_several_lines_lose_the_repeated_status() -> None:
    assert read(b"550-5.1.1 No such user\r\n550 5.1.1 Ask postmaster\r\n") == [
        Reply(550, "5.1.1", ("No such user", "Ask postmaster"))
    ]


def test_several_replies_in_one_piece() -> None:
    assert [reply.code for reply in read(b"250 a\r\n250-b\r\n250 c\r\n354 d\r\n")] == [250, 250, 354]


def test_one_reply_in_single_bytes() -> None:
    text = b"250-first\r\n250 second\r\n"
    assert read(*(text[n : n + 1] for n in range(len(text)))) == [Reply(250, "", ("first", "second"))]


@pytest.mark.parametrize("text", [b"250\r\n", b"250 \r\n", b"250\n"])
def test_text_may_be_missing(text: bytes) -> None:
    assert read(text) == [Reply(250, "", ("",))]


def test_status_alone() -> None:
    assert read(b"250 2.0.0\r\n") == [Reply(250, "2.0.0", ("",))]


@pytest.mark.parametrize("word", ["5.1.1", "2.1", "2.1.1.1", "2.a.1", "2..1", "2.1.1000", "x"])
def test_what_is_no_status_of_this_class_stays_text(word: str) -> None:
    assert read(f"250 {word} text\r\n".encode()) == [Reply(250, "", (f"{word} text",))]


def test_text_is_made_printable() -> None:
    assert read(b"550 a\x00b\xffc\td\re\r\n")[0].lines == ("a?b?c?d?e",)


def test_a_long_line_is_read_and_cut() -> None:
    assert read(b"250 " + b"x" * 3000 + b"\r\n")[0].lines == ("x" * 500,)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"25\r\n",
        b"2500 x\r\n",
        b"150 x\r\n",
        b"650 x\r\n",
        b"250_x\r\n",
        b"\xb2\xb5\xb0 x\r\n",
        b"250-a\r\n251 b\r\n",
        b"250 " + b"x" * LONGEST_LINE + b"\r\n",
        b"x" * (LONGEST_LINE + 1),
        b"250-x\r\n" * (MOST_LINES + 1),
    ],
)
def test_garbage_is_told(garbage: bytes) -> None:
    with pytest.raises(Garbled):
        read(garbage)


def test_replies_before_garbage_count() -> None:
    reader = ReplyReader()
    reader.feed(b"250 ok\r\nbanana\r\n")
    first = reader.take()
    assert first is not None
    assert first.code == 250
    with pytest.raises(Garbled):
        reader.take()


def test_pending_tells_of_unread_bytes() -> None:
    reader = ReplyReader()
    reader.feed(b"220 go\r\n250 injected\r\n")
    assert reader.take() == Reply(220, "", ("go",))
    assert reader.pending
    reader.take()
    assert not reader.pending
