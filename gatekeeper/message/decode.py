"""decode: a body with its transfer encoding undone, by every reading.

What two base64 decoders make of junk and of padding in the middle differs, so each plausible result is given. On a
clean body, which all read alike, there is one. Linear within the budget, never raises.
"""

import zlib
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import NamedTuple

from gatekeeper.message.armour import files_in, has_begin, uu_lines
from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import BAD_ESCAPE, ODD_ESCAPE, SOFT_BREAK

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
_ODD_LENGTH = 1_000_000
"""How much of an odd body is read in other ways than the usual one, in bytes."""

_READING = 1000
"""What a further reading costs at least."""

_INFLATED = 1_000_000
"""How much of a compressed body is unpacked, in bytes."""


class Decoding(NamedTuple):
    """One reading of a body. `name` is what a file inside a text calls itself, `anomaly` why not all readers agree."""

    encoding: str
    data: bytes
    name: str = ""
    anomaly: str = ""


def decodings_of(bodies: Iterable[bytes], encodings: Iterable[str], budget: Budget) -> tuple[Decoding, ...]:
    """Every distinct decoding of `bodies` by `encodings`, and the files encoded inside each."""
    found: dict[tuple[bytes, str], Decoding] = {}
    for body, encoding in product(bodies, encodings):
        if not found or budget.afford(len(body) + _READING):
            for decoding in _READERS[encoding](body, budget):
                found.setdefault((decoding.data, ""), decoding)
                for inside in files_in(decoding.data, budget):
                    found.setdefault((inside.data, inside.name), Decoding(inside.encoding, inside.data, inside.name))
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
        yield from _odd_base64(body[:length].split())


def _odd_base64(lines: list[bytes]) -> Iterator[Decoding]:
    joined = b"".join(lines)
    clean = joined.translate(None, _NOT_BASE64)
    until, _, behind = clean.partition(b"=")
    readings = [_padded(until), b"".join(map(_quads, lines)), b"".join(_padded(_whole_quads(line)) for line in lines)]
    if behind.strip(b"="):
        readings += [_padded(clean.replace(b"=", b"")), _quads(clean), _quads(joined)]
    anomaly = "mime.base64-junk" if len(clean) < len(joined) else "mime.base64-padding"
    for data in dict.fromkeys(readings):
        if data:
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
    yield Decoding("quoted-printable", a2b_qp(body))
    few = body if len(body) < _ODD_LENGTH else body[: body.rfind(b"\n", 0, _ODD_LENGTH) + 1]
    if ODD_ESCAPE.search(few) and budget.afford(len(few)):
        joined = SOFT_BREAK.sub(b"", few)
        for data in dict.fromkeys((a2b_qp(joined), a2b_qp(BAD_ESCAPE.sub(b"", joined)))):
            yield Decoding("quoted-printable", data, anomaly="mime.qp-junk")


def _uuencode(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """A body said to be uuencoded may lack its `begin`; the files in it are found in any case."""
    if not has_begin(body):
        yield Decoding("uuencode", uu_lines(body, budget))
    yield Decoding("identity", body)


def _gzip64(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """What `metamail` knew as x-gzip64: base64 of gzip."""
    for packed in _base64(body, budget):
        if not budget.afford(_INFLATED):
            return
        inflate = zlib.decompressobj(wbits=31)
        try:
            yield Decoding("x-gzip64", inflate.decompress(packed.data, _INFLATED))
        except zlib.error:
            continue


_READERS: dict[str, Callable[[bytes, Budget], Iterator[Decoding]]] = {
    "identity": _identity,
    "base64": _base64,
    "quoted-printable": _quoted_printable,
    "uuencode": _uuencode,
    "x-gzip64": _gzip64,
}
