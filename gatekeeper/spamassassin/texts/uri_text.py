"""uri_text: links in plain text, where a mail program would make one, or a reader could type it. Never raises.

The leftmost wins, then one with a scheme or `www.`, then an address, then a bare host with a top-level domain.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gatekeeper.spamassassin.texts.hosts import Registry, is_host_name
from gatekeeper.spamassassin.texts.patterns import TOP_LEVEL
from gatekeeper.spamassassin.texts.uri_forms import escaped
from gatekeeper.spamassassin.texts.uri_patterns import (
    BARE_HOST,
    BEHIND_BARE_HOST,
    CONTENT_ID,
    DOT_BEHIND_AT,
    ESCAPED,
    ESCAPED_SPACES,
    FTP_HOST,
    KNOWN_SCHEME,
    MAIL_BEGIN,
    MAIL_HOST,
    MAIL_TO,
    MAILTO,
    MAILTO_HOST,
    MISREAD_MAILTO,
    NOT_IN_A_USER,
    NOTHING_BUT_SCHEME,
    PATH_BEFORE_AT,
    TRAILING,
    UP_TO_BRACKET,
    WITH_SCHEME,
    WWW_HOST,
)

_USER = 251


class _Span(NamedTuple):
    start: int
    order: int
    end: int
    host: bytes | None = None


def links_in(lines: tuple[bytes, ...], registry: Registry) -> Iterator[tuple[str, frozenset[str]]]:
    """Each link once, octets as Latin-1, with what SpamAssassin says of it: `parsed`, `schemeless`, `unlinked`."""
    seen: set[bytes] = set()
    for line in lines:
        for span in _spans(line, registry):
            raw = _trimmed(line[span.start : span.end])
            if raw in seen:
                continue
            seen.add(raw)
            is_address = span.order == 1
            if (is_address and b"@" not in raw) or (span.host is not None and not is_host_name(span.host)):
                continue
            if found := _link(raw, registry):
                yield found


def _spans(line: bytes, registry: Registry) -> Iterator[_Span]:
    place = 0
    finders = _finders(line, registry)
    ahead = [find(line, 0, registry) for find in finders]
    while found := min((span for span in ahead if span is not None), default=None, key=lambda span: span[:2]):
        yield found
        place = found.end
        for number, known in enumerate(ahead):
            if known is not None and known.start < place:
                ahead[number] = finders[number](line, place, registry)


def _finders(line: bytes, registry: Registry) -> list[Callable[[bytes, int, Registry], _Span | None]]:
    """Those that may find something."""
    lower = line.lower()
    finders: list[Callable[[bytes, int, Registry], _Span | None]] = []
    if b"://" in lower or b"www" in lower or b"ftp." in lower:
        finders.append(_with_scheme)
    if b"mailto:" in lower:
        finders.append(_mailto)
    if b"@" in lower:
        finders.append(_address)
    if any(label in registry.top for label in TOP_LEVEL.findall(lower)):
        finders.append(_bare)
    return finders


def _with_scheme(line: bytes, place: int, _: Registry) -> _Span | None:
    found = WITH_SCHEME.search(line, place)
    return _Span(found.start(), 0, found.end()) if found else None


def _mailto(line: bytes, place: int, _: Registry) -> _Span | None:
    found = MAILTO.search(line, place)
    return _Span(found.start(), 1, found.end()) if found else None


def _address(line: bytes, place: int, _: Registry) -> _Span | None:
    at = line.find(b"@", place)
    while at >= 0:
        if (host := MAIL_HOST.match(line, at + 1)) and (start := _user_start(line, place, at)) is not None:
            return _Span(start, 1, host.end())
        at = line.find(b"@", at + 1)
    return None


def _user_start(line: bytes, place: int, at: int) -> int | None:
    start = at
    while start > max(place, at - _USER) and line[start - 1] not in NOT_IN_A_USER:
        start -= 1
    return next((begin for begin in range(start, at) if MAIL_BEGIN.match(line, begin)), None)


def _bare(line: bytes, place: int, registry: Registry) -> _Span | None:
    for found in BARE_HOST.finditer(line, place):
        if found[1].lower() in registry.top and (behind := BEHIND_BARE_HOST.match(line, found.end())):
            return _Span(found.start(), 2, behind.end(), found[0])
    return None


def _trimmed(raw: bytes) -> bytes:
    """Without a closing bracket that none opened, and without the punctuation of the sentence around it."""
    if bracket := UP_TO_BRACKET.match(raw):
        raw = raw[: bracket.end() - 1]
    return raw.rstrip(TRAILING)


def _link(raw: bytes, registry: Registry) -> tuple[str, frozenset[str]] | None:
    if CONTENT_ID.match(raw) or NOTHING_BUT_SCHEME.match(raw):
        return None
    types = {"parsed"}
    if not KNOWN_SCHEME.match(raw):
        types.add("schemeless")
        if FTP_HOST.match(raw):
            raw = b"ftp://" + raw
        elif WWW_HOST.match(raw) or PATH_BEFORE_AT.search(raw):
            raw = b"http://" + raw
        elif b"@" in raw:
            if not DOT_BEHIND_AT.search(raw) or b"&nbsp;" in raw:
                return None
            raw = b"mailto:" + MISREAD_MAILTO.sub(b"", raw, count=1) if MISREAD_MAILTO.match(raw) else b"mailto:" + raw
        elif b"." in raw:
            raw = b"http://" + raw
            types.add("unlinked")
        else:
            return None
    uri = raw.decode("latin-1")
    if MAIL_TO.match(uri):
        uri = escaped(uri) if ESCAPED.search(uri) else uri
        host = MAILTO_HOST.search(uri)
        if host is None or not registry.is_domain(ESCAPED_SPACES.sub("", host[1]).encode("latin-1")):
            return None
    return uri, frozenset(types)
