"""words: bytes of a header as text: charsets, encoded words, comments and quoted-pairs.

Whatever a header claims, decoding never raises: an unknown charset is read as UTF-8, then as Latin-1.
"""

from binascii import Error, a2b_base64, a2b_qp
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from gatekeeper.message.patterns import BETWEEN_WORDS, CHARSET, COMMENT, ENCODED_WORD, ESCAPE, FOLD, SPLIT_WORD

_NEST = 20
"""How deep comments are followed."""

_DOUBLINGS = 6
"""How many words are made one, as a power of two."""

_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})
"""Python codecs that are no charsets, some of them slower than linear."""


def text(octets: bytes, charset: str = "") -> str:
    """`octets` in `charset`; failing that in UTF-8; failing that in Latin-1, which cannot fail."""
    name = charset.lower().replace("-", "_").removeprefix("unicode_1_1_")
    if name and name not in _REFUSED and CHARSET.fullmatch(charset):
        try:
            return octets.decode(name).encode("utf-8", "replace").decode("utf-8")  # UTF-7 may give half a character
        except (LookupError, ValueError):
            pass
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def texts(octets: bytes, charset: str) -> tuple[str, ...]:
    """All plausible readings: UTF-16 without a byte order mark is read in both orders, the standard's first."""
    if charset.lower().replace("_", "-") not in ("utf-16", "utf16", "ucs-2"):
        return (text(octets, charset),)
    if octets[:2] in (BOM_UTF16_BE, BOM_UTF16_LE):
        return (text(octets, "utf-16"),)
    return text(octets, "utf-16-be"), text(octets, "utf-16-le")


def decoded_words(value: bytes) -> str:
    """`value` with its encoded words decoded, quoted or not (RFC 2047 §6.2 and what mail programs do beyond it)."""
    return _with_words(value, 0)


def word_readings(value: bytes) -> tuple[str, ...]:
    """The same by each reading of a charset that has several, and with words that stand side by side made one."""
    found = dict.fromkeys(_with_words(value, order) for order in range(2))
    joined = BETWEEN_WORDS.sub(b"", value)
    for _ in range(_DOUBLINGS if b"?==?" in joined else 0):
        joined = SPLIT_WORD.sub(rb"\1", joined)
    return tuple(found | {decoded_words(joined): None})


def _with_words(value: bytes, order: int) -> str:
    if b"=?" not in value:
        return text(value)
    joined = BETWEEN_WORDS.sub(b"", value)
    parts: list[str] = []
    position = 0
    for word in ENCODED_WORD.finditer(joined):
        readings = texts(_octets(word[2], word[3]), word[1].decode("ascii"))
        parts += text(joined[position : word.start()]), readings[min(order, len(readings) - 1)]
        position = word.end()
    return "".join((*parts, text(joined[position:])))


def _octets(kind: bytes, payload: bytes) -> bytes:
    if kind in b"qQ":
        return a2b_qp(payload, header=True)
    try:
        return a2b_base64(payload + b"==")
    except Error:
        return payload


def spoken(value: bytes) -> tuple[bytes, ...]:
    """`value` unfolded, and also without comments, without backslashes, without quotes: as lenient readers take it."""
    plain = FOLD.sub(b"", value)
    bare = uncommented(plain)
    unescaped = ESCAPE.sub(rb"\1", bare)
    return tuple(dict.fromkeys((plain, bare, unescaped, unescaped.replace(b'"', b"").replace(b"\0", b""))))


def uncommented(value: bytes) -> bytes:
    """`value` without its comments, nested ones too."""
    for _ in range(_NEST):
        shorter = COMMENT.sub(b"", value)
        if len(shorter) == len(value):
            break
        value = shorter
    return value
