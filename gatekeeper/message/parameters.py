"""parameters: every value that a reader may find for one parameter of a field.

Quoted or not, repeated, split into RFC 2231 pieces in any order and over several fields, in RFC 2047 words, around
comments and quotes. Linear, never raises.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from re import Match, Pattern
from typing import NamedTuple

from gatekeeper.message.patterns import (
    CHARSET_PREFIX,
    CLEAN_PARAMETER,
    CLEAN_VALUE,
    ESCAPE,
    PARAMETERS,
    PERCENT,
)
from gatekeeper.message.words import spoken, text, texts, word_readings

_LONGEST = 32_768
"""How much of one field is read, in bytes."""

_MOST = 300
"""How many pieces, and how many values, are kept."""


class Piece(NamedTuple):
    """One parameter, or a section of one: RFC 2231's section number (None without) and encoded mark."""

    section: int | None
    encoded: bool
    value: bytes


def values_of(fields: Iterable[bytes], key: Pattern[bytes]) -> tuple[str, ...]:
    """Every plausible value of the parameter whose name `key` matches, the plainest reading first.

    Group 1 of `key` is RFC 2231's section number, group 2 its mark of encoding.
    """
    simple: dict[str, None] = {}
    odd = False
    for value in fields:
        plain = _plain(value, key)
        odd |= plain is None
        simple.update(dict.fromkeys(plain or ()))
    return tuple(dict.fromkeys(chain(simple, _odd(fields, key)))) if odd else tuple(simple)


def _plain(value: bytes, key: Pattern[bytes]) -> list[str] | None:
    """The values in a field that all readers read alike; None if it is not such a field."""
    match = CLEAN_VALUE.fullmatch(value)
    if match is None or b"=?" in value:
        return None
    pairs = [(name.lower(), found) for name, _, found in CLEAN_PARAMETER.findall(match[2])]
    if len({name for name, _ in pairs}) < len(pairs):
        return None
    return [text(found) for name, found in pairs if key.fullmatch(name)]


def _odd(fields: Iterable[bytes], key: Pattern[bytes]) -> list[str]:
    pooled: list[Piece] = []
    values: dict[str, None] = {}
    for value in fields:
        for pieces in _tokenizations(value[:_LONGEST], key):
            pooled += pieces
            values.update(dict.fromkeys(_spelled(pieces)))
    values.update(dict.fromkeys(_joined(pooled[:_MOST])))
    return list(values)[:_MOST]


def _tokenizations(value: bytes, key: Pattern[bytes]) -> Iterator[list[Piece]]:
    """The pieces of the parameter in `value`, once for each way to take the field apart."""
    seen = set()
    for variant in spoken(value):
        for pattern in PARAMETERS:
            pieces = tuple(islice(_pieces(pattern.finditer(variant), key), _MOST))
            if pieces and pieces not in seen:
                seen.add(pieces)
                yield list(pieces)


def _pieces(parameters: Iterable[Match[bytes]], key: Pattern[bytes]) -> Iterator[Piece]:
    for parameter in parameters:
        if match := key.fullmatch(parameter[1]):
            section = None if match[1] is None else int(match[1])
            yield Piece(section, match[2] is not None, parameter[2].strip())


def _spelled(pieces: list[Piece]) -> Iterator[str]:
    """The values in one reading of one field: whole ones, then those made of sections."""
    for piece in pieces:
        for value in _unquoted(piece.value):
            yield from word_readings(value)
            if piece.encoded or b"%" in value:
                yield from _percent(value)
    yield from _joined(pieces)


def _joined(pieces: list[Piece]) -> Iterator[str]:
    """Sections put together as they stand and by number; of a repeated one the first, the last, or all."""
    sections = [piece for piece in pieces if piece.section is not None]
    if len(sections) < 2:
        return
    numbered = sorted(sections, key=lambda piece: piece.section or 0)
    last = list({piece.section: piece for piece in numbered}.values())
    first = list({piece.section: piece for piece in reversed(numbered)}.values())[::-1]
    for order in (sections, numbered, first, last):
        values = [_unquoted(piece.value)[-1] for piece in order]
        yield text(b"".join(values))
        yield from _percent(b"".join(values))
        bare = [CHARSET_PREFIX.sub(b"", value, count=1) for value in values]
        yield from _percent(b"".join(bare))


def _unquoted(value: bytes) -> tuple[bytes, ...]:
    """`value` as it stands, without the quotes around it, and without any quote or backslash."""
    stripped = value.strip(b" \t\r\n\v\f\0")
    inner = stripped.strip(b"\"'")
    bare = ESCAPE.sub(rb"\1", stripped).replace(b'"', b"")
    return tuple(dict.fromkeys((inner, stripped, bare.replace(b"\0", b"").strip(b"'"), bare)))


def _percent(value: bytes) -> Iterator[str]:
    """`charset'language'value` decoded (RFC 2231 §4)."""
    prefix = CHARSET_PREFIX.match(value)
    charset = prefix[1].decode("latin-1") if prefix else ""
    plain = PERCENT.sub(lambda octet: bytes.fromhex(octet[1].decode("ascii")), value[prefix.end() if prefix else 0 :])
    yield from texts(plain, charset)
