"""lookalikes: letters of other scripts that look like Latin ones, and which script a letter is of.

The idea is that of the skeletons of Unicode Technical Standard #39; the table is our own, made from the names of
letters where those say it, and otherwise from looking at them. It folds more than that standard: for matching, `п` is
an `n`.
"""

# ruff: noqa: RUF001 — letters that are taken for others are what this is about

from functools import lru_cache
from unicodedata import name

_ALIKE = {
    "Cyrillic": "аaАAВBеeЕEѕsЅSіiІIїiЇIјjЈJКKМMНHоoОOрpРPсcСCТTуyУYхxХXԁdԀdԛqԚQԝwԜWһhҺHӏlӀlѵvѴVԍgԌGүyҮYёeЁEӧoӦOӓaӒA",
    "Greek": "αaΑAΒBΕEΖZΗHιiΙIΚKΜMνvΝNοoΟOΡPΤTΥYΧXϲcϹCϳjόoάaίi",
    "Armenian": "օoՕOսuՍUոnհhզqցgՏSլlյjԼLքpԱUգq",
    "Cherokee": "ᎠDᎡRᎢTᎪAᎫJᎬEᎳWᎷMᎻHᏀGᏃZᏙVᏚSᏞLᏟCᏢPᏦKᏴBᏏbᏧdᏳGᎥiᎩYᏎ4",
    "Latin": "ıiɑaɡgƒføoØOđdĐDłlŁLħhĦHɩiʋvɵoʜhŧtŦTƅbɓbƈcɗdɠgɦhƙkɱmɲnƥpʂsƭtʐzȷjɾrɼrꞮI",
    "signs": "℮eⅼlⅰiⅴvⅹxⅽcⅾdⅿm∨v⍺aⲟo𐐬oഠoටo໐o০o०o",
}
_ROUGHLY = {"Cyrillic": "вbкkмmнhтtьbгrпnиuғfҒF", "Greek": "βbεeηnκkρpσoτtυuχxγyωwέeύu", "Armenian": "խu"}
"""Taken for Latin beside Latin letters only: of these alone whole sentences can be made."""

_RANGES = ((0x0250, 0x02B0), (0x1D00, 0x1D2C), (0xA730, 0xA7FF), (0x1F130, 0x1F18A), (0x1F1E6, 0x1F200))
_NAMED = ("LATIN LETTER SMALL CAPITAL ", "LATIN CAPITAL LETTER ", "REGIONAL INDICATOR SYMBOL LETTER ")


def _derived() -> dict[str, str]:
    """Small capitals, and letters in black circles and squares, by their names."""
    found = {}
    for code in (code for start, end in _RANGES for code in range(start, end)):
        for words in _NAMED:
            before, _, letter = name(chr(code), "").rpartition(words)
            if len(letter) == 1 and (words != _NAMED[1] or before.startswith("NEGATIVE")):
                found[chr(code)] = letter.lower()
    return found


def _pairs(table: dict[str, str]) -> dict[str, str]:
    return {other: latin for row in table.values() for other, latin in zip(row[::2], row[1::2], strict=True)}


LATIN: dict[str, str] = _pairs(_ALIKE) | _pairs(_ROUGHLY) | _derived()
"""What each letter looks like."""

_ROUGH = _pairs(_ROUGHLY).keys()

FOLD = str.maketrans(LATIN)

SIGNS = {letter: latin for letter, latin in LATIN.items() if not letter.isalnum()}
"""Those of them that are no letters, so that no language needs them."""

FOLD_SIGNS = str.maketrans(SIGNS)


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script a letter is of, as its name begins: LATIN, CYRILLIC, CJK; empty for what is no letter."""
    if not letter.isalpha():
        return ""
    first = name(letter, "").partition(" ")[0]
    return "LATIN" if first in ("FULLWIDTH", "MATHEMATICAL") else first


_TOGETHER = frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "HANGUL"))
"""Scripts that are written together (UTS #39 §5.2, highly restrictive)."""


def is_mixed(word: str) -> bool:
    """Whether letters of scripts stand together that no language mixes."""
    scripts = {script_of(letter) for letter in word} - {""}
    return len(scripts) > 1 and not scripts <= _TOGETHER


def looks_latin(word: str) -> bool:
    """Whether a word has no Latin letter and could be read as Latin all the same."""
    letters = [letter for letter in word if letter.isalpha()]
    return bool(letters) and all(letter in LATIN and letter not in _ROUGH for letter in letters)
