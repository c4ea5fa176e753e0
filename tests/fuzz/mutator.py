"""mutator: sound and broken samples made stranger, as somebody would who means it.

Half of what it does knows what mail looks like: lines are moved, doubled, spoilt and crossed with those of another
sample, line ends change, a part is wrapped in another. The other half knows nothing. One seed always gives the same.
"""

import base64
from collections.abc import Callable, Sequence
from random import Random

from tests.unit.message.mails import LINES

LARGEST = 30_000
"""Bytes of an input, but for one in a hundred, which may have ten times as many."""

TOKENS = [
    *(line + end for line in LINES for end in (b"", b"\r\n", b"\n")),
    *(
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\r\n",
        b"\0",
        b" ",
        b"\t",
        b";",
        b":",
        b"=",
        b'"',
        b"\\",
        b"(",
        b")",
        b"<",
        b">",
        b"'",
    ),
    *(
        b"--",
        b"\n--",
        b"*0*=",
        b"*1=",
        b"''",
        b"%41",
        b"=?",
        b"?=",
        b"=?utf-8?q?",
        b"=?utf-16?b?AAA?=",
        b"charset=utf-7",
    ),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\x8b", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\x1b$B", b"\x90\x00"),
    *(
        b"<style>",
        b"<!--",
        b"-->",
        b"<a href='http://a.example/'>",
        b"<script>",
        b"style='display:none'",
        b"&#x41;",
        b"&amp",
    ),
    *(b"http://", b"xn--", b"://user@", b"%00", b"[::1]", b"..", b"/", b"#", b"?", b"@", b"data:text/html;base64,"),
    *(value.to_bytes(size, "little") for size in (1, 2, 4, 8) for value in (0, 1, 127, 128, 255)),
    *((256**size // part - one).to_bytes(size, "little") for size in (2, 4, 8) for part in (1, 2) for one in (1, 2)),
]


def mutated(random: Random, seeds: Sequence[bytes]) -> bytes:
    """One of `seeds` after one to eight changes."""
    data = random.choice(seeds)
    largest = LARGEST * (10 if random.random() < 0.01 else 1)
    for _ in range(random.choice((1, 1, 2, 2, 3, 5, 8))):
        data = random.choice(_CHANGES)(random, data, seeds)[:largest]
    return data


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 1, 2, 4, 8, 30, 100, 1000)))


def _cut(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] + data[end:]


def _end(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _token(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start = random.randrange(len(data) + 1)
    end = start + random.choice((0, 0, 1, 2, 4))
    return data[:start] + random.choice(TOKENS) + data[end:]


def _octet(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + random.randbytes(1) + data[start + 1 :]


def _bit(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << random.randrange(8),)) + data[at + 1 :]


def _noise(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] + random.randbytes(random.choice((1, 4, 50))) + data[end:]


def _repeat(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A span, or a token, many times: what is quadratic shows."""
    start, end = _span(random, data)
    piece = random.choice((data[start:end], random.choice(TOKENS)))
    return data[:start] + piece * random.choice((2, 2, 3, 10, 100, 1000, 20_000)) + data[end:]


def _move(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    rest = data[:start] + data[end:]
    to = random.randrange(len(rest) + 1)
    return rest[:to] + data[start:end] + rest[to:]


def _lines(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Whole lines: one is left out, doubled, moved, or comes from another sample."""
    lines = data.splitlines(keepends=True) or [b""]
    for _ in range(random.choice((1, 2, 4))):
        at, to = random.randrange(len(lines)), random.randrange(len(lines))
        change = random.randrange(4)
        if change == 0:
            lines[at] = b""
        elif change == 1:
            lines.insert(to, lines[at])
        elif change == 2:
            lines[at], lines[to] = lines[to], lines[at]
        else:
            lines.insert(to, random.choice(random.choice(seeds).splitlines(keepends=True) or [b""]))
    return b"".join(lines)


def _line_ends(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    start, end = (0, len(data)) if random.random() < 0.5 else _span(random, data)
    end_of_line = random.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r", b" \n", b"\n "))
    return data[:start] + data[start:end].replace(b"\r\n", b"\n").replace(b"\n", end_of_line) + data[end:]


def _cross(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """The front of one with the rear of another."""
    other = random.choice(seeds)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _wrap(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """All of it as a part of another mail, encoded or not."""
    boundary = random.choice((b"b", b"be", b"c d", b"--", b"b" * 100))
    how = random.randrange(3)
    inner = (
        b"Content-Type: message/rfc822\r\n\r\n" + data,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data),
        data,
    )[how]
    head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
    return head + b"--" + boundary + b"\r\n" + inner + b"\r\n--" + boundary + random.choice((b"--\r\n", b"\r\n", b""))


_CHANGES: list[Callable[[Random, bytes, Sequence[bytes]], bytes]] = [
    *(_cut, _end, _token, _token, _token, _octet, _bit, _noise, _repeat, _move),
    *(_lines, _lines, _lines, _line_ends, _cross, _wrap),
]
