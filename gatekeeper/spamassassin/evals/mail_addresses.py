"""mail_addresses: addresses in running text, at domains under a top level domain that there is (FreeMail).

Links are taken out first, and addresses before `>` or before a word with a colon (`joe@example.org wrote:`), unless the
word is one of a visiting card (`Tel:`) or `mailto:` stands before it.
"""

from collections.abc import Iterator

from gatekeeper.spamassassin.evals.perl import fixed

_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~-")
_LONGEST_USER = 64
_DOMAIN = fixed(r"(?:[a-z0-9](?:[a-z0-9-]{0,59}[a-z0-9])?\.){1,4}([a-z0-9-]{1,63})", "i")
_RUNS_ON = fixed(r"[a-z0-9-]|\.[a-z0-9]", "i")
_LINK = fixed(r"<?https?://\S{0,255}(?:@|%40)\S{0,255}", "i")
_LABELLED = fixed(r">|\s{1,10}([a-z]{2,11}):", "i")
_OF_A_CARD = fixed(r"fa(?:x|csi)|tel|phone|e?-?mail", "i")
_SCHEME = b"mailto:"

_Span = tuple[list[int], int]
"""Where an address may begin, the longest first, and where it ends."""


def bared(line: bytes, top: frozenset[bytes]) -> bytes:
    """A paragraph without what is not read. `top` are the top level domains."""
    if b"@" not in line and b"%40" not in line:
        return line
    return _without_labelled(_LINK.sub(b" ", line), top)


def addresses_in(line: bytes, top: frozenset[bytes]) -> Iterator[bytes]:
    """The addresses of such a paragraph, in lower case."""
    for starts, end in _spans(line, top):
        yield line[starts[0] : end].lower()


def mailto(uri: bytes, top: frozenset[bytes]) -> bytes | None:
    """The address of a `mailto:` link, in lower case."""
    if uri[:7].lower() != _SCHEME:
        return None
    starts, end = next(_spans(uri, top), ([0], 0))
    return uri[7:end].lower() if starts[0] == 7 else None


def _spans(text: bytes, top: frozenset[bytes]) -> Iterator[_Span]:
    floor = at = 0
    while (at := text.find(b"@", at)) >= 0:
        end = _end(text, at + 1, top)
        starts = _starts(text, at, floor) if end else []
        at += 1
        if starts:
            yield starts, end
            floor = at = end


def _starts(text: bytes, at: int, floor: int) -> list[int]:
    """Each place before the sign from which a user may run: no dot at its ends, nor two in a row."""
    starts: list[int] = []
    place = at
    while place > floor and at - place < _LONGEST_USER and text[place - 1] in _LETTERS:
        place -= 1
        before = text[place - 1] if place else 0x20
        if before not in _LETTERS:
            starts.insert(0, place)
            place -= before == 0x2E
    return starts


def _end(text: bytes, start: int, top: frozenset[bytes]) -> int:
    """Where the domain from `start` ends; 0 if there is none."""
    found = _DOMAIN.match(text, start, start + 320)
    if not found or found[1].lower() not in top or _RUNS_ON.match(text, found.end(), found.end() + 2):
        return 0
    end: int = found.end()
    return end


def _without_labelled(text: bytes, top: frozenset[bytes]) -> bytes:
    kept, done = [], 0
    for starts, end in _spans(text, top):
        label = _LABELLED.match(text, end, end + 22)
        free = next((start for start in starts if text[max(start - 7, 0) : start].lower() != _SCHEME), None)
        if label and free is not None and not (label[1] and _OF_A_CARD.match(label[1])):
            kept.append(text[done : free - (text[free - 1 : free] == b"<")])
            done = label.end()
    return b" ".join((*kept, text[done:]))
