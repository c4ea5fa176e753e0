"""armour: files that stand encoded inside a text, as mail programs made them before MIME and news readers still do.

Uuencode (POSIX), its base64 form, BinHex 4.0 (RFC 1741) and yEnc. Many readers offer them as attachments. Linear
within the budget, never raises; what is broken in the middle is read up to there or around it.
"""

from binascii import Error, a2b_base64, a2b_uu
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import BARE_BINHEX, BINHEX, LINE, UU_BEGIN, UU_END, YENC, YENC_ESCAPE, YENC_PART
from gatekeeper.message.words import text

_MOST_FILES = 1000
_LINE = 8
"""What a uuencoded line costs, next to a byte of an odd body."""
_LARGEST = 1_000_000
"""How far run lengths of BinHex are followed, in bytes."""

_TO_BASE64 = bytes.maketrans(
    b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
)
_MINUS_42 = bytes((octet - 42) % 256 for octet in range(256))


class File(NamedTuple):
    """A file found in a text: how it was encoded, what it calls itself, what it is."""

    encoding: str
    name: str
    data: bytes


def files_in(body: bytes, budget: Budget) -> Iterator[File]:
    """Every encoded file in `body`."""
    if b"begin" in body:
        if has_begin(body):
            yield from _uuencoded(body, budget)
        if b"=ybegin " in body:
            yield from _yencoded(body, budget)
    if b"BinHex" in body or BARE_BINHEX.match(body):
        yield from _binhexed(body, budget)


def has_begin(body: bytes) -> bool:
    """Whether a uuencoded file begins somewhere in `body`."""
    first = 0 if body.startswith(b"begin") else body.find(b"\nbegin")  # ten times as fast as the pattern
    return first >= 0 and UU_BEGIN.search(body, first) is not None


def _uuencoded(body: bytes, budget: Budget) -> Iterator[File]:
    begins = list(islice(UU_BEGIN.finditer(body), _MOST_FILES))
    for number, begin in enumerate(begins):
        following = begins[number + 1].start() if number + 1 < len(begins) else len(body)
        end = UU_END.search(body, begin.end() - 1, following + 1)
        lines = body[begin.end() : end.start() if end else following]
        name = text((begin[2] or begin[3]).strip())
        if begin[1]:
            yield File("base64", name, _base64(lines))
        else:
            yield File("uuencode", name, uu_lines(lines, budget))


def uu_lines(body: bytes, budget: Budget) -> bytes:
    """Every uuencoded line of `body` that can be decoded, up to the one of length nought."""
    out = []
    for match in LINE.finditer(body):
        line = match[0]
        if line in (b"`", b" ", b"end") or not budget.afford(_LINE):
            break
        out.append(_uu(line))
    return b"".join(out)


def _uu(line: bytes) -> bytes:
    """One line by its length alone: what fills up the last group may be anything, as may be what stands behind it."""
    size = (line[0] - 32) & 63
    groups = (size + 2) // 3
    try:
        return a2b_uu(bytes((32 + 3 * groups,)) + line[1 : 1 + 4 * groups])[:size]
    except Error:
        return b""


def _base64(lines: bytes) -> bytes:
    try:
        return a2b_base64(lines + b"==")
    except Error:
        return b""


def _yencoded(body: bytes, budget: Budget) -> Iterator[File]:
    """Each file, and those that come in parts also put together, in the order of their numbers."""
    parts: dict[bytes, dict[int, bytes]] = {}
    for match in islice(YENC.finditer(body), _MOST_FILES):
        end = body.find(b"\n=y", match.end() - 1)
        data = body[match.end() : end if end >= 0 else len(body)].replace(b"\r", b"").replace(b"\n", b"")
        if not budget.afford(2 * len(data)):
            return
        plain = YENC_ESCAPE.sub(lambda escaped: bytes(((escaped[0][1] - 64) % 256,)), data).translate(_MINUS_42)
        yield File("yenc", text(match[2].strip()), plain)
        if number := YENC_PART.search(match[1]):
            parts.setdefault(match[2].strip(), {}).setdefault(int(number[1]), plain)
    for name, pieces in parts.items():
        yield File("yenc", text(name), b"".join(pieces[number] for number in sorted(pieces)))


def _binhexed(body: bytes, budget: Budget) -> Iterator[File]:
    """The data fork of each file, behind its header: name, type, creator, flags, lengths of the forks, CRC."""
    bare = BARE_BINHEX.match(body)
    for match in (bare,) if bare else islice(BINHEX.finditer(body), _MOST_FILES):
        if not budget.afford(len(match[1])):
            return
        fork = _expanded(_base64(match[1].translate(_TO_BASE64, b"\r\n \t")))
        length = fork[0] if fork else 0
        size = int.from_bytes(fork[length + 12 : length + 16], "big")
        yield File("binhex", text(fork[1 : length + 1]), fork[length + 22 : length + 22 + size])


def _expanded(data: bytes) -> bytes:
    """With the run lengths of BinHex followed: 0x90 n repeats the byte before it, 0x90 0 is 0x90 itself."""
    out = bytearray()
    position = 0
    while (mark := data.find(b"\x90", position)) >= 0 and len(out) < _LARGEST:
        out += data[position:mark]
        count = data[mark + 1] if mark + 1 < len(data) else 1
        out += b"\x90" if count == 0 else out[-1:] * (count - 1)
        position = mark + 2
    return bytes(out + data[position:])
