"""pyzor: the digest by which Pyzor servers know a message: SHA-1 over six lines of its text, more or less.

Of every part the text is taken: of pages what stands between tags, of attachments their encoded form. Words of ten
characters and more, addresses and links go, then all white space, then lines of less than eight characters. Of more
than four lines that are left, three from the first fifth on and three from three fifths on count. That is what Pyzor's
own client (1.0 and 1.1, under Python 3) sends; mail that is built against the rules may make it differ.

None where there is nothing to take a digest of, or too much. Linear in what is read, never raises.
"""

import hashlib
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator

from gatekeeper.digests.markup import text_of
from gatekeeper.digests.patterns import URL
from gatekeeper.message import Message, Part
from gatekeeper.message.parameters import values_of
from gatekeeper.message.text.patterns import CHARSET_KEY

SPEC = ((20, 3), (60, 3))
"""Where a piece begins, in per cent of all lines, and how many lines it has. Part of what is reported."""

_WHOLE = 4  # so many lines count all
_SHORTEST_LINE = 8
_LONG = 10
_MOST = 4_000_000  # characters that are looked at
_PAGE = 4  # what one of a page costs, next to one of other text
_COMPOSITE = ("multipart", "message")
_COSTLY = ("idna", "punycode")  # codecs whose time is not linear; nobody writes mail in them


def digest_of(message: Message) -> str | None:
    """40 hexadecimal digits, in lower case."""
    lines = lines_of(message)
    return hashlib.sha1(b"".join(_counting(lines)), usedforsecurity=False).hexdigest() if lines else None


def lines_of(message: Message) -> list[bytes]:
    """The lines that are left of all parts; none if there is too much to look at."""
    lines: list[bytes] = []
    left = _MOST
    for html, payload in _payloads(message.root):
        left -= len(payload) * (_PAGE if html else 1)
        if left < 0:
            return []
        lines += _normalised(text_of(payload) if html else payload)
    return lines


def _counting(lines: list[bytes]) -> list[bytes]:
    if len(lines) <= _WHOLE:
        return lines
    return [line for offset, count in SPEC for line in lines[offset * len(lines) // 100 :][:count]]


def _normalised(payload: str) -> Iterator[bytes]:
    for line in payload.replace("\0", "").splitlines():
        bare = "".join([_bare(word) for word in line.split() if len(word) < _LONG])
        if len(bare) >= _SHORTEST_LINE:
            yield bare.encode("utf-8", "ignore")


def _bare(word: str) -> str:
    """Nothing of an address; of what a link begins in, what stands before it."""
    if "@" in word[1:-1]:
        return ""
    return URL.sub("", word) if ":" in word else word


def _payloads(part: Part) -> Iterator[tuple[bool, str]]:
    """The text of each part in the order of the tree, as the standard reads it, no strays; and whether it is a page."""
    main, _, sub = _declared(part).partition("/")
    below = [inner for inner in part.parts if inner.raw is part.raw]  # not what stands encoded in a multipart
    if below and main in _COMPOSITE:
        for inner in below:
            yield from _payloads(inner)
    elif main == "text":
        yield sub == "html", _as_text(_decoded(part), _charset(part), "ignore")
    elif main != "message":
        body = part.body
        yield False, _as_text(body, "" if body.isascii() else _charset(part), "replace")


def _declared(part: Part) -> str:
    """The type that the first Content-Type gives, or what stands for a bad one (RFC 2045 §5.2)."""
    value = next(iter(part.values(b"content-type")), None)
    if value is None:
        return part.default_type
    kind = value.decode("latin-1").partition(";")[0].strip().lower()
    return kind if kind.count("/") == 1 else "text/plain"


def _charset(part: Part) -> str:
    found = values_of(part.content.types[:1], CHARSET_KEY, part.budget).standard
    charset = found[0].replace("\0", "").lower() if found else ""
    return "" if charset in _COSTLY or not charset.isascii() else charset


def _as_text(data: bytes, charset: str, errors: str) -> str:
    try:
        return data.decode(charset or "ascii", errors)
    except (LookupError, UnicodeError, AssertionError, ValueError):
        return data.decode("ascii", errors)


def _decoded(part: Part) -> bytes:
    encoding = next(iter(part.values(b"content-transfer-encoding")), b"").strip().lower()
    body = part.body
    match encoding:
        case b"quoted-printable":
            return a2b_qp(body)
        case b"base64":
            return _base64(b"".join(body.splitlines()))
        case _:
            return body


def _base64(joined: bytes) -> bytes:
    """Strictly with what padding is missing, else what a lenient reader makes of it, else as it stands."""
    for text, strict in ((joined + b"=" * (-len(joined) % 4), True), (joined, False), (joined + b"==", False)):
        try:
            return a2b_base64(text, strict_mode=strict)
        except Error:
            continue
    return joined
