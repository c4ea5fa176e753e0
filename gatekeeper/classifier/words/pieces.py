"""pieces: a text in bytes → the words in it, as bogofilter cuts them.

A word begins with a letter or an 8-bit byte, ends with one, a digit or `!`, and has between them what neither separates
nor controls: `don't`, `foo.bar`, `free-money`, `off!!!`. It is 3 to 30 bytes long, its prefix included. Besides there
are amounts (`$9.99`) and IPv4 addresses. Found out by running bogolexer 1.2.5. Never raises.
"""

from collections.abc import Iterable

from gatekeeper.classifier.patterns import ADDRESS, MONEY

_LONGEST = 30
_SEPARATORS = bytes(range(33)) + b'"#$%&()*+,/:;<=>?@[\\]^{|}\x7f'
_SPACED = bytes.maketrans(_SEPARATORS, b" " * len(_SEPARATORS))
_NOT_FIRST = b"0123456789!'-._`~"
_NOT_LAST = b"'-._`~"


def spaced(text: bytes) -> list[bytes]:
    """What stands between separators."""
    return text.translate(_SPACED).split()


def in_order(wholes: Iterable[bytes], longest: int = _LONGEST) -> list[bytes]:
    """The words of a `spaced` text, each as often as it stands there."""
    return [
        word
        for whole in wholes
        if 3 <= len(word := whole if whole.isalpha() else whole.lstrip(_NOT_FIRST).rstrip(_NOT_LAST)) <= longest
    ]


def pieces(text: bytes, prefix: bytes = b"") -> list[bytes]:
    """The words of `text` with `prefix`, nearly each once, nearly in order; amounts and addresses last."""
    longest = _LONGEST - len(prefix)
    wholes = dict.fromkeys(text.translate(_SPACED).split())
    found = in_order(wholes, longest)
    if b"$" in text:
        found += [amount for amount in MONEY.findall(text) if len(amount) <= longest]
    for whole in [whole for whole in wholes if whole < b"A" and whole.count(b".") > 2]:
        found += ADDRESS.findall(whole)
    return [prefix + word for word in found] if prefix else found
