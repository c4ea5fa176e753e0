"""bodies: how the text of a message is written and encoded, and signs that people wrote it. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping
from string import ascii_uppercase

import re2

from gatekeeper.message import Part
from gatekeeper.traits.letter import Letter

_LONGEST = 100_000
_QUOTED = re2.compile(r"(?m)^\s?(?:>|\|)\s?\S")
_CODE = re2.compile(r"(?m)^[ \t]*(?:[a-z_]+\(.*\);|#include\b|return\b.*;|if \(.*\).*\{|\$ \S|[a-z_]+ = .*;)\s*$")
_CURRENCIES, _SUMS = "$£€", 4
_MONEY = re2.compile(r"[$£€]\s?\d[\d,.]*")
_TAIL = re2.compile(r"(?:^|\s)[a-z]*(?:[bcdfghjklmnpqrstvwxz]{5,}|\d[a-z]+\d)[a-z0-9]{3,}\s*$")
_SHOUT = re2.compile(r"\b[A-Z]{4,}\b")
_UNSUBSCRIBE = re2.compile(
    r"unsubscri|opt[ -]?out|remov(?:e|ed|al) (?:me|your|from|link|instruc)|abmelden|desinscri|preferences"
)
_CAPITALS = ascii_uppercase.encode()
_SHARE = 0.15


def _visible(letter: Letter) -> str:
    return letter.text.visible[:_LONGEST]


def _texts(letter: Letter) -> Iterator[Part]:
    return (part for part in letter.message.walk() if part.types()[0].startswith("text/") and not part.parts)


def _needless_base64(letter: Letter) -> Iterator[str]:
    for part in _texts(letter):
        if part.encodings()[:1] == ("base64",) and not part.names():
            data = part.decodings()[0].data if part.decodings() else b""
            if data and data.isascii():
                yield f"{part.path} is plain ASCII"


def _base64(letter: Letter) -> Iterator[str]:
    for part in _texts(letter):
        if part.encodings()[:1] == ("base64",) and not part.names():
            yield part.path


def _false_ascii(letter: Letter) -> Iterator[str]:
    for part in _texts(letter):
        kinds = b" ".join(part.values(b"content-type")).lower()
        if b"us-ascii" in kinds and not part.body[:_LONGEST].isascii():
            yield f"{part.path} says us-ascii"


def _undeclared(letter: Letter) -> Iterator[str]:
    for part in _texts(letter):
        if b"charset" not in b" ".join(part.values(b"content-type")).lower() and not part.body[:_LONGEST].isascii():
            yield f"{part.path} does not say its charset"


def _shouting(letter: Letter) -> Iterator[str]:
    text = _visible(letter)
    words = len(text.split())
    ascii_text = text.encode("ascii", "ignore")
    capitals = len(ascii_text) - len(ascii_text.translate(None, _CAPITALS))
    if words < 20 or capitals < 4 * _SHARE * words:
        return
    shouted = sum(1 for _ in _SHOUT.finditer(text))
    if shouted > _SHARE * words:
        yield f"{shouted} of {words} words"


def _exclaiming(letter: Letter) -> Iterator[str]:
    text = _visible(letter)
    marks = text.count("!")
    if marks >= 5 and marks * 400 > len(text):
        yield f"{marks} in {len(text)} letters"


def _money(letter: Letter) -> Iterator[str]:
    text = _visible(letter)
    if sum(map(text.count, _CURRENCIES)) < _SUMS:
        return
    found = [match[0] for match in _MONEY.finditer(text)]
    if len(found) >= _SUMS:
        yield ", ".join(found[:5])


def _tail(letter: Letter) -> Iterator[str]:
    """Letters without sense at the end, so that no two copies are the same."""
    if found := _TAIL.search(letter.text.normalised.text[-60:]):
        yield found[0].strip()


def _disguised(letter: Letter) -> Iterator[str]:
    found = letter.text.normalised
    count = found.styled + found.piled + found.mixed
    if count >= 3:
        yield f"{count} letters and words"


def _invisible(letter: Letter) -> Iterator[str]:
    count = letter.text.normalised.invisible
    if count >= 5:
        yield f"{count} characters"


def _spaced(letter: Letter) -> Iterator[str]:
    count = letter.text.normalised.spaced
    if count >= 2:
        yield f"{count} words"


def _short(letter: Letter) -> Iterator[str]:
    length = len(letter.text.normalised.text)
    if length < 300 and any(link.kind in ("a", "text") for link in letter.text.links):
        yield f"{length} letters"


def _empty(letter: Letter) -> Iterator[str]:
    if (length := len(letter.text.normalised.text)) < 10:
        yield f"{length} letters"


def _answer(letter: Letter) -> Iterator[str]:
    """Names what it answers, quotes it, and its subject says so."""
    if not any(letter.message.values(name) for name in (b"in-reply-to", b"references")):
        return
    if sum(1 for _ in zip(_QUOTED.finditer(_visible(letter)), range(2), strict=False)) == 2:
        yield "quotes what it answers"


def _thread(letter: Letter) -> Iterator[str]:
    if letter.message.values(b"in-reply-to") or letter.message.values(b"references"):
        yield "names what it answers"


def _code(letter: Letter) -> Iterator[str]:
    if sum(1 for _ in zip(_CODE.finditer(_visible(letter)), range(3), strict=False)) == 3:
        yield "lines of a program"


def says_how_to_leave(letter: Letter) -> str:
    """What says in its text how one is taken off a list; "" if nothing does."""
    known: str | None = letter.kept.get("leaving")
    if known is None:
        found = _UNSUBSCRIBE.search(letter.text.normalised.text)
        known = letter.kept["leaving"] = found[0] if found else ""
    return known


def _unsubscribes_unlisted(letter: Letter) -> Iterator[str]:
    """Its text says how to leave, its header does not."""
    found = says_how_to_leave(letter)
    if found and not any(letter.message.values(name) for name in (b"list-unsubscribe", b"list-id")):
        yield found


def _signed(letter: Letter) -> Iterator[str]:
    if letter.message.root.types()[0] == "multipart/signed":
        yield "multipart/signed"


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "text-needless-base64": _needless_base64,
    "text-base64": _base64,
    "text-false-ascii": _false_ascii,
    "text-undeclared-charset": _undeclared,
    "text-shouting": _shouting,
    "text-exclaiming": _exclaiming,
    "text-money": _money,
    "text-tail": _tail,
    "text-disguised": _disguised,
    "text-invisible": _invisible,
    "text-spaced": _spaced,
    "text-short": _short,
    "text-empty": _empty,
    "thread-answer": _answer,
    "thread": _thread,
    "text-code": _code,
    "text-signed": _signed,
    "bulk-unlisted": _unsubscribes_unlisted,
}
