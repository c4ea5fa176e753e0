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
from gatekeeper.message.base64_readings import NOT_BASE64, padded, readings
from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import BAD_ESCAPE, LIKE_BASE64, LIKE_QUOTED_PRINTABLE, ODD_ESCAPE, SOFT_BREAK

_ODD_LENGTH = 1_000_000
"""How much of an odd body is read in other ways than the usual one, in bytes."""

_QUADS = 3
"""What a byte of odd base64 costs, next to one of another odd body: it may be read by each group of four."""

_READING = 1000
"""What a further reading costs at least."""

_FEW = 4
"""How many readings are decoded a second time."""

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
    found: list[Decoding] = []
    for body, encoding in product(bodies, encodings):
        if not found or budget.afford(len(body) + _READING):
            for decoding in _READERS[encoding](body, budget):
                found.append(decoding)
                found += files_of(decoding.data, budget)
            if encoding != "identity":
                found += files_of(body, budget)
    declared = [name for name in encodings if name != "identity"]
    if len(declared) > 1:
        found += _twice(found, declared, budget)
    return tuple(found) if len(found) < 2 else distinct(found)


def files_of(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """The files encoded inside a text."""
    for file in files_in(body, budget):
        yield Decoding(file.encoding, file.data, file.name)


def _twice(found: list[Decoding], encodings: list[str], budget: Budget) -> list[Decoding]:
    """What comes out if a second declared encoding is undone after the first."""
    return [
        second
        for first, encoding in product(found[:_FEW], encodings)
        if first.encoding in encodings and first.encoding != encoding and budget.afford(len(first.data) + _READING)
        for second in _READERS[encoding](first.data, budget)
    ]


def distinct(found: Iterable[Decoding]) -> tuple[Decoding, ...]:
    """The first of those that are alike in bytes and name."""
    first: dict[tuple[bytes, str], Decoding] = {}
    for decoding in found:
        first.setdefault((decoding.data, decoding.name), decoding)
    return tuple(first.values())


def _identity(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """As it stands; and if it is all base64 or quoted-printable, whose declaration we may not have seen, decoded."""
    yield Decoding("identity", body)
    if LIKE_BASE64.match(body):
        for decoding in _base64(body, budget):
            yield decoding._replace(anomaly="mime.undeclared-encoding")
    elif LIKE_QUOTED_PRINTABLE.match(body):
        yield Decoding("quoted-printable", a2b_qp(body), anomaly="mime.undeclared-encoding")


def _base64(body: bytes, budget: Budget) -> Iterator[Decoding]:
    """RFC 2045 §6.8, and if it is not clean by line, by group of four, past every padding, and up to the first."""
    length = min(len(body), _ODD_LENGTH)
    lines = body[:length].split()
    joined = b"".join(lines) if length == len(body) else body.translate(None, b" \t\r\n\v\f")
    anomaly = ""
    try:
        whole = a2b_base64(joined, strict_mode=True)
    except Error:
        clean = joined.translate(None, NOT_BASE64)
        whole = padded(clean)
        anomaly = "mime.base64-padding" if len(clean) == len(joined) else "mime.base64-junk"
    yield Decoding("base64", whole, anomaly=anomaly)
    sizes = set(map(len, lines if length == len(body) else lines[:-1]))
    if (anomaly or any(size % 4 for size in sizes)) and budget.afford(_QUADS * length):
        for data in dict.fromkeys(filter(None, readings(body[:length]))):
            yield Decoding("base64", data, anomaly=anomaly or "mime.base64-padding")


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
        try:
            data = zlib.decompressobj(wbits=31).decompress(packed.data, _INFLATED)
        except zlib.error:
            continue
        yield Decoding("x-gzip64", data)
        if not budget.afford(len(data)):
            return


_READERS: dict[str, Callable[[bytes, Budget], Iterator[Decoding]]] = {
    "identity": _identity,
    "base64": _base64,
    "quoted-printable": _quoted_printable,
    "uuencode": _uuencode,
    "x-gzip64": _gzip64,
}
