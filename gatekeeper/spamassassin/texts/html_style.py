"""html_style: how text looks inside the elements that are open, as far as that hides it. Never raises."""

from collections import Counter
from typing import NamedTuple

from gatekeeper.spamassassin.texts.html_colours import INVALID, background_of, colour_of, is_near, rgb_of
from gatekeeper.spamassassin.texts.html_patterns import (
    IMPORTANT,
    SIZE,
    STYLE_BACKGROUND,
    STYLE_COLOUR,
    STYLE_PROPERTY,
)

_SPACE = " \t\n\v\f\r"
_TRANSPARENT = "transparent"
_STYLED = frozenset(("style",))
_TABLE = frozenset(("bgcolor", "style"))
_FONT = frozenset(("color", "face", "size"))
_READ = {
    "basefont": _FONT,
    "font": _FONT,
    "body": frozenset(("text", "bgcolor", "link", "alink", "vlink", "background")),
    "marquee": frozenset(("bgcolor", "background")),
    **dict.fromkeys(("table", "td", "th", "tr"), _TABLE),
    **dict.fromkeys(("span", "p", "div", "a"), _STYLED),
}
"""The attributes that are read, by element."""

_CLOSED_BY = {"td": ("font", "td"), "tr": ("font", "td", "tr")}


class Look(NamedTuple):
    """What an element makes of its text."""

    tag: str
    colour: str
    background: str
    size: int
    display: str = ""
    visibility: str = ""


class Styles:
    """The elements that are open. `smallest` and `largest` are the font sizes met; 3 is the default."""

    def __init__(self) -> None:
        self.smallest = self.largest = self._base = 3
        self._open = [Look("default", "#000000", "#ffffff", 3)]
        self._count = Counter(("default",))
        self.low_contrast = self.invalid_colour = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element that may change how text looks."""
        tag = "td" if tag == "th" else tag
        if tag == "basefont" and (size := SIZE.match(attributes.get("size", ""))) and not size[1]:
            self._base = int(size[2])
            return
        if tag in _CLOSED_BY and self._count[tag]:
            while self._open[-1].tag in _CLOSED_BY[tag]:
                self._pop()
        look = Look(tag, *self._open[-1][1:])
        if tag in ("big", "small"):
            look = look._replace(size=look.size + (1 if tag == "big" else -1))
        else:
            look = self._read(look, attributes)
        self._open.append(look)
        self._count[tag] += 1

    def end(self, tag: str) -> None:
        """All that is open inside it ends with it."""
        tag = "td" if tag == "th" else tag
        if tag != "body" and self._count[tag]:
            while self._pop() != tag:
                pass

    def _pop(self) -> str:
        tag = self._open.pop().tag
        self._count[tag] -= 1
        return tag

    def _read(self, look: Look, attributes: dict[str, str]) -> Look:
        read = _READ.get(look.tag, frozenset())
        for name, value in attributes.items():
            if name not in read:
                continue
            if name in ("text", "color"):
                look = look._replace(colour=colour_of(value))
            elif name == "size" and (size := SIZE.match(value)):
                relative = self._base + int(size[1] + size[2])
                look = look._replace(size=relative if size[1] else int(size[2]))
            elif name == "style":
                look = self._styled(look, value)
            if look.size > self.largest:
                self.largest = look.size
            elif look.size < self.smallest:
                self.smallest = look.size
        return look

    def _styled(self, look: Look, style: str) -> Look:
        for part in style.split(";"):
            look = _property(look, part)
        if look.background == _TRANSPARENT:
            look = look._replace(background=self._open[-1].background)
        return look._replace(colour=look.background) if look.colour == _TRANSPARENT else look

    def hides(self) -> bool:
        """Whether text that stands here cannot be seen."""
        look = self._open[-1]
        if is_near(look.colour, look.background):
            self.low_contrast = True
            return True
        if INVALID in (look.colour, look.background):
            self.invalid_colour = True
            return True
        return look.size <= 1 or look.display.lower() == "none" or look.visibility.lower() == "hidden"


def _property(look: Look, part: str) -> Look:
    found = STYLE_COLOUR.match(part)
    if found and (value := _value(part[found.end() :])) is not None:
        colour = _colour(IMPORTANT.sub("", value.lower()), look.background if found[1] else look.colour)
        return look._replace(background=colour) if found[1] else look._replace(colour=colour)
    found = STYLE_BACKGROUND.match(part)
    if found and (value := _value(part[found.end() :])) is not None:
        return look._replace(background=background_of(value) or look.background)
    found = STYLE_PROPERTY.match(part)
    if found and (value := part[found.end() :].strip(_SPACE)) and "\n" not in value:
        return look._replace(display=value) if found[1] == "display" else look._replace(visibility=value)
    return look


def _value(text: str) -> str | None:
    """What is behind the colon; None if it goes over lines. A space is a value."""
    value = text.strip(_SPACE)
    if not value:
        return next((space for space in reversed(text) if space != "\n"), None)
    return None if "\n" in value else value


def _colour(value: str, inherited: str) -> str:
    if "rgb" in value:
        return rgb_of(value)
    if value == "inherit":
        return inherited
    return value if value == _TRANSPARENT else colour_of(value)
