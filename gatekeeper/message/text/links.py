"""links: where a text leads, as it stands there. Never raises; linear."""

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.message.text.patterns import ADDRESS, URL

_ENDS = ".,;:!?'\"*_~|`\u2019\u201d\u00bb\u3002\uff0c"
"""What ends a sentence and not an address."""

_BRACKETS = {")": "(", "]": "[", "}": "{"}


class Link(NamedTuple):
    """`kind` says where it was found: a, area, form, base, meta, img, background, frame, embed, script, style, media,
    text. `text` is what a reader sees in its place, for `a` and `area`.
    """

    kind: str
    target: str
    text: str = ""


def written(text: str) -> Iterator[str]:
    """Every address written in plain text, from its scheme or `www.` on, without what ends the sentence."""
    for match in URL.finditer(text):
        yield without_ending(match[0])


def without_ending(address: str) -> str:
    """`address` without the punctuation behind it; a closing bracket belongs to it if it has the opening one too."""
    end = len(address)
    while end:
        last = address[end - 1]
        opening = _BRACKETS.get(last)
        if last not in _ENDS and (opening is None or address.count(opening, 0, end) >= address.count(last, 0, end)):
            break
        end -= 1
    return address[:end]


def is_address(text: str) -> bool:
    """Whether a text is nothing but an address, so that its reader takes it for where it leads."""
    return ADDRESS.fullmatch(text) is not None
