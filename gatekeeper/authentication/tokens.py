"""tokens: header fields with comments and quoted strings (RFC 5322 §3.2), taken apart in one pass.

Hostile fields are what they are: a comment or a quote that does not end goes on to the end. Nothing here raises.
"""

from collections.abc import Iterator
from typing import NamedTuple

_SPECIAL = frozenset('()"\\,;=<>/')


class Token(NamedTuple):
    """A word (`quoted` or not) or one character that separates words."""

    text: str
    quoted: bool = False


def tokens(value: bytes, separators: str) -> Iterator[Token]:
    """The words of a field body and what stands between them, without comments and white space."""
    text = value.decode("utf-8", "surrogateescape")
    position, end, word = 0, len(text), ""
    while position < end:
        letter = text[position]
        if letter == "(":
            position = _after_comment(text, position)
        elif letter == '"':
            quoted, position = _quoted(text, position)
            if word:
                yield Token(word)
                word = ""
            yield Token(quoted, quoted=True)
            continue
        elif letter not in separators and not letter.isspace():
            stop = position + 1
            while stop < end and text[stop] not in _SPECIAL and text[stop] not in separators and text[stop] > " ":
                stop += 1
            word += text[position:stop]
            position = stop
            continue
        else:
            position += 1
        if word:
            yield Token(word)
            word = ""
        if letter in separators:
            yield Token(letter)
    if word:
        yield Token(word)


def _after_comment(text: str, position: int) -> int:
    """Where the comment that begins here ends; comments nest (RFC 5322 §3.2.2)."""
    depth, end = 0, len(text)
    while position < end:
        letter = text[position]
        if letter == "\\":
            position += 1
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if not depth:
                return position + 1
        position += 1
    return end


def _quoted(text: str, position: int) -> tuple[str, int]:
    """What a quoted string stands for, and where it ends."""
    letters, end = [], len(text)
    position += 1
    while position < end and text[position] != '"':
        if text[position] == "\\" and position + 1 < end:
            position += 1
        if text[position] not in "\r\n":
            letters.append(text[position])
        position += 1
    return "".join(letters), position + 1
