"""letters: how single octets and classes of them are written so that RE2 and `regex` both take them as they are meant.

Octets above 127 have no case for PCRE and for POSIX in the C locale, nor for RE2 and `regex` as we use them.
"""

SPACE = r"\t\n\x0b\f\r "
NAMES = frozenset(
    ("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word")
) | {"xdigit"}
_PLAIN = frozenset(" !\"%',/:;<=>@_`~")


def literal(letter: str) -> str:
    """One octet that stands for itself."""
    if letter in _PLAIN or (letter.isascii() and letter.isalnum()):
        return letter
    return _hex(letter)


def member(letter: str) -> str:
    """One octet in a class."""
    return letter if letter.isascii() and letter.isalnum() else _hex(letter)


def _hex(letter: str) -> str:
    return f"\\x{ord(letter):02x}"
