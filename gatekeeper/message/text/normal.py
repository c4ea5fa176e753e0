"""normal: a text as it should be matched: what was done to keep filters from reading it, undone.

Invisible characters go, styled and foreign look-alikes become the plain letter, accents and piled-up marks go,
spaced-out words are joined, case and white space are folded. What was undone is counted, so that a check can weigh it.
This is for finding words, not for reading: it is right for no language. Linear, never raises.
"""

from re import Match
from typing import NamedTuple
from unicodedata import is_normalized, normalize

from gatekeeper.message.text.lookalikes import FOLD, FOLD_SIGNS, LATIN, is_mixed, looks_latin
from gatekeeper.message.text.patterns import ACCENTED, INVISIBLE, MARKS, NOT_ASCII, SPACED, STYLED, WORD

_PILE = 3
"""So many marks on one letter are no spelling."""


class Normal(NamedTuple):
    """The text for matching, and how much of what kind was undone.

    `invisible` characters, `styled` letters, `piled` marks, words `mixed` of several scripts, words `spaced` out.
    """

    text: str
    invisible: int = 0
    styled: int = 0
    piled: int = 0
    mixed: int = 0
    spaced: int = 0


def normal(text: str) -> Normal:
    """`text` for matching."""
    strange = "" if text.isascii() else "".join(set("".join(NOT_ASCII.findall(text))))
    found = _plain(text, strange) if strange else Normal(text)
    joined, spaced = SPACED.subn(_joined, f" {found.text}")
    return found._replace(text=" ".join(joined.casefold().split()), spaced=spaced)


def _plain(text: str, strange: str) -> Normal:
    """Without what only other alphabets have; `strange` is each character that is not ASCII, once: it spares passes."""
    invisible = styled = piled = mixed = 0
    if INVISIBLE.search(strange):
        text, invisible = INVISIBLE.subn("", text)
    if STYLED.search(strange):
        styled = len(STYLED.findall(text))
    marks = MARKS.search(strange)
    if marks:
        piled = sum(len(run) for run in MARKS.findall(text) if len(run) >= _PILE)
    if not is_normalized("NFKC", text):
        text, strange = normalize("NFKC", text), normalize("NFKC", strange)
    if marks or ACCENTED.search(strange):
        text = MARKS.sub("", text.translate({ord(letter): _bare(letter) for letter in ACCENTED.findall(strange)}))
    if not LATIN.keys().isdisjoint(strange):
        text, mixed = _folded(text.translate(FOLD_SIGNS))
    return Normal(text, invisible, styled, piled, mixed)


def _bare(letter: str) -> str:
    return MARKS.sub("", normalize("NFKD", letter))


def _folded(text: str) -> tuple[str, int]:
    """With look-alikes made Latin in words that have Latin letters, or no other letters; and how many were mixed."""
    mixed = 0

    def fold(match: Match[str]) -> str:
        nonlocal mixed
        word = match[0]
        if word.isascii() or LATIN.keys().isdisjoint(word):
            return word
        odd = is_mixed(word)
        mixed += odd
        return word.translate(FOLD) if odd or looks_latin(word) or _has_ascii(word) else word

    pieces = (piece if piece.isascii() else WORD.sub(fold, piece) for piece in text.split(" "))
    return " ".join(pieces), mixed


def _has_ascii(word: str) -> bool:
    return any(letter.isascii() and letter.isalpha() for letter in word)


def _joined(spaced: Match[str]) -> str:
    return spaced[0].replace(spaced[1], "")
