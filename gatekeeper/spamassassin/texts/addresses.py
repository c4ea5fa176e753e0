r"""addresses: the addresses and names in a From, To or Cc, as SpamAssassin's own relaxed parser finds them.

It takes a phrase with an address in angle brackets, an address alone or a phrase alone, each with a comment, between
commas or semicolons; what looks like an address in a phrase alone is one. Never raises. Nothing is tried again but the
end of what is in angle brackets, and that not often.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.spamassassin.texts.hosts import is_host_name
from gatekeeper.spamassassin.texts.patterns import (
    COMMENT,
    ENCLOSED_MAILBOX,
    END_COMMENT,
    ESCAPED,
    GROUP,
    MAILBOX,
    NOT_SPACE,
    QUOTED,
    QUOTED_OR_NOT,
    SEPARATOR,
    SPACE,
    SPACES,
    UNQUOTED,
)

_TRIES = 8
"""Ends of one bracketed address that are tried, and brackets behind one another."""


class Address(NamedTuple):
    """Either may be missing."""

    phrase: bytes | None
    address: bytes | None


class _Found(NamedTuple):
    phrase: bytes | None
    enclosed: bytes | None
    mailbox: bytes | None
    comment: bytes | None
    end: int


def addresses(value: bytes) -> list[Address]:
    """Those of one header field, from its raw value."""
    text = value.rstrip(SPACES).replace(rb"\\", b"")
    if group := GROUP.match(text):
        text = text[group.end() :]
        text = b"" if text.startswith(b";") else text
    if not text.strip(SPACES):
        return []
    found, place = [], 0
    while place < len(text) and (one := _one(text, place)):
        found.append(_address(one))
        place = one.end
    rest = text[place:]
    if b"@" in rest:
        boxes = (box[1] for box in ENCLOSED_MAILBOX.finditer(rest))
        found += [Address(None, _first_two(box)) for box in boxes if _is_sane(box)]
    return found


def _one(text: bytes, place: int) -> _Found | None:
    """The address or phrase that begins at `place`, up to behind its comma."""
    space = SPACE.match(text, place)
    start = space.end() if space else place
    phrase_end = _phrase_end(text, start)
    if found := _bracketed(text, start, phrase_end):
        return found
    box = MAILBOX.match(text, start)
    if box and (end := _end(text, box.end())):
        return _Found(None, None, box[0], *end)
    if phrase_end == start and space:
        start -= 1
    if phrase_end > start and (end := _end(text, phrase_end)):
        return _Found(text[start:phrase_end], None, None, *end)
    return None


def _phrase_end(text: bytes, place: int) -> int:
    while found := QUOTED.match(text, place) or UNQUOTED.match(text, place):
        place = found.end()
    return place


def _bracketed(text: bytes, start: int, phrase_end: int) -> _Found | None:
    phrase = text[start:phrase_end] if phrase_end > start else None
    if not text.startswith(b"<", phrase_end):
        return None
    for inside, behind in _enclosures(text, phrase_end):
        if end := _behind(text, behind):
            return _Found(phrase, inside, None, *end)
    return None


def _enclosures(text: bytes, place: int) -> Iterator[tuple[bytes, int]]:
    """What the bracket at `place` may hold, and where each reading ends: the longest without white space first."""
    space = SPACE.match(text, place + 1)
    start = space.end() if space else place + 1
    at, close = text.find(b"@", start), text.find(b">", start)
    if close < 0:
        return
    first = close if at < 0 else min(at, close)
    for end in _ends(text, first):
        yield text[start : end[0]], end[1]
    if first == close:
        inside = text[start:close].rstrip(SPACES)
        yield inside, close + 1


def _ends(text: bytes, place: int) -> Iterator[tuple[int, int]]:
    """Ends of the run of letters from `place` that have a closing bracket behind them, the last first."""
    run = NOT_SPACE.match(text, place)
    stop = run.end() if run else place
    space = SPACE.match(text, stop)
    if space and text.startswith(b">", space.end()):
        yield stop, space.end() + 1
    for _ in range(_TRIES):
        stop = text.rfind(b">", place + 1, stop)
        if stop < 0:
            return
        yield stop, stop + 1


def _behind(text: bytes, place: int) -> tuple[bytes | None, int] | None:
    """The comment and the end, behind brackets that may follow the first."""
    places = [place]
    while (following := _another(text, places[-1])) is not None:
        places.append(following)
    return next((end for place in reversed(places[-_TRIES:]) if (end := _end(text, place))), None)


def _another(text: bytes, place: int) -> int | None:
    """Where brackets that begin here end, if they do and hold no white space."""
    space = SPACE.match(text, place)
    bracket = space.end() if space else place
    if not text.startswith(b"<", bracket):
        return None
    space = SPACE.match(text, bracket + 1)
    start = space.end() if space else bracket + 1
    quoted = QUOTED.match(text, start)
    ends = _ends(text, quoted.end() if quoted else start)
    return next((end[1] for end in ends), start + 1 if text.startswith(b">", start) else None)


def _end(text: bytes, place: int) -> tuple[bytes | None, int] | None:
    comment = END_COMMENT.match(text, place)
    if comment and (end := SEPARATOR.match(text, comment.end())):
        return comment[1], end.end()
    end = SEPARATOR.match(text, place)
    return (None, end.end()) if end else None


def _address(found: _Found) -> Address:
    address = found.mailbox
    if found.enclosed is not None:
        address = COMMENT.sub(b"", found.enclosed)
        if not MAILBOX.fullmatch(address):
            address = None
    if address is not None and not _is_sane(address):
        address = None
    phrase = None if found.phrase is None else _unquoted(found.phrase)
    if phrase and address is None and _is_mailbox(phrase):
        phrase, address = None, phrase
    elif not phrase or phrase == address:
        phrase = None
    phrase = found.comment if phrase is None else phrase
    return Address(phrase, None if address is None else _first_two(address))


def _unquoted(phrase: bytes) -> bytes:
    parts = []
    for found in QUOTED_OR_NOT.finditer(phrase):
        if found[1] is not None:
            parts.append(ESCAPED.sub(b"", found[1]).replace(rb"\\", b"\\"))
        else:
            parts.append(COMMENT.sub(b"", found[2]))
    return b"".join(parts)


def _is_mailbox(phrase: bytes) -> bool:
    host = phrase.partition(b"@")[2].partition(b"@")[0]
    return bool(MAILBOX.fullmatch(phrase)) and _is_sane(phrase) and is_host_name(host)


def _is_sane(address: bytes) -> bool:
    return not address.startswith(b'""@') and address.count(b'"') != 1


def _first_two(address: bytes) -> bytes:
    """Without what is behind a second `@`."""
    user, _, host = address.partition(b"@")
    return user + b"@" + host.partition(b"@")[0]
