"""style: what CSS and old attributes say about whether a text can be seen.

Not the cascade of a browser: inline styles, and rules of style sheets whose selector is a name, a class or an id,
outside conditional blocks. What is not understood hides nothing. Linear, never raises.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gatekeeper.message.text.colour import Colour, css_colour
from gatekeeper.message.text.patterns import (
    BRACE,
    CSS_COMMENT,
    DECLARATION,
    FONT_SIZE,
    LENGTH,
    OPAQUE_NOT,
    SELECTOR,
)

_LONGEST = 4000
"""How much of one style is read, in characters."""

_MOST_RULES = 2000
_FAR = -400.0
"""Where the page ends for a text that is moved away, in pixels."""

_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "%": 0.16,
    "in": 96.0,
    "cm": 38.0,
    "mm": 3.8,
}
_TINY = 1.4
"""The size of a font that nobody can read, in pixels."""

_TELLING = (
    "display",
    "visib",
    "font",
    "opacity",
    "color",
    "background",
    "overflow",
    "height",
    "indent",
    "hide",
    "clip",
    "left",
    "top",
)


class Declared(NamedTuple):
    """What one style says. `hidden` holds for all below it, the others until something below says otherwise.

    None where it says nothing. `background` is False for one whose colour is not known: an image.
    """

    hidden: str = ""
    invisible: bool | None = None
    tiny: bool | None = None
    colour: Colour | str | None = None
    background: Colour | bool | None = None


SILENT = Declared()


def declared(style: str) -> Declared:
    """What an inline style, or the body of a rule, says."""
    lowered = style[:_LONGEST].lower()
    if not any(word in lowered for word in _TELLING):
        return SILENT
    said = {name: value.strip() for name, value in DECLARATION.findall(lowered)}
    return Declared(_hidden(said, lowered), _invisible(said), _tiny(said), _colour(said), _background(said))


def _hidden(said: Mapping[str, str], whole: str) -> str:
    if said.get("display", "").startswith("none"):
        return "display"
    if "opacity" in whole and OPAQUE_NOT.search(whole):
        return "opacity"
    if _nothing(said, "max-height") or _nothing(said, "max-width") or said.get("clip", "").startswith("rect(0"):
        return "size"
    if said.get("overflow", "").startswith("hidden") and (_nothing(said, "height") or _nothing(said, "width")):
        return "size"
    moved = (said.get("text-indent"), *(said.get(side) for side in ("left", "top") if "position" in said))
    if any(value and (_pixels(value) or 0) <= _FAR for value in moved):
        return "off-screen"
    return "mso-hide" if said.get("mso-hide", "").startswith("all") else ""


def _nothing(said: Mapping[str, str], name: str) -> bool:
    value = said.get(name)
    return value is not None and _pixels(value) == 0


def _pixels(value: str) -> float | None:
    length = LENGTH.match(value)
    return float(length[1]) * _PIXELS.get(length[2], 16.0) if length else None


def _invisible(said: Mapping[str, str]) -> bool | None:
    value = said.get("visibility")
    return None if value is None else value.startswith(("hidden", "collapse"))


def _tiny(said: Mapping[str, str]) -> bool | None:
    value = said.get("font-size")
    if value is None and (short := FONT_SIZE.search(said.get("font", ""))):
        value = short[1]
    if value is None:
        return None
    size = _pixels(value)
    return size is not None and 0 <= size <= _TINY


def _colour(said: Mapping[str, str]) -> Colour | str | None:
    value = said.get("color")
    return css_colour(value) if value else None


def _background(said: Mapping[str, str]) -> Colour | bool | None:
    if "url(" in said.get("background-image", "") + said.get("background", "") or "gradient" in said.get(
        "background", ""
    ):
        return False
    for value in (said.get("background-color"), *said.get("background", "").split()):
        found = css_colour(value) if value else None
        if isinstance(found, tuple):
            return found
    return None


def add_rules(sheet: str, rules: dict[str, Declared]) -> None:
    """Add to `rules` what a style sheet hides or colours, by selector: `p`, `.class`, `p.class`, `#id`."""
    for selectors, body in _blocks(CSS_COMMENT.sub("", sheet).replace("<!--", "").replace("-->", "")):
        said = declared(body)
        if said == SILENT:
            continue
        for selector in selectors.lower().split(","):
            plain = selector.strip()
            if SELECTOR.fullmatch(plain) and len(rules) < _MOST_RULES:
                rules[plain] = merged(rules.get(plain, SILENT), said)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of each rule outside `@` blocks."""
    depth, selectors = 0, ""
    pieces = BRACE.split(sheet)
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            depth += 1
            selectors = text.rpartition(";")[2] if depth == 1 else selectors
        else:
            if depth == 1:
                yield selectors, text
            depth = max(0, depth - 1)


def merged(one: Declared, over: Declared) -> Declared:
    """Both, the second where they differ."""
    return Declared(
        over.hidden or one.hidden,
        one.invisible if over.invisible is None else over.invisible,
        one.tiny if over.tiny is None else over.tiny,
        one.colour if over.colour is None else over.colour,
        one.background if over.background is None else over.background,
    )


def of_element(tag: str, names: str, identity: str, rules: Mapping[str, Declared]) -> Declared:
    """What the rules say of an element with this `class` and `id`."""
    said = rules.get(tag, SILENT)
    for name in names.lower().split()[:20]:
        for selector in ("." + name, f"{tag}.{name}"):
            if selector in rules:
                said = merged(said, rules[selector])
    return merged(said, rules["#" + identity.lower()]) if identity and "#" + identity.lower() in rules else said
