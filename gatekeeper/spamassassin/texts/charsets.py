"""charsets: bytes as characters by the charset they are declared in, or by what SpamAssassin guesses instead.

UTF-8 comes first wherever there is a byte beyond ASCII, then what is declared, then Western, which takes anything.
Text stays `bytes` where SpamAssassin leaves octets alone, because its rules then see them as they are. Never raises.
"""

from gatekeeper.spamassassin.texts.codec_names import codec_of
from gatekeeper.spamassassin.texts.patterns import ASCII_NAMES, GB18030, NONCHARACTER, UTF_8_SEQUENCE

_WESTERN = ("iso-8859-1", "iso8859-1", "windows-1252", "cp1252")
_TYPOGRAPHIC = bytes(
    octet
    for first, last in (
        (0x00, 0x7F),
        (0xA0, 0xA0),
        (0xA9, 0xA9),
        (0xAD, 0xAD),
        (0x82, 0x82),
        (0x84, 0x85),
        (0x91, 0x97),
        (0x99, 0x99),
        (0xC0, 0xD6),
        (0xD8, 0xDE),
        (0xE0, 0xF6),
        (0xF8, 0xFE),
    )
    for octet in range(first, last + 1)
)
"""What is plain in Western text: letters and some punctuation."""

_NONCHARACTER_LEADS = (b"\xef\xb7", b"\xef\xbf", b"\xbf\xbe", b"\xbf\xbf")
_PAIR_LITTLE, _PAIR_BIG = (0x20, 0x00), (0x00, 0x20)
_NIBBLES = bytes((octet >> 4) + (octet & 15) for octet in range(256))


def characters(data: bytes, declared: str) -> str | bytes:
    """The body of a part, declared in that charset, as characters; as the bytes they are where that is not known."""
    if data.isascii():
        return data if ASCII_NAMES.match(declared) else _declared(data, declared, strict=True) or data
    text = _utf_8(data)
    if text is None:
        text = _declared(data, declared, strict=True)
    if text is None and not data.translate(None, _TYPOGRAPHIC):
        text = _decoded(data, "cp1252")
    return data.decode("cp1252", "replace") if text is None else text


def octets(data: bytes, declared: str) -> bytes:
    """An encoded word of that charset as UTF-8. What the charset does not have becomes U+FFFD."""
    if data.isascii() and ASCII_NAMES.match(declared):
        return data
    if declared.lower().startswith(("utf16", "utf-16", "utf 16")):
        return _garbled_or_same(data)
    text = _declared(data, declared, strict=False)
    if text is not None:
        return text.encode("utf-8", "replace")
    return data if data.isascii() else _garbled(data)


def field_octets(data: bytes) -> bytes:
    """A header field beyond ASCII as UTF-8: left alone where it is UTF-8 already."""
    return data if data.isascii() or _utf_8(data) is not None else _garbled(data)


def _garbled_or_same(data: bytes) -> bytes:
    return data if data.isascii() or _utf_16(data) is not None else _garbled(data)


def _garbled(data: bytes) -> bytes:
    return data.decode("cp1252", "replace").encode()


def _declared(data: bytes, declared: str, strict: bool) -> str | None:
    """By the declared charset; None where there is no such one, or it does not fit."""
    name = declared.lower()
    if strict and name in ("ascii", "us-ascii"):
        return None
    if name.startswith(("utf16", "utf-16", "utf 16")):
        return _utf_16(data)
    codec = "cp1252" if name in _WESTERN else codec_of(declared) or ("gbk" if GB18030.match(declared) else "")
    if not codec:
        return None
    if codec == "utf-8":
        return _utf_8(data) if strict else _utf_8(data) or _utf_8_by_sequence(data)
    return _decoded(data, codec, "strict" if strict else "replace")


def _decoded(data: bytes, codec: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(codec, errors)
    except (ValueError, LookupError):
        return None


def _utf_8(data: bytes) -> str | None:
    """Strictly: code points that are no characters are refused too."""
    text = _decoded(data, "utf-8")
    if text is None or (any(lead in data for lead in _NONCHARACTER_LEADS) and NONCHARACTER.search(text)):
        return None
    return text


def _utf_8_by_sequence(data: bytes) -> str:
    marked = UTF_8_SEQUENCE.sub(lambda found: b"\xef\xbf\xbd" if found[1] else found[0], data)
    return NONCHARACTER.sub("\ufffd", marked.decode("utf-8", "replace"))


def _utf_16(data: bytes) -> str | None:
    """By what looks like its byte order. With a byte order mark SpamAssassin does not decode it at all."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    pairs = list(zip(data[::2], data[1::2], strict=False))
    even, odd = sum(data[::2].translate(_NIBBLES)), sum(data[1::2].translate(_NIBBLES))
    little = pairs.count(_PAIR_LITTLE) + (even > odd * 4) + (len(data) % 2 == 1 and data[-1] == 0x20)
    big = pairs.count(_PAIR_BIG) + (odd * 4 > even)
    if little == big:
        return None
    return _decoded(data, "utf-16-le" if little > big else "utf-16-be")
