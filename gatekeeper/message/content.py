"""content: what the Content- fields of a header say about its body, by every reading.

A reader may take the first of two Content-Type fields or the second, may find one behind a bare CR, in an indented
line or behind a line of junk, and may look only for "base64" somewhere in a transfer encoding. All of them are
collected here; nothing raises.
"""

from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

from gatekeeper.message.header import Header, fields_in
from gatekeeper.message.parameters import clean, is_sound
from gatekeeper.message.patterns import BLANK_LINE, CONTENT_LINE
from gatekeeper.message.words import decoded_words, spoken

_JUNK_HEADER = 64_000
"""How far behind a line of junk a reader may still look for the empty line, in bytes."""

_FEW = 25
"""How many fields of one kind are kept from the top, and how many from the bottom: readers take the first or last."""

_HEAD = 1000
"""How much of a field is looked at for the type or the encoding, in bytes, after white space."""

_MOST = 500
"""How many lines that look like such a field are considered."""

_PLAIN = {b"": "identity", b"7bit": "identity", b"8bit": "identity", b"binary": "identity"}
_CLEAN = {**_PLAIN, b"base64": "base64", b"quoted-printable": "quoted-printable"}
_WORDS = {
    "base64": (b"64",),
    "quoted-printable": (b"quoted", b"qp", b"printab"),
    "uuencode": (b"uu",),
    "x-gzip64": (b"gzip",),
}


_REPORTS = ("-status", "-notification", "report", "-headers", "/http", "/sip", "/cpim", "/imdn+xml")


_UNENCODED = (b"7", b"8", b"bit", b"bin", b"none", b"ascii", b"text", b"hex", b"yenc", b"unknown")


_MOST_RUNS = 4
"""How many lines of junk in one header are taken for its end by somebody."""


class Content(NamedTuple):
    """The raw values of the three fields that decide what a part is, by all readers."""

    types: tuple[bytes, ...]
    dispositions: tuple[bytes, ...]
    encodings: tuple[bytes, ...]
    anomalies: tuple[str, ...]


_Values = tuple[bytes, ...]
_NOTHING = Content((), (), (), ())


def read_content(raw: bytes | mmap, header: Header, end: int) -> tuple[Content, tuple[int, ...]]:
    """The content fields of `header`, and where its body may begin, the standard's place first."""
    stop = header.body_start
    if "header.no-empty-line" in header.anomalies:
        far = min(end, stop + _JUNK_HEADER)
        blank = BLANK_LINE.search(raw, max(stop - 1, 0), far)
        stop = blank.end() if blank else far
    region = raw[header.start : stop]
    mentioned = region.lower().count(b"content-")
    if not mentioned:
        return _NOTHING, (header.body_start,)
    found: dict[bytes, list[bytes]] = {b"type": [], b"disposition": [], b"transfer-encoding": []}
    known = [field for field in header.fields if field[0][:8].lower() == b"content-"]
    for field in known:
        if (kind := field.name[8:].lower()) in found:
            found[kind].append(field.value)
    hidden = _hidden(region, header, found) if mentioned > len(known) else 0
    bodies: tuple[int, ...] = (header.body_start,)
    if stop > header.body_start:
        bodies = _bodies(raw, header.body_start, stop, hidden or header.body_start)
        bodies = tuple(dict.fromkeys((*bodies, *_behind_runs(raw, header.body_start, stop))))
    types, dispositions, encodings = (tuple(v[:_FEW] + v[_FEW:][-_FEW:]) for v in found.values())
    return Content(types, dispositions, encodings, tuple(_odd(types, dispositions, encodings, hidden))), bodies


def _bodies(raw: bytes | mmap, start: int, stop: int, last: int) -> tuple[int, ...]:
    """Where the body begins for those who skip lines of junk in a header: all up to the empty line, or the first.

    `last` is where the last field ends that they find behind junk.
    """
    begin = raw.find(b"\n", last, stop) + 1 or stop if last > start else start
    junk = raw.find(b"\n", begin, stop) + 1
    return tuple(dict.fromkeys((start, stop, begin, junk or stop)))


def _behind_runs(raw: bytes | mmap, position: int, stop: int) -> Iterator[int]:
    """Where the body begins for those who skip some line of junk and end the header at a later one."""
    for _ in range(_MOST_RUNS):
        position = raw.find(b"\n", position, stop) + 1
        if not position:
            return
        position = max((field.end for field in fields_in(raw, position, stop)), default=position)
        yield position


def _odd(types: _Values, dispositions: _Values, encodings: _Values, hidden: int) -> Iterator[str]:
    if hidden:
        yield "mime.hidden-field"
    if not all(map(is_sound, (*types, *dispositions))):
        yield "mime.field-syntax"
    if len(types) > 1:
        yield "mime.duplicate-content-type"
    if len(encodings) > 1:
        yield "mime.duplicate-encoding"


def _hidden(region: bytes, header: Header, found: dict[bytes, list[bytes]]) -> int:
    """Add the fields that only a lenient reader sees; where the last of them ends, nought if there are none."""
    strict = {field.start - header.start for field in header.fields}
    last = 0
    position = 0
    for _ in range(_MOST):
        line = CONTENT_LINE.search(region, position)
        if line is None:
            break
        position = line.end(1)
        start = line.start() + (region[line.start() : line.start() + 1] in b"\r\n")
        if start not in strict and _credible(kind := line[1].lower(), line[2][:_HEAD].lower()):
            found[kind].append(line[2])
            last = header.start + line.end()
    return last


def _credible(kind: bytes, value: bytes) -> bool:
    """A folded DKIM-Signature names these fields too, but has no such values."""
    head = value.replace(b"=", b";").partition(b";")[0]
    if kind == b"type":
        return b"/" in head
    if kind == b"disposition":
        return b"attachment" in head or b"inline" in head
    return any(word in head for words in _WORDS.values() for word in words)


def is_message(kind: str) -> bool:
    """Whether a reader may look for a message inside: `message/` anything (RFC 2046 §5.2) but what is a mere report."""
    return kind.startswith("message/") and not kind.endswith(_REPORTS)


def types_of(content: Content, default: str) -> tuple[str, ...]:
    """Each type that any reading of any Content-Type gives, in lower case; `default` without a usable one."""
    found: dict[str, None] = {}
    for value in content.types:
        if plain := clean(value):
            if "/" in plain.head:
                found[plain.head] = None
        else:
            for text in spoken(value.lstrip()[:_HEAD]):
                head = text.lstrip(b": \t\r\n\v\f").partition(b";")[0].partition(b",")[0].split()
                if head and b"/" in head[0]:
                    found[head[0].decode("latin-1").lower()] = None
    return tuple(found) or (default,)


def encodings_of(content: Content) -> tuple[str, ...]:
    """Each transfer encoding that any reading gives, the first field's first; an unknown one is `identity` too."""
    found: dict[str, None] = {}
    for value in content.encodings or (b"",):
        token = value.strip().lower()[:_HEAD]
        if token in _CLEAN:
            found[_CLEAN[token]] = None
            continue
        found["identity"] = None
        texts = (*spoken(token), decoded_words(value.lstrip()[:_HEAD]).lower().encode("latin-1", "replace"))
        meant = [name for name, words in _WORDS.items() if any(word in text for text in texts for word in words)]
        if not meant and not any(word in token for word in _UNENCODED):
            meant = ["base64", "quoted-printable"]  # misspelt beyond recognition
        found.update(dict.fromkeys(meant))
    return tuple(found)
