"""markup: the text of a page as Pyzor reads it: by the rules of Python's own HTML parser, which are not a browser's.

It stops at a tag that is not closed, at a marked section that is none, and after as many tags as nobody writes. Linear,
never raises.
"""

from collections.abc import Iterator
from html import unescape

from gatekeeper.digests.patterns import MARKUP, REFERENCE_END, SILENT_END

_MOST_TAGS = 50_000
"""Or signs that look like the beginning of one."""

_NEAR_END = 34
"""How near the end a character reference may be cut, in characters."""


def text_of(page: str) -> str:
    """What stands between the tags, each piece stripped, with a space between two."""
    return " ".join(stripped for piece in _pieces(page) if (stripped := piece.strip()))


def _pieces(page: str) -> Iterator[str]:
    position, shown = 0, True
    for _ in range(_MOST_TAGS):
        found = page.find("<", position)
        if found < 0:
            break
        if shown and found > position:
            yield unescape(page[position:found])
        markup = MARKUP.match(page, found)
        if markup is None:
            if _incomplete(page, found):
                return
            if shown:
                yield "<"
            position = found + 1
            continue
        position = markup.end()
        tag, ended = (markup[2] or "").lower(), (markup[1] or "").strip().lower()
        if ended in SILENT_END:
            shown = True
        elif tag in SILENT_END and not markup[0].endswith("/>"):
            end = SILENT_END[tag].search(page, position)
            if end is None:
                return
            position, shown = end.end(), True
    else:
        return
    if shown:
        yield from _last(page, position)


def _incomplete(page: str, found: int) -> bool:
    """Whether this `<` begins something that does not end."""
    following = page[found + 1 : found + 2]
    return not following or following in "/!?" or (following.isascii() and following.isalpha())


def _last(page: str, position: int) -> Iterator[str]:
    """The rest, unless a character reference at its end may go on."""
    reference = page.rfind("&", max(position, len(page) - _NEAR_END))
    if reference < 0 or REFERENCE_END.search(page, reference):
        yield unescape(page[position:])
