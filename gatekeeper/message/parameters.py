"""parameters: every value that a reader may find for one parameter of a field.

Quoted or not, repeated, split into RFC 2231 pieces in any order and over several fields, in RFC 2047 words, around
comments and quotes. Linear within the budget, never raises.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from itertools import islice
from re import Match, Pattern
from typing import NamedTuple

from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import (
    CHARSET_PREFIX,
    CLEAN_PARAMETER,
    CLEAN_VALUE,
    ESCAPE,
    FOLD,
    ODD_VALUE,
    PARAMETERS,
    PERCENT,
    QUOTED_PAIR,
    SECTION,
)
from gatekeeper.message.words import decoded_words, spoken, text, texts, word_readings

_LONGEST = 16_384
"""How much of one field is read, in bytes."""

_SHORT = 200
"""How long a field may be to be remembered, in bytes: each is asked for often, and many are the same in all mail."""

_LONGEST_HTML = 1000
"""How much of a value is read as HTML, in bytes."""

_CONTROLS = b"\0\t\r\n\v\f"

_MOST = 300
"""How many pieces, and how many values, are kept."""

_BYTE = 32
"""What a byte of an odd field costs, next to a byte of an odd body."""


class Values(NamedTuple):
    """`standard` is what a careful reader finds in each field; `every` adds what the others do, without duplicates."""

    standard: tuple[str, ...]
    every: tuple[str, ...]


class Clean(NamedTuple):
    """A Content-Type or Content-Disposition on which all readers agree: what it says first, then its parameters."""

    head: str
    parameters: tuple[tuple[bytes, str], ...]


class Piece(NamedTuple):
    """One parameter, or a section of one: RFC 2231's section number (None without) and encoded mark."""

    section: int | None
    encoded: bool
    value: bytes


def values_of(fields: Iterable[bytes], key: Pattern[bytes], budget: Budget) -> Values:
    """Every plausible value of the parameter whose name `key` matches, the standard's first.

    Group 1 of `key` is RFC 2231's section number, group 2 its mark of encoding.
    """
    standard: dict[str, None] = {}
    odd = []
    for value in fields:
        plain = _plain(value, key)
        if plain is None:
            odd.append(value[:_LONGEST])
            plain = _standard(list(_pieces(PARAMETERS[0].finditer(FOLD.sub(b"", value[:_LONGEST])), key)))
        standard.update(dict.fromkeys(plain))
    every = dict(standard)
    if odd and budget.afford(_BYTE * sum(map(len, odd))):
        every.update(dict.fromkeys(_odd(fields, key)))
    return Values(tuple(standard), tuple(every)[:_MOST])


def clean(value: bytes) -> Clean | None:
    """A field that all readers read alike, taken apart; None if it is not such a field. Short ones are remembered."""
    return _remembered(value) if len(value) <= _SHORT else _taken_apart(value)


def is_sound(value: bytes) -> bool:
    """Whether a field is written as RFC 2045 and RFC 2231 have it, the sections of a value in their order."""
    if clean(value) is not None:
        return True
    expected: dict[bytes, int] = {}
    for key, number in SECTION.findall(value):
        if int(number) != expected.get(key, 0):
            return False
        expected[key] = int(number) + 1
    return clean(QUOTED_PAIR.sub(b"", value).translate(None, b"*'%")) is not None


def _taken_apart(value: bytes) -> Clean | None:
    match = CLEAN_VALUE.fullmatch(value)
    if match is None:
        return None
    pairs = tuple((name.lower(), text(found)) for name, _, found in CLEAN_PARAMETER.findall(match[2]))
    return Clean(match[1].decode("ascii").lower(), pairs)


_remembered = lru_cache(maxsize=1000)(_taken_apart)


def _plain(value: bytes, key: Pattern[bytes]) -> list[str] | None:
    """The values in a field that all readers read alike; None if it is not such a field."""
    found = clean(value)
    if found is None or ODD_VALUE.search(value) or len(dict(found.parameters)) < len(found.parameters):
        return None
    return [value for name, value in found.parameters if key.fullmatch(name)]


