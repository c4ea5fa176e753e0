"""base64_readings: what decoders make of base64 that is not clean.

They differ over junk, over padding in the middle, over lines that are no base64 and over where it ends (RFC 2045 §6.8
lets a decoder ignore what it does not know). Linear, never raises.
"""

from binascii import Error, a2b_base64
from collections.abc import Iterator

from gatekeeper.message.patterns import BASE64_LINE, EMPTY_LINES

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET) - {ord("=")})
"""What a lenient decoder skips."""

_FROM_URL = bytes.maketrans(b"-_", b"+/")
_MOST_PARAGRAPHS = 4


def readings(body: bytes) -> Iterator[bytes]:
    """What is decoded from `body`: in groups of four, by line, by paragraph, up to the first padding or past it."""
    lines = body.split()
    joined = b"".join(lines)
    clean = joined.translate(None, NOT_BASE64)
    until, _, behind = clean.partition(b"=")
    yield padded(until)
    yield b"".join(map(_quads, lines))
    yield b"".join(padded(_whole_quads(line)) for line in lines)
    yield padded(b"".join(BASE64_LINE.findall(body)).translate(None, NOT_BASE64))
    if behind.strip(b"="):
        yield padded(clean.replace(b"=", b""))
        yield _quads(clean)
        yield _quads(joined)
    if b"\n--" in body:
        yield padded(body.partition(b"\n--")[0].translate(None, NOT_BASE64))
    if b"-" in joined or b"_" in joined:
        yield padded(body.translate(_FROM_URL).translate(None, NOT_BASE64))
    for empty, _ in zip(EMPTY_LINES.finditer(body), range(_MOST_PARAGRAPHS), strict=False):
        yield padded(body[empty.end() :].translate(None, NOT_BASE64))


def padded(quads: bytes) -> bytes:
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
        return padded(line)
    return b"".join(padded(line[i : i + 4].replace(b"=", b"")) for i in range(0, len(line), 4))
