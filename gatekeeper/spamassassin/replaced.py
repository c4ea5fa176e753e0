"""replaced: patterns with the tags of `replace_tag` written out, as Mail::SpamAssassin::Plugin::ReplaceTags does.

`<A>` in a pattern that `replace_rules` names stands for the pattern of that tag; `<pre X>`, `<inter X>` and `<post X>`
say what stands before, between and behind the tags of one pattern. A tag nobody has said anything about stays as it is.
"""

from collections.abc import Mapping

import re2

from gatekeeper.spamassassin.squeezed import tag

Replacing = Mapping[str, Mapping[str, str]]
"""`tag`, `pre`, `inter`, `post` with their patterns by name; `start` and `end`, with what marks a tag under ""."""

_TAG = re2.compile(r"(<[^<>]+>)")
_PASSES = 6
_LONGEST = 200_000


class Tags:
    """What writes tags out: as they are said, or `small`, so that a pattern matches at least as much."""

    __slots__ = ("_replacing", "_small")

    def __init__(self, replacing: Replacing) -> None:
        self._replacing = replacing
        self._small = {**replacing, "tag": {name: tag(told) for name, told in replacing.get("tag", {}).items()}}

    def whole(self, pattern: str) -> str:
        """`pattern` with its tags written out."""
        return replaced(pattern, self._replacing)

    def small(self, pattern: str) -> str:
        """`pattern` with less than its tags say."""
        return replaced(pattern, self._small)


def replaced(pattern: str, replacing: Replacing) -> str:
    """`pattern` with its tags written out. One that grows beyond bounds is given back as far as it has grown."""
    start, end = replacing.get("start", {}).get("", "<"), replacing.get("end", {}).get("", ">")
    tags = replacing.get("tag", {})
    for _ in range(_PASSES):
        around = {}
        for place in ("pre", "post", "inter"):
            pattern, name = _without_modifier(pattern, f"{start}{place} ", end)
            around[place] = replacing.get(place, {}).get(name, "")
        first, *others = _split(pattern) or [""]
        pieces = [_around(first, around, start, end)]
        pieces += [_around(piece, around, start, end) or around["inter"] for piece in others]
        again = False
        for at, piece in enumerate(pieces):
            name = _name(piece, start, end)
            if told := tags.get(name, ""):
                pieces[at] = piece.replace(f"{start}{name}{end}", told)
                again = again or _TAG.search(told) is not None
        pattern = "".join(pieces)
        if not again or len(pattern) > _LONGEST:
            break
    return pattern


def _without_modifier(pattern: str, opening: str, end: str) -> tuple[str, str]:
    """`pattern` without its first `<pre X>`, and the X."""
    at = pattern.find(opening)
    closing = pattern.find(end, at + len(opening) + 1) if at >= 0 else -1
    if closing < 0:
        return pattern, ""
    return pattern[:at] + pattern[closing + len(end) :], pattern[at + len(opening) : closing]


def _split(pattern: str) -> list[str]:
    """Texts and tags by turns, as Perl's `split` gives them: with nothing at the end."""
    pieces: list[str] = []
    at = 0
    for found in _TAG.finditer(pattern):
        pieces += (pattern[at : found.start()], found[0])
        at = found.end()
    pieces.append(pattern[at:])
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _around(piece: str, around: Mapping[str, str], start: str, end: str) -> str:
    if not _name(piece, start, end):
        return piece
    at = piece.find(start)
    return f"{piece[:at]}{around['pre']}{piece[at:]}{around['post']}"


def _name(piece: str, start: str, end: str) -> str:
    at = piece.find(start)
    closing = piece.find(end, at + len(start) + 1) if at >= 0 else -1
    return piece[at + len(start) : closing] if closing >= 0 else ""
