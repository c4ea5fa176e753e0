r"""charset: bytes as text, by every reading that a declaration justifies.

The ladder: what is declared, then UTF-8, then detection on a sample. Names are those of the IANA registry, of the
WHATWG Encoding Standard and of mail programs. Bytes that a reading cannot decode stay visible as `\xNN`. Never raises.
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, lookup
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gatekeeper.message.patterns import CHARSET
from gatekeeper.message.text.patterns import META_CHARSET, XML_CHARSET

_HEAD = 4000
"""How much of a page is looked at for its own declaration, in bytes."""

_SAMPLE = 500
"""How much of a text is looked at to guess its charset, from shortly before the first byte that is not ASCII."""

_ACCENTS = 10
"""In Western text fewer than one byte in so many is not ASCII: that needs no guess, which takes milliseconds."""

_MOST = 4
"""How many declarations of one text are followed."""

_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb-2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "chinese": "gb18030",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "euc-kr": "cp949",
    "korean": "cp949",
    "x-windows-949": "cp949",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "ms-kanji": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc-jp",
    "iso-2022-jp": "iso2022-jp-ext",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "dos-874": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "logical": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "koi": "koi8-r",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
}
_UNKNOWN = frozenset({"", "unknown", "unknown-8bit", "x-unknown", "x-unknown-8bit", "8bit", "7bit", "none", "default"})
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_RARE = ("utf-7", "utf-16", "utf-32", "hz", "cp037", "cp500", "cp1140", "cp273", "cp1026")
"""Codecs whose text many readers show as the ASCII that it may also be."""

_SHIFTING = ("utf-7", "iso2022", "hz")
_ASCII = bytes(range(128))


class Reading(NamedTuple):
    """A text and the codec that gave it: one of Python's names, `utf-8` or `cp1252`."""

    text: str
    charset: str


class Decoded(NamedTuple):
    """Every distinct reading, the likeliest first, and whether they differ in what is written in plain letters."""

    readings: tuple[Reading, ...]
    disagree: bool


def decoded(data: bytes, declared: Iterable[str] = (), html: bool = False) -> Decoded:
    """All readings of `data`: by each of the `declared` charsets and of those it declares itself, if they differ."""
    own = _own(data, html)
    codecs = tuple(dict.fromkeys(filter(None, map(codec_of, (*own[:1], *declared, *own[1:])))))[:_MOST]
    if data.isascii() and all(map(_reads_ascii, codecs)):
        return Decoded((Reading(data.decode("ascii"), codecs[0] if codecs else "ascii"),), False)
    found = _distinct(_ladder(data, codecs))
    return Decoded(found, len(found) > 1 and len({_plain_letters(reading.text) for reading in found}) > 1)


def _own(data: bytes, html: bool) -> tuple[str, ...]:
    """What the text itself says: by its byte order mark first, by its head if it is a page."""
    mark = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    if not html:
        return (mark,)
    head = data[:_HEAD]
    return (mark, *(match[1].decode("ascii") for p in (XML_CHARSET, META_CHARSET) if (match := p.search(head))))


@lru_cache(maxsize=512)
def codec_of(name: str) -> str:
    """Python's codec for a charset as mail names it; empty for one that is unknown or none."""
    plain = name.strip(" \t\"'").lower().replace("_", "-").removeprefix("charset=")
    if plain in _UNKNOWN or not CHARSET.fullmatch(plain):
        return ""
    try:
        codec = lookup(_ALIASES.get(plain) or _ALIASES.get(plain.removeprefix("x-")) or plain)
        "".encode(codec.name)  # codecs such as rot13 turn text into text: they are no charsets
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if codec.name.replace("-", "_") in _NO_CHARSETS else codec.name


@lru_cache(maxsize=512)
def _reads_ascii(codec: str) -> bool:
    """Whether ASCII bytes are always ASCII there: not so in EBCDIC, UTF-16, UTF-7, HZ and ISO 2022."""
    every = bytes(range(1, 128))
    return not codec.startswith(_SHIFTING) and every.decode(codec, "replace") == every.decode("ascii")


def _ladder(data: bytes, codecs: tuple[str, ...]) -> Iterator[Reading]:
    strict = [reading for codec in codecs for reading in _strict(data, codec)]
    yield from strict
    other = data.isascii() and b"\0" not in data and any(codec in _RARE for codec in codecs)
    utf8 = _strict(data, "utf-8") if "utf-8" not in codecs and (other or not data.isascii()) else []
    yield from utf8
    if not strict and not utf8:
        yield _lenient(data, codecs)


def _strict(data: bytes, codec: str) -> list[Reading]:
    if codec == "utf-16" and not data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        return [*_strict(data, "utf-16-be"), *_strict(data, "utf-16-le")]
    try:
        return [Reading(data.decode(codec), codec)]
    except ValueError:
        return []


def _lenient(data: bytes, codecs: tuple[str, ...]) -> Reading:
    """The first that fits but for one byte in twenty of the odd ones, then what it looks like, then Western."""
    odd = len(data.translate(None, _ASCII))
    for codec in (*codecs, "utf-8"):
        text = data.decode(codec, "backslashreplace")
        if text.count("\\x") * 20 <= odd:
            return Reading(text, codec)
    codec = (_detected(data) if odd * _ACCENTS > len(data) else "") or "cp1252"
    return Reading(data.decode(codec, "backslashreplace"), codec)


def _detected(data: bytes) -> str:
    from chardet import detect  # 0.3 s and 27 MB, which many a worker never needs

    first = next(index for index, octet in enumerate(data) if octet > 127)
    start = max(0, first - _SAMPLE // 10)
    return codec_of(detect(data[start : start + _SAMPLE])["encoding"] or "")


def _distinct(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    found: dict[str, Reading] = {}
    for reading in readings:
        text = reading.text.removeprefix("\ufeff")
        found.setdefault(text, Reading(text, reading.charset))
    return tuple(found.values())


def _plain_letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.encode("ascii", "ignore").decode("ascii")))
