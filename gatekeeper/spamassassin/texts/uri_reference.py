"""uri_reference: a relative link resolved against the base of its page (RFC 3986 §5.2, as SpamAssassin reads it)."""

from typing import NamedTuple

from gatekeeper.spamassassin.texts.html_patterns import DOTS_FIRST, FTP, SEGMENT, URI_PARTS, WWW


class _Parts(NamedTuple):
    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def resolved(base: str, reference: str) -> str:
    """The target. Never raises; `//www.example.org` gets its `http:`."""
    given, against = _parts(reference), _parts(base)
    scheme = None if given.scheme == against.scheme else given.scheme
    if scheme is not None:
        return _text(_Parts(scheme, given.authority, _without_dots(given.path), given.query, given.fragment))
    if given.authority is not None:
        target = given._replace(scheme=against.scheme, path=_without_dots(given.path))
    elif not given.path:
        query = against.query if given.query is None else given.query
        target = _Parts(against.scheme, against.authority, against.path, query, given.fragment)
    else:
        path = given.path if given.path.startswith("/") else _merged(against, given.path)
        target = _Parts(against.scheme, against.authority, _without_dots(path), given.query, given.fragment)
    return _text(target)


def _parts(uri: str) -> _Parts:
    found = URI_PARTS.match(uri)
    assert found is not None
    return _Parts(found[1], found[2], found[3], found[4], found[5])


def _merged(base: _Parts, path: str) -> str:
    if base.authority is not None and not base.path:
        return "/" + path
    return base.path[: base.path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    """Without `.` and `..` as segments."""
    if found := DOTS_FIRST.match(path):
        path = "/" + path[found.end() :]
    kept: list[str] = []
    place = 0
    while place < len(path) and path != "0":
        found = SEGMENT.match(path, place)
        assert found is not None
        place, segment = found.end(), found[0]
        if segment in ("/.", "/.."):
            if segment == "/.." and kept:
                kept.pop()
            if place == len(path):
                kept.append("/")
        else:
            kept.append(segment)
    return "".join(kept)


def _text(parts: _Parts) -> str:
    scheme = parts.scheme or ""
    if not scheme and parts.authority is not None:
        scheme = "http" if WWW.match(parts.authority) else "ftp" if FTP.match(parts.authority) else ""
    return "".join(
        (
            scheme + ":" if scheme else "",
            "" if parts.authority is None else "//" + parts.authority,
            parts.path,
            "" if parts.query is None else "?" + parts.query,
            "" if parts.fragment is None else "#" + parts.fragment,
        )
    )
