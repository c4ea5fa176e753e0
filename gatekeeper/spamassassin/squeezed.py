r"""squeezed: large patterns made small, so that they match at least as much, for a first look at a text.

Rules with tags have, for each letter, a group of all that looks like it: `(?:[a4]|\xc3[\xa0-\xa5]|…)`, some hundred
letters long. Such a tag becomes what its members have in common: one of those single octets, or octets above ASCII, or
the number of an HTML entity. What is large even so is cut off behind its beginning. A pattern of 250 KB comes down to
some thousand letters, and what it matches is almost the same, since texts seldom mix such octets.
"""

from dataclasses import dataclass, field

import re2

from gatekeeper.spamassassin.perl import compiled
from gatekeeper.tables.matcher import PatternError

_LARGE = 1500  # letters of a pattern from which on it is cut off
_SHORTER = (12, 9, 7, 6, 5, 4, 3, 2, 1)  # pieces of each sequence in what is left
_ALL = 1_000_000
_LONGEST = 10  # octets of what looks like a letter
_PIECE = re2.compile(
    r"\(\?:|\(\?i:|\(\?-i:|\(|\)|\||\\x[0-9a-f]{2}|\\.|\[(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\{[0-9,]+\}|(?s:.)"
)
_OCTET = re2.compile(r"^(?:\\x[0-9a-f]{2}|\[[^\[^](?:\\.|[^\[\]\\])*\]|\[\\.[^\[\]]*\]|[A-Za-z0-9 !\"%',/:;<=>@_`~])$")
_ABOVE = re2.compile(r"^\[?(?:\\x[89a-f][0-9a-f]-?)+\]?$")
_ENTITY = re2.compile(r"^\[?(?:[0-9A-Fa-fXx;-]|\\x3b)+\]?$")

_ANYTHING = "(?s:.)?"

_Lengths = tuple[int, int]


def tag(pattern: str) -> str:
    """The pattern of a tag, which matches at least as much as `pattern`: that itself if it is no letter's."""
    try:
        group = compiled(pattern, "").re2
    except PatternError:
        return pattern
    while group.startswith("(?:(?:") and _is_group(group[3:-1]):
        group = group[3:-1]
    return _letter(group) or pattern


def beginning(pattern: str) -> str:
    """`pattern`, in the form of `perl`, or, if it is large, as much of its beginning as is not: what matches `pattern`
    begins so.
    """
    if len(pattern) <= _LARGE:
        return pattern
    tree = _tree(_PIECE.findall(pattern))
    for most in _SHORTER:
        shorter = _begun(tree, most)
        if len(shorter) <= _LARGE:
            return shorter
    return _ANYTHING


@dataclass(slots=True)
class _Group:
    """What opens it, and its alternatives: sequences of pieces and groups, each with its repetition."""

    opening: str = ""
    alternatives: "list[list[tuple[str | _Group, str]]]" = field(default_factory=lambda: [[]])


def _tree(pieces: list[str]) -> _Group:
    stack = [_Group()]
    for piece in pieces:
        last = stack[-1].alternatives[-1]
        if piece.startswith("("):
            stack.append(_Group(piece))
        elif piece == ")" and len(stack) > 1:
            done = stack.pop()
            stack[-1].alternatives[-1].append((done, ""))
        elif piece == "|":
            stack[-1].alternatives.append([])
        elif piece[0] in "*+?{" and last:
            last[-1] = (last[-1][0], last[-1][1] + piece)
        else:
            last.append((piece, ""))
    return stack[0]


def _begun(group: _Group, most: int) -> str:
    """The first `most` pieces of each alternative. Nothing follows a group of which only the beginning is told, and
    that stands once, if at all.
    """
    told = []
    for alternative in group.alternatives:
        written = ""
        for piece, times in alternative[:most]:
            if isinstance(piece, str):
                written += piece + times
                continue
            short = _begun(piece, most)
            if short != _begun(piece, _ALL):
                written += short + ("?" if times.startswith(("*", "?", "{0")) else "")
                break
            written += short + times
        told.append(written)
    inside = "|".join(told)
    return f"{group.opening}{inside})" if group.opening else inside


def _is_group(text: str) -> bool:
    """Whether one group is all of it."""
    depth = at = 0
    for piece in _PIECE.findall(text):
        depth += piece.startswith("(") - (piece == ")")
        at += len(piece)
        if not depth:
            return at == len(text)
    return False


def _letter(group: str) -> str:
    """What stands for a group of all that looks like one letter; nothing if the group is of another kind."""
    if not group.startswith("(?:") or group.count("|") < 5:
        return ""
    ones: dict[str, None] = {}
    above: set[int] = set()
    entities: set[int] = set()
    others: list[str] = []
    for alternative in _apart(group[3:-1]):
        pieces = _PIECE.findall(alternative)
        lengths = _lengths(pieces)
        if lengths is None or lengths[1] > _LONGEST:
            return ""
        if lengths == (1, 1) and len(pieces) == 1:
            ones[pieces[0]] = None
        elif all(_ABOVE.match(piece) for piece in pieces if piece not in ("(?:", ")", "|")):
            above |= set(lengths)
        elif alternative.startswith(r"\x26\x23") and _numeric(pieces[2:]):
            entities |= set(lengths)
        else:
            others.append(alternative)
    if len(above) < 2 or len(others) > 3:
        return ""
    inside = "".join(one[1:-1] if one.startswith("[") else one for one in ones)
    made = [f"[{inside}]"] if inside else []
    made.append(rf"[\x80-\xff]{{{min(above)},{max(above)}}}")
    if entities:
        made.append(rf"\x26\x23[0-9A-Fa-fXx\x3b]{{{min(entities) - 2},{max(entities) - 2}}}")
    return f"(?:{'|'.join([*made, *others])})"


def _numeric(pieces: list[str]) -> bool:
    return all(_ENTITY.match(piece) for piece in pieces if piece not in ("(?:", ")", "|"))


def _apart(alternatives: str) -> list[str]:
    """At each `|` that stands in no group."""
    found, depth = [""], 0
    for piece in _PIECE.findall(alternatives):
        depth += piece.startswith("(")
        depth -= piece == ")"
        if piece == "|" and not depth:
            found.append("")
        else:
            found[-1] += piece
    return found


def _lengths(pieces: list[str]) -> _Lengths | None:
    """The least and the most octets of what these match; None if there is anything in them but octets and groups."""
    stack: list[list[_Lengths]] = [[(0, 0)]]
    for piece in pieces:
        if piece == "(?:":
            stack.append([(0, 0)])
        elif piece == "|" and len(stack) > 1:
            stack[-1].append((0, 0))
        elif piece == ")" and len(stack) > 1:
            inner = stack.pop()
            _add(stack, min(least for least, _ in inner), max(most for _, most in inner))
        elif _OCTET.match(piece):
            _add(stack, 1, 1)
        else:
            return None
    return stack[0][0] if len(stack) == 1 else None


def _add(stack: list[list[_Lengths]], least: int, most: int) -> None:
    before = stack[-1][-1]
    stack[-1][-1] = (before[0] + least, before[1] + most)
