"""unspaced: scripts that set no space between words: Chinese, Japanese, Thai and their neighbours. Pure.

An index of words takes a whole sentence of them for one word, and finds nothing that stands inside it; so they are
looked for in the text itself.
"""

_SCRIPTS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x20000, 0x3FFFF),
)
_LOOKED_AT = 200


def is_unspaced(word: str) -> bool:
    """Whether any of its first letters is of such a script."""
    letters = "" if word.isascii() else word[:_LOOKED_AT]
    return any(first <= ord(letter) <= last for letter in letters for first, last in _SCRIPTS)
