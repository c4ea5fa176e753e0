"""Sizes, places and lines that postmap cannot be asked about; the rest is compared with it elsewhere."""

import mmap
import time
from pathlib import Path

import pytest

from gatekeeper.message.checked_lines import Place, checked_lines

HEADER, MIME, NESTED, BODY = Place.HEADER, Place.MIME, Place.NESTED, Place.BODY

MESSAGE = b"""\
Subject: a
 folded
Content-Type: multipart/mixed; boundary=x

preamble
--x
Content-Type: message/rfc822
X-Part: p

Subject: inner
MIME-Version: 1.0

inner text
--x--
epilogue
""".replace(b"\n", b"\r\n")


def looked_up(*arguments) -> list[tuple[Place, bytes]]:
    return [(piece.place, piece.text) for piece in checked_lines(*arguments)]


def test_where_lines_stand() -> None:
    assert looked_up(MESSAGE) == [
        (HEADER, b"Subject: a\n folded"),
        (MIME, b"Content-Type: multipart/mixed; boundary=x"),
        (BODY, b"preamble"),
        (BODY, b"--x"),
        (MIME, b"Content-Type: message/rfc822"),
        (MIME, b"X-Part: p"),
        (NESTED, b"Subject: inner"),
        (MIME, b"MIME-Version: 1.0"),
        (BODY, b"inner text"),
        (BODY, b"--x--"),
        (BODY, b"epilogue"),
    ]


def test_a_mapped_file_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "message"
    path.write_bytes(MESSAGE)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert looked_up(mapped) == looked_up(MESSAGE)


@pytest.mark.parametrize("size", [2047, 2048, 2049, 5000])
def test_a_long_body_line_comes_in_pieces(size: int) -> None:
    pieces = [piece for _, piece in looked_up(b"A: b\n\n" + b"x" * size + b"\n")][1:]
    assert [len(piece) for piece in pieces] == [2048] * (size // 2048) + ([size % 2048] if size % 2048 else [])


def test_a_piece_of_a_line_is_no_boundary() -> None:
    message = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"y" * 2048 + b"--x\nA: b\n\n"
    assert looked_up(message)[-1] == (BODY, b"A: b")


def test_a_field_ends_at_its_limit_and_the_next_begins_where_it_begins() -> None:
    fold = b" " + b"x" * 1000 + b"\n"
    (first, field), second, *_ = looked_up(b"A: b\n" + fold * 200 + b"C: d\n\n")
    assert first is HEADER
    assert 102_400 <= len(field) < 102_400 + 2048
    assert second == (HEADER, b"C: d")


def test_a_field_of_one_long_line_is_one_text() -> None:
    assert [len(text) for _, text in looked_up(b"A: " + b"x" * 10_000 + b"\n")] == [10_003]


@pytest.mark.parametrize(("limit", "lines"), [(51_200, 512), (1000, 10), (0, 600)])
def test_of_each_part_no_more_than_its_beginning_is_looked_at(limit: int, lines: int) -> None:
    part = b"--x\nA: b\n\n" + (b"y" * 99 + b"\n") * 600
    message = b"Content-Type: multipart/mixed; boundary=x\n\n" + part + part
    seen = [place for place, text in looked_up(message, limit) if text == b"y" * 99]
    assert len(seen) == 2 * lines


def test_what_stands_behind_the_last_part_is_looked_at_too() -> None:
    part = b"--x\nA: b\n\n" + b"y" * 99 + b"\n"
    message = b"Content-Type: multipart/mixed; boundary=x\n\n" + part + b"--x--\nepilogue\n"
    assert looked_up(message, 50)[-1] == (BODY, b"epilogue")


def test_a_line_that_is_no_field_ends_a_header_and_nothing_is_nested_in_it() -> None:
    lines = looked_up(b"Content-Type: message/rfc822\nno field\nA: b\n")
    assert lines[1:] == [(BODY, b"no field"), (BODY, b"A: b")]


def test_a_message_without_an_end_or_without_anything() -> None:
    assert looked_up(b"A: b\r\n c") == [(HEADER, b"A: b\n c")]
    assert looked_up(b"") == []
    assert looked_up(b"\n\n") == []


@pytest.mark.parametrize(
    "line",
    [
        b'Content-Type: multipart/mixed; boundary="' + b"\\" * 60,
        b"Content-Type: " + b"(" * 60,
        b"Content-Type: multipart/x" + b";boundary=a" * 6,
        b"--x",
        b"a" * 60,
        b" " * 60,
        b"A: b",
    ],
)
def test_the_cost_is_in_proportion_to_the_size(line: bytes) -> None:
    """Eight times as much costs eight times as much; 64 times would be quadratic."""

    def seconds(times: int) -> float:
        message = b"Content-Type: multipart/mixed; boundary=x\n" + (line * 20 + b"\n ") * times
        least = 9.0
        for _ in range(3):
            begun = time.process_time()
            sum(1 for _ in looked_up(message))
            least = min(least, time.process_time() - begun)
        return least

    assert seconds(800) < 24 * max(seconds(100), 0.0005)


def test_each_piece_knows_where_it_stands() -> None:
    message = b"A: b\r\n c\r\nB: d\n\nfirst\r\n\n" + b"x" * 3000 + b"\nlast"
    found = [(piece.text[:9], message[piece.start : piece.end]) for piece in checked_lines(message)]
    assert found == [
        (b"A: b\n c", b"A: b\r\n c\r\n"),
        (b"B: d", b"B: d\n"),
        (b"first", b"first\r\n"),
        (b"x" * 9, b"x" * 2048),
        (b"x" * 9, b"x" * 952 + b"\n"),
        (b"last", b"last"),
    ]