def _standard(pieces: list[Piece]) -> list[str]:
    """What RFC 2045, 2047 and 2231 together make of `pieces`."""
    whole = [piece for piece in pieces if piece.section is None]
    found = [_decoded(_inner(p.value)) if p.encoded else decoded_words(_inner(p.value)) for p in whole[:_MOST]]
    sections = {piece.section: piece for piece in reversed(pieces) if piece.section is not None}
    if sections:
        ordered = [sections[number] for number in sorted(sections)]
        found.append(_decoded(b"".join(_inner(piece.value) for piece in ordered)))
    return found


def _odd(fields: Iterable[bytes], key: Pattern[bytes]) -> Iterator[str]:
    pooled: list[Piece] = []
    for value in fields:
        for pieces in _tokenizations(value[:_LONGEST], key):
            pooled += pieces
            for piece in pieces:
                yield from _spellings(piece)
            yield from _joined(pieces)
    yield from _joined(pooled[:_MOST])


def _tokenizations(value: bytes, key: Pattern[bytes]) -> Iterator[tuple[Piece, ...]]:
    """The pieces of the parameter in `value`, once for each way to take the field apart."""
    seen = set()
    encoded = decoded_words(FOLD.sub(b"", value)).encode("utf-8", "replace") if b"=?" in value else value
    for variant in dict.fromkeys((*spoken(value), encoded)):
        for pattern in PARAMETERS:
            pieces = tuple(islice(_pieces(pattern.finditer(variant), key), _MOST))
            if pieces and pieces not in seen:
                seen.add(pieces)
                yield pieces


def _pieces(parameters: Iterable[Match[bytes]], key: Pattern[bytes]) -> Iterator[Piece]:
    for parameter in parameters:
        if match := key.fullmatch(parameter[1]):
            section = None if match[1] is None else int(match[1])
            yield Piece(section, match[2] is not None, parameter[2].strip())


def _spellings(piece: Piece) -> Iterator[str]:
    """What readers make of one piece by itself."""
    for value in _unquoted(piece.value):
        for name in word_readings(value):
            yield name
            if "=?" in name:
                yield decoded_words(name.encode("utf-8", "replace"))
        if piece.encoded or b"%" in value:
            yield from _percent(value)
        if b"&" in value:
            yield unescape(text(value[:_LONGEST_HTML]))


def _joined(pieces: Iterable[Piece]) -> Iterator[str]:
    """Sections put together as they stand and by number; of a repeated one the first, the last, or all."""
    sections = [piece for piece in pieces if piece.section is not None]
    if len(sections) < 2:
        return
    numbered = sorted(sections, key=lambda piece: piece.section or 0)
    last = list({piece.section: piece for piece in numbered}.values())
    first = list({piece.section: piece for piece in reversed(numbered)}.values())[::-1]
    for order in dict.fromkeys(map(tuple, (sections, numbered, first, last))):
        values = [_unquoted(piece.value)[-1] for piece in order]
        yield from word_readings(b"".join(values))
        yield from _percent(b"".join(values))
        yield from _percent(b"".join(CHARSET_PREFIX.sub(b"", value, count=1) for value in values))


def _inner(value: bytes) -> bytes:
    """`value` without its double quotes and quoted-pairs, if it has them."""
    if value[:1] != b'"':
        return value
    return ESCAPE.sub(rb"\1", value[1:-1] if value[-1:] == b'"' and len(value) > 1 else value[1:])


def _unquoted(value: bytes) -> tuple[bytes, ...]:
    """`value` as it stands, without the quotes or brackets around it, up to the second quote or, without quotes, to a
    comment, and without any quote, backslash or control character.
    """
    stripped = value.strip(b" \t\r\n\v\f\0")
    bare = ESCAPE.sub(rb"\1", stripped).replace(b'"', b"")
    first = stripped[1:].partition(b'"')[0] if stripped[:1] == b'"' else stripped.partition(b"(")[0].rstrip()
    shown = bare.translate(None, _CONTROLS).strip(b"'")
    return tuple(dict.fromkeys((stripped.strip(b"\"'<>"), stripped, first, shown, bare)))


def _decoded(value: bytes) -> str:
    return next(_percent(value))


def _percent(value: bytes) -> Iterator[str]:
    """`charset'language'value` decoded (RFC 2231 §4)."""
    prefix = CHARSET_PREFIX.match(value)
    charset = prefix[1].decode("latin-1") if prefix else ""
    plain = PERCENT.sub(lambda octet: bytes.fromhex(octet[1].decode("ascii")), value[prefix.end() if prefix else 0 :])
    yield from texts(plain, charset)
