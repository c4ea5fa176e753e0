"""wording: what a sender wrote as people read it on a page: with what cannot be seen spelt out. It cannot fail."""

from itertools import groupby
from unicodedata import name

from markupsafe import Markup, escape

_KEPT = "\n\t"
_UNSEEN = Markup('<span class="odd" title="{}">{}</span>')


def spelt(text: str) -> Markup:
    """`text` with what cannot be seen, or would turn its direction, as `U+202E`."""
    if all(letter.isprintable() or letter in _KEPT for letter in set(text)):
        return escape(text)
    runs = groupby(text, lambda letter: "" if letter.isprintable() or letter in _KEPT else letter)
    return Markup("").join(_unseen(odd, len(list(run))) if odd else escape("".join(run)) for odd, run in runs)


def _unseen(letter: str, times: int) -> Markup:
    shown = f"U+{ord(letter):04X}" + (f"×{times}" if times > 1 else "")  # noqa: RUF001  # the sign for times
    return _UNSEEN.format(name(letter, "control character").lower(), shown)
