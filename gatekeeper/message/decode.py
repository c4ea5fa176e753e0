"""decode: a body with its transfer encoding undone, by every reading.

What two base64 decoders make of junk and of padding in the middle differs, so each plausible result is given. On a
clean body, which all read alike, there is one. Linear within the budget, never raises.
"""

from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import BAD_ESCAPE, LINE, SOFT_BREAK, UU_BEGIN, UU_END

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
_MOST_FILES = 1000
_ODD_LENGTH = 1_000_000
"""How much of an odd body is read in other ways than the usual one, in bytes."""

_LINE = 8
"""What a uuencoded line costs, next to a byte of an odd body."""


class Decoding(NamedTuple):
    """One reading of a body. `name` is what a uuencoded file calls itself; `anomaly` why there is more than one."""

    encoding: str
    data: bytes
    name: str = ""
    anomaly: str = ""


def decodings_of(bodies: Iterable[bytes], encodings: Iterable[str], budget: Budget) -> tuple[Decoding, ...]:
    """Every distinct decoding of `bodies` by `encodings`, and the uuencoded files in each."""
    found: dict[tuple[bytes, str], Decoding] = {}
    for body in bodies:
        for encoding in encodings:
            for decoding in _READERS[encoding](body, budget):
                found.setdefault((decoding.data, ""), decoding)
                for inside in _uuencoded_files(decoding.data, budget):
                    found.setdefault((inside.data, inside.name), inside)
    return tuple(found.values())


def _identity(body: bytes, budget: Budget) -> Iterator[Decoding]:  # noqa: ARG001 — one signature for all readers
    yield Decoding("identity", body)


def _base64(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """RFC 2045 §6.8, and if it is not clean by line, by group of four, past every padding, and up to the first."""
    lines = body.split()
    joined = b"".join(lines)
    try:
        whole = a2b_base64(joined, strict_mode=True)
        odd = any(len(line) % 4 for line in lines)
    except Error:
        whole = _padded(joined.translate(None, _NOT_BASE64))
        odd = True
    yield Decoding("base64", whole)
    length = min(len(body), _ODD_LENGTH)
    if odd and budget.afford(length):
        yield from _odd_base64(body[:length].split(), whole)


def _odd_base64(lines: list[bytes], whole: bytes) -> Iterator[Decoding]:
    joined = b"".join(lines)
    clean = joined.translate(None, _NOT_BASE64)
    until, _, behind = clean.partition(b"=")
    readings = [_padded(until), b"".join(map(_quads, lines)), b"".join(_padded(_whole_quads(line)) for line in lines)]
    if behind.strip(b"="):
        readings += [_padded(clean.replace(b"=", b"")), _quads(clean), _quads(joined)]
    anomaly = "mime.base64-junk" if len(clean) < len(joined) else "mime.base64-padding"
    for data in dict.fromkeys(readings):
        if data and data != whole:
            yield Decoding("base64", data, anomaly=anomaly)


def _padded(quads: bytes) -> bytes:
    """Decode, whatever is missing at the end."""
    for surplus in (0, 1):
        try:
            return a2b_base64(quads[: len(quads) - surplus] + b"==")
        except Error:
            continue
    return b""


def _whole_quads(line: bytes) -> bytes:
    return line[: len(line) // 4 * 4]


def _quads(line: bytes) -> bytes:
    """Each four characters for themselves, `=` among them counted."""
    if b"=" not in line.rstrip(b"="):
        return _padded(line)
    return b"".join(_padded(line[i : i + 4].replace(b"=", b"")) for i in range(0, len(line), 4))


def _quoted_printable(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """RFC 2045 §6.7; an escape without its digits is kept by some and dropped by others."""
    whole = a2b_qp(body)
    yield Decoding("quoted-printable", whole)
    few = body if len(body) < _ODD_LENGTH else body[: body.rfind(b"\n", 0, _ODD_LENGTH) + 1]
    joined = SOFT_BREAK.sub(b"", few)
    if BAD_ESCAPE.search(joined) and budget.afford(len(joined)):
        dropped = a2b_qp(BAD_ESCAPE.sub(b"", joined))
        if dropped != whole:
            yield Decoding("quoted-printable", dropped, anomaly="mime.qp-junk")


def _uuencode(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """A body said to be uuencoded may lack its `begin`; the files in it are found in any case."""
    if not UU_BEGIN.search(body):
        yield Decoding("uuencode", _uu_lines(body, budget))
    yield Decoding("identity", body)


def _uuencoded_files(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """The files in `body` that mail programs offer as attachments, encoded between `begin` and `end`."""
    if b"begin" not in body:
        return
    begins = list(islice(UU_BEGIN.finditer(body), _MOST_FILES))
    for number, begin in enumerate(begins):
        following = begins[number + 1].start() if number + 1 < len(begins) else len(body)
        end = UU_END.search(body, begin.end() - 1, following + 1)
        lines = body[begin.end() : end.start() if end else following]
        name = begin[2].strip().decode("utf-8", "replace")
        if begin[1]:
            yield from (Decoding("base64", found.data, name) for found in _base64(lines, budget))
        else:
            yield Decoding("uuencode", _uu_lines(lines, budget), name)


def _uu_lines(body: bytes, budget: Budget) -> bytes:
    """Every line that can be decoded, up to the one of length nought."""
    out = []
    for match in LINE.finditer(body):
        line = match[0]
        if line in (b"`", b" ", b"end") or not budget.afford(_LINE):
            break
        try:
            out.append(a2b_uu(line))
        except Error:
            length = ((line[0] - 32) & 63) * 8 // 6 + 2 if line else 0  # a trailing character too many is common
            out.append(_uu_cut(line[:length]))
    return b"".join(out)


def _uu_cut(line: bytes) -> bytes:
    try:
        return a2b_uu(line)
    except Error:
        return b""


_READERS: dict[str, Callable[[bytes, Budget], Iterator[Decoding]]] = {
    "identity": _identity,
    "base64": _base64,
    "quoted-printable": _quoted_printable,
    "uuencode": _uuencode,
}
