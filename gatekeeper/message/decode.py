"""decode: a body with its transfer encoding undone, by every reading.

What two base64 decoders make of junk and of padding in the middle differs, so each plausible result is given. On a
clean body, which all read alike, there is one. Linear, never raises.
"""

from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from gatekeeper.message.patterns import BAD_ESCAPE, SOFT_BREAK, UU_BEGIN, UU_END

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
_MOST_FILES = 1000


class Decoding(NamedTuple):
    """One reading of a body. `name` is what a uuencoded file calls itself; `anomaly` why there is more than one."""

    encoding: str
    data: bytes
    name: str = ""
    anomaly: str = ""


def decodings_of(bodies: Iterable[bytes], encodings: Iterable[str]) -> tuple[Decoding, ...]:
    """Every distinct decoding of `bodies` by `encodings`, and the uuencoded files in each."""
    found: dict[tuple[bytes, str], Decoding] = {}
    for body in bodies:
        for encoding in encodings:
            for decoding in _READERS[encoding](body):
                found.setdefault((decoding.data, ""), decoding)
                for inside in uuencoded(decoding.data):
                    found.setdefault((inside.data, inside.name), inside)
    return tuple(found.values())


def _identity(body: bytes) -> Iterator[Decoding]:
    yield Decoding("identity", body)


def _base64(body: bytes) -> Iterator[Decoding]:
    """RFC 2045 §6.8; otherwise by line, by group of four, past every padding, and up to the first."""
    lines = body.split()
    joined = b"".join(lines)
    try:
        whole = a2b_base64(joined, strict_mode=True)
        odd = any(len(line) % 4 for line in lines)
    except Error:
        whole = _padded(joined.translate(None, _NOT_BASE64))
        odd = True
    if not odd:
        yield Decoding("base64", whole)
        return
    clean = joined.translate(None, _NOT_BASE64)
    until, padding, _ = clean.partition(b"=")
    readings = (
        whole,
        _padded(until),
        _padded(clean.replace(b"=", b"")) if padding else whole,
        b"".join(map(_by_quads, lines)),
        _by_quads(clean),
        _by_quads(joined),
    )
    anomaly = "mime.base64-junk" if len(clean) < len(joined) or padding in until else "mime.base64-padding"
    for data in dict.fromkeys(readings):
        yield Decoding("base64", data, anomaly=anomaly if data != whole else "")


def _padded(quads: bytes) -> bytes:
    """Decode, whatever is missing at the end."""
    for surplus in (0, 1):
        try:
            return a2b_base64(quads[: len(quads) - surplus] + b"==")
        except Error:
            continue
    return b""


def _by_quads(line: bytes) -> bytes:
    """Each four characters for themselves, `=` among them counted; a rest of less than two is dropped."""
    if b"=" not in line.rstrip(b"="):
        return _padded(line[: len(line) // 4 * 4] if len(line) % 4 < 2 else line)
    return b"".join(_padded(line[i : i + 4].replace(b"=", b"")) for i in range(0, len(line), 4))


def _quoted_printable(body: bytes) -> Iterator[Decoding]:
    """RFC 2045 §6.7; an escape without its digits is kept by some and dropped by others."""
    whole = a2b_qp(body)
    yield Decoding("quoted-printable", whole)
    joined = SOFT_BREAK.sub(b"", body)
    if BAD_ESCAPE.search(joined):
        yield Decoding("quoted-printable", a2b_qp(BAD_ESCAPE.sub(b"", joined)), anomaly="mime.qp-junk")


def _uuencode(body: bytes) -> Iterator[Decoding]:
    """A whole body said to be uuencoded may lack its `begin`."""
    if not UU_BEGIN.search(body):
        yield Decoding("uuencode", _uu_lines(body))
    yield Decoding("identity", body)


def uuencoded(body: bytes) -> Iterator[Decoding]:
    """The files in `body` that old mail programs offer as attachments, encoded between `begin` and `end`."""
    position = body.find(b"begin")
    for _ in range(_MOST_FILES if position >= 0 else 0):
        begin = UU_BEGIN.search(body, max(position - 1, 0))
        if begin is None:
            return
        end = UU_END.search(body, begin.end() - 1)
        stop = end.start() if end else len(body)
        lines = body[begin.end() : stop]
        name = begin[2].strip().decode("utf-8", "replace")
        if begin[1]:
            yield from (Decoding("base64", found.data, name) for found in _base64(lines))
        else:
            yield Decoding("uuencode", _uu_lines(lines), name)
        position = end.end() if end else begin.end()


def _uu_lines(lines: bytes) -> bytes:
    """Every line that can be decoded, up to the one of length nought."""
    out = []
    for line in lines.splitlines():
        if line in (b"`", b" ", b"end"):
            break
        try:
            out.append(a2b_uu(line))
        except Error:
            count = ((line[0] - 32) & 63) * 4 + 2  # a trailing character too many is common
            out.append(_uu_cut(line, count // 3 + 1))
    return b"".join(out)


def _uu_cut(line: bytes, length: int) -> bytes:
    try:
        return a2b_uu(line[:length])
    except Error:
        return b""


_READERS: dict[str, Callable[[bytes], Iterator[Decoding]]] = {
    "identity": _identity,
    "base64": _base64,
    "quoted-printable": _quoted_printable,
    "uuencode": _uuencode,
}
