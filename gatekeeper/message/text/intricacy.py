"""intricacy: how far into a page a tree of it stays cheap to build.

What the HTML Standard asks of a parser is not linear: many rules walk all open elements, formatting elements that were
never closed are made anew in each paragraph, and each attribute is compared with all before it. So before the tree is
built its cost is estimated in one pass. Never raises.
"""

from itertools import islice

from gatekeeper.message.text.patterns import ATTRIBUTE, QUOTED, TAG

AFFORDABLE = 10_000_000
"""Steps over open elements that the pages of a message may cause together: 50 to 100 ms."""

_SMALL = 8000
_FEW = 250
"""A page so short, in characters and in tags, needs no more than a glance."""

_ODD_TAG = 400
"""A tag so long, in characters, that its attributes are counted."""

_WALK = 10
"""What a step costs here, next to one of the parser's."""

_NODE = 20
"""What making an element anew costs, in steps."""

_TWINS = 3
"""How many formatting elements that are alike are made anew (HTML Standard, Noah's Ark clause)."""

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dd",
        "dt",
        "option",
    ]
)
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_WALLS = frozenset(
    [
        "table",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "template",
        "object",
        "marquee",
        "applet",
        "button",
        "select",
        "svg",
        "math",
    ]
)
_INLINE = _FORMATTING | frozenset(
    [
        "span",
        "label",
        "abbr",
        "acronym",
        "cite",
        "q",
        "sub",
        "sup",
        "ins",
        "del",
        "bdo",
        "kbd",
        "samp",
        "var",
        "dfn",
        "o:p",
    ]
)


class _Open:
    """The elements that are open, roughly as a parser keeps them, and the formatting that it would make anew."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.tags: list[str] = []
        self.formatting: dict[str, int] = {}
        self.anew = 0

    def begin(self, name: str, attributes: str) -> None:
        self.names.append(name)
        self.tags.append(attributes)
        if name in _FORMATTING:
            tag = name + attributes
            twins = self.formatting[tag] = self.formatting.get(tag, 0) + 1
            self.anew += twins <= _TWINS

    def end(self, name: str) -> int:
        """Close the nearest of this name, unless something is between that keeps it open; the steps it took."""
        if self.names and self.names[-1] == name and name not in _FORMATTING:
            del self.names[-1], self.tags[-1]
            return 1
        walls = _WALLS if name not in _WALLS else frozenset({"table"} - {name})
        for steps, other in enumerate(reversed(self.names), 1):
            if other == name:
                self._close(len(self.names) - steps)
                return steps
            if other in walls or (name in _INLINE and name not in _FORMATTING and other not in _INLINE):
                return steps
        return len(self.names)

    def _close(self, index: int) -> None:
        name = self.names[index]
        if name in _FORMATTING:
            self._forget(name + self.tags[index])
            del self.names[index], self.tags[index]
        else:
            del self.names[index:], self.tags[index:]

    def _forget(self, tag: str) -> None:
        if tag in self.formatting:
            twins = self.formatting[tag] = self.formatting[tag] - 1
            self.anew -= twins < _TWINS
            if not twins:
                del self.formatting[tag]


def affordable(markup: str, steps: int = AFFORDABLE) -> tuple[int, int]:
    """Where to cut `markup` so that a tree of it costs at most `steps`: at its length, as a rule; and what it costs."""
    if len(markup) <= _SMALL and (tags := markup.count("<")) <= _FEW:
        longest = max(map(len, markup.split(">")))
        if (cost := tags * tags * _NODE // 2 + longest * len(markup) // 16) <= min(steps, _SMALL * _ODD_TAG):
            return len(markup), cost
    opened, spent, merged = _Open(), 0, 0
    for number, (slash, tag, rest) in enumerate(TAG.findall(markup)):
        name = tag.lower()
        if slash:
            spent += _WALK * opened.end(name)
        else:
            if name not in _VOID:
                opened.begin(name, rest)
            spent += len(opened.names) + _NODE * opened.anew
            if name in ("body", "html"):  # all those of a page become one element
                merged += _attributes(rest)
                spent += merged * _attributes(rest)
            elif len(rest) > _ODD_TAG:
                spent += _attributes(rest) ** 2 // 2
        if spent > steps:
            return next(islice(TAG.finditer(markup), number, None)).start(), spent
    return len(markup), spent


def _attributes(text: str) -> int:
    return len(ATTRIBUTE.findall(QUOTED.sub("", text)))
