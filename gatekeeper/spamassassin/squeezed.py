r"""squeezed: a large pattern made small, so that it matches at least as much, for a first look at a text.

Rules with tags have, for each letter, a group of all that looks like it: `(?:a|4|\xc3[\xa0-\xa5])`. Such a group
becomes the class of all its octets, as often as its members are long: `[a4\xc3\xa0-\xa5]{1,2}`. A pattern of 250 KB
comes down to some hundred letters, and what it matches is almost the same, since texts seldom mix such octets.
"""

from functools import lru_cache

import re2

_LARGE = 2000  # letters of a pattern from which on it is made small
_LONGEST = 4  # octets of what looks like a letter
_PASSES = 3
_GROUP = re2.compile(r"\((?:\?:)?([^()]*)\)")
_ATOM = re2.compile(r"""^(?:\\x[0-9a-f]{2}|\\[dws]|\[[^\[\]^][^\[\]]*\]|[A-Za-z0-9 !"%',/:;<=>@_`~])""")


def squeezed(pattern: str) -> str:
    """`pattern`, which RE2 takes, or what matches at least as much and is smaller."""
    for _ in range(_PASSES if len(pattern) > _LARGE else 0):
        smaller = _GROUP.sub(lambda found: _class(found[1]) or found[0], pattern)
        if smaller == pattern:
            break
        pattern = smaller
    return pattern


@lru_cache(maxsize=4096)
def _class(alternatives: str) -> str:
    """The class that stands for a group of letters; nothing if the group is of another kind."""
    members: dict[str, None] = {}
    lengths = set()
    for alternative in alternatives.split("|"):
        atoms = _atoms(alternative)
        if atoms is None or len(atoms) > _LONGEST:
            return ""
        lengths.add(len(atoms))
        members.update(dict.fromkeys(atoms))
    if not members or min(lengths) > 1:
        return ""
    inside = "".join(atom[1:-1] if atom.startswith("[") else atom for atom in members)
    if lengths == {1}:
        return f"[{inside}]"
    return f"(?:[{inside}]{{{min(lengths)},{max(lengths)}}})"


def _atoms(text: str) -> list[str] | None:
    """`text` apart into octets and classes; None if there is anything else in it."""
    found = []
    while text:
        atom = _ATOM.match(text)
        if atom is None:
            return None
        found.append(atom[0])
        text = text[len(atom[0]) :]
    return found
