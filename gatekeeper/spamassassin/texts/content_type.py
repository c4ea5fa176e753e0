"""content_type: what SpamAssassin makes of a Content-Type: the type, boundary, charset and name. Never fails."""

from typing import NamedTuple

from gatekeeper.spamassassin.texts.patterns import BOUNDARY, CHARSET, NAME, NAME_SECTION, PLAIN_TEXT, SPACES, TYPE

_LONGEST = 8192
"""Octets that are read where a line end is left in the value, which every pattern would run into again."""

_NOT_IN_A_TYPE = bytes((*range(0x21), *range(0x7F, 0x100), *b'"(),:;<=>?@[\\]'))


class ContentType(NamedTuple):
    """`missing`: there was none, or nothing in it; the rest is then what stands in for it."""

    kind: str
    boundary: bytes | None
    charset: bytes | None
    name: bytes | None
    missing: bool


def content_type(values: list[bytes]) -> ContentType:
    """The last of several values counts."""
    value = values[-1] if values and values[-1] not in (b"", b"0") else b""
    missing = not value
    value = value or b"text/plain; charset=us-ascii"
    if b"\n" in value:
        value = value[:_LONGEST]
    boundary, charset, name = BOUNDARY.search(value), CHARSET.search(value), NAME.search(value)
    kind = _kind(value)
    missing = missing or not kind
    if not kind or PLAIN_TEXT.match(kind):
        kind = b"text/plain"
    return ContentType(
        kind.translate(None, _NOT_IN_A_TYPE).decode("latin-1"),
        boundary[1].replace(b'"', b"") if boundary else None,
        charset[1] if charset else None,
        name[1] if name and name[1] not in (b"", b"0") else _sections(value) or (name[1] if name else None),
        missing,
    )


def _kind(value: bytes) -> bytes:
    kind = value.lstrip(SPACES).partition(b";")[0]
    found = TYPE.match(kind)
    return (found[1] if found else kind).lower()


def _sections(value: bytes) -> bytes:
    """A name in sections (RFC 2231 §3), if the first of them is there."""
    if b"*0" not in value:
        return b""
    sections = {int(found[1][:9]): found[2] for found in NAME_SECTION.finditer(value)}
    return b"".join(sections[number] for number in sorted(sections)) if 0 in sections else b""
