"""page: one HTML part rendered as text, with what SpamAssassin notes about it on the way. Never raises; linear."""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.texts.html_elements import ELEMENTS
from gatekeeper.spamassassin.texts.html_events import Events
from gatekeeper.spamassassin.texts.html_links import Linked, Links, octets_of
from gatekeeper.spamassassin.texts.html_patterns import (
    BACK,
    DIMENSION,
    DISPLAYED_SPACE,
    EMPTY_ELEMENT,
    ENDS_A_WORD,
    FONT_FACE,
    HAIR,
    MAILTO,
    NAMESPACE,
    STARTS_A_WORD,
    WIDE_EMPTY_ELEMENT,
)
from gatekeeper.spamassassin.texts.html_style import Styles
from gatekeeper.spamassassin.texts.patterns import WHITE, WIDE_WHITE

_TRICKS = frozenset(("bgsound", "embed", "listing", "plaintext", "xmp"))
_STYLED = frozenset(
    ("body", "font", "table", "tr", "th", "td", "big", "small", "basefont", "marquee", "span", "p", "div", "a")
)
_SPACE = {
    **dict.fromkeys(("br", "div"), "\n"),
    **dict.fromkeys(("li", "td", "th", "dt", "dd", "embed", "h1", "h2", "h3", "h4", "h5", "h6"), " "),
    **dict.fromkeys(("p", "hr", "blockquote", "pre", "listing", "plaintext", "xmp", "title"), "\n\n"),
}
"""What tags put between the texts before and behind them."""

_DEFAULT_SIDE = 200
_NO_WORD = " \n\t\r.,"
"""What is no part of a word, and stands most often at the ends of texts."""


@dataclass(slots=True)
class Piece:
    """A bit of text; `space` comes from a tag alone."""

    text: str
    wide: bool
    hidden: bool = False
    space: bool = False


@dataclass(slots=True, eq=False)
class Page:
    """`inside` has each tag that was met and how many are open at the end. `facts` and `texts` have SpamAssassin's own
    names, and none that it leaves undefined: `ratio`, `image_area`, `font_face_bad`, … and `title`, `comment`, `script`
    and `anchor`. `wide`: the page was characters and not octets.
    """

    wide: bool = False
    pieces: list[Piece] = field(default_factory=list)
    found_links: Links = field(default_factory=Links)
    inside: dict[str, int] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=lambda: {"html": 1, "image_area": 0})
    texts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def links(self) -> dict[bytes, Linked]:
        """What its tags link to, the links in octets."""
        return {octets_of(uri, self.wide): link for uri, link in self.found_links.by_uri.items()}

    def text(self, hidden: bool | None = None) -> tuple[str, bool]:
        """All of it, or what is hidden, or what is not; and whether it is characters."""
        pieces = self.pieces if hidden is None else [piece for piece in self.pieces if piece.hidden is hidden]
        return "".join(piece.text for piece in pieces), any(piece.wide for piece in pieces)


def page_of(text: str, wide: bool, octets: int) -> Page:
    """Render `text`, which was so many octets long."""
    return _Rendering(wide).render(text, octets)


class _Rendering:
    def __init__(self, wide: bool) -> None:
        self.wide = wide
        self.page = Page(wide)
        self.styles = Styles()
        self.tags = dict.fromkeys(("all", "elements", "seen", "elements seen", "closed extra"), 0)
        self.backhair: set[tuple[int, int]] = set()
        self.obfuscation = 0

    def render(self, text: str, octets: int) -> Page:
        page = self.page
        page.facts["length"] = len(text)
        text = (WIDE_EMPTY_ELEMENT if self.wide else EMPTY_ELEMENT).sub(r"<\1>", text.replace("&nbsp;", " "))
        if self.wide:
            text = text.replace("\u201c", '"').replace("\u201d", '"')
        events = Events(self.wide)
        self._take(events, text)
        for tag in ("style", "script"):
            if page.inside.get(tag, 0) > 0:
                self._take(events, f"</{tag}>")
        events.close()
        self._handle(events)
        self._finish(octets)
        return page

    def _take(self, events: Events, text: str) -> None:
        events.feed(text)
        self._handle(events)

    def _handle(self, events: Events) -> None:
        for event in events.found:
            if event.kind == "text":
                self._text(event.text, event.wide)
            elif event.kind == "start":
                self._tag(event.text, event.attributes, 1)
            elif event.kind == "end":
                self._tag(event.text, {}, -1)
            elif event.kind == "comment":
                self.page.texts.setdefault("comment", []).append(event.text)
            elif event.text[:9].lower() == "<!doctype":
                self.tags["elements"] += 1
                self.tags["all"] += 1
                self.page.inside["!doctype"] = 0
        events.found = []

    def _tag(self, tag: str, attributes: dict[str, str], step: int) -> None:
        inside, tags = self.page.inside, self.tags
        is_new, is_element = tag not in inside, tag in ELEMENTS
        namespace = ":" in tag and NAMESPACE.match(tag)
        if is_element or namespace:
            tags["elements"] += 1
            tags["elements seen"] += is_new
        tags["all"] += 1
        tags["seen"] += is_new
        still_open = inside.get(tag, 0) + step
        if still_open < 0:
            still_open = 0
            tags["closed extra"] += 1
        inside[tag] = still_open
        if namespace or not (is_element or tag in _TRICKS):
            return
        if tag in _STYLED:
            if step > 0:
                self.styles.start(tag, attributes)
            else:
                self.styles.end(tag)
        self._space(tag)
        if step > 0:
            self.page.found_links.tag(tag, attributes, self.wide)
            self._facts(tag, attributes)

    def _space(self, tag: str) -> None:
        space = _SPACE.get(tag)
        if space is None:
            return
        pieces = self.page.pieces
        if pieces and not pieces[-1].space and not pieces[-1].hidden:
            pieces[-1].text = pieces[-1].text.removesuffix(" ")
        pieces.append(Piece(space, False, space=True))

    def _facts(self, tag: str, attributes: dict[str, str]) -> None:
        page = self.page
        if tag == "font" and "face" in attributes:
            if not FONT_FACE.match(attributes["face"][:1000]):
                page.facts["font_face_bad"] = 1
        elif tag == "img":
            if page.inside.get("a", 0) > 0:
                page.found_links.anchor("<img>\n")
            if "width" in attributes and "height" in attributes:
                page.facts["image_area"] += _side(attributes["width"], 8) * _side(attributes["height"], 6)
        elif tag == "form" and MAILTO.search(attributes.get("action", "")):
            page.facts["form_action_mailto"] = 1
        elif tag in ("object", "embed"):
            page.facts["embeds"] = 1
        elif tag == "title":
            page.texts.setdefault("title", []).append("")

    def _text(self, text: str, wide: bool) -> None:
        page = self.page
        if page.inside.get("script", 0) > 0:
            page.texts.setdefault("script", []).append(text)
            return
        if page.inside.get("style", 0) > 0:
            return
        if page.inside.get("a", 0) > 0:
            page.found_links.anchor(text)
        if page.inside.get("title", 0) > 0 and "title" in page.texts:
            page.texts["title"][-1] += text
        hidden = bool(text.replace("\xc2\xa0", "").strip(" \t\n\r\f\v")) and self.styles.hides()
        if page.pieces:
            self._broken_word(page.pieces[-1], text, wide)
        text = DISPLAYED_SPACE.sub(" ", text)
        if page.pieces and not hidden and page.pieces[-1].space:
            text = text.removeprefix(" ")
        page.pieces.append(Piece(text, wide, hidden))

    def _broken_word(self, last: Piece, text: str, wide: bool) -> None:
        """A word with a tag in it."""
        if not text or text[0] in _NO_WORD or last.text[-1:] in _NO_WORD:
            return
        if STARTS_A_WORD[wide].match(text) and ENDS_A_WORD[last.wide].search(last.text[-1:]):
            self.obfuscation += 1
        back = BACK[last.wide].search(last.text, max(0, len(last.text) - 8))
        if back and (hair := HAIR[wide].match(text)):
            self.backhair.add((len(back[1]), len(hair[1])))

    def _finish(self, octets: int) -> None:
        page, facts, styles = self.page, self.page.facts, self.styles
        facts["min_size"], facts["max_size"] = styles.smallest, styles.largest
        if styles.low_contrast:
            facts["font_low_contrast"] = 1
        if styles.invalid_colour:
            facts["font_invalid_color"] = 1
        if self.backhair:
            facts["backhair_count"] = len(self.backhair)
        if page.found_links.anchors:
            page.texts["anchor"] = page.found_links.anchors
        self._ratios()
        text, wide = page.text()
        facts["html_length"] = len(text)
        facts["non_space_len"] = len((WIDE_WHITE if wide else WHITE).sub("", text))
        if octets:
            facts["ratio"] = (octets - len(text)) / octets

    def _ratios(self) -> None:
        facts, tags = self.page.facts, self.tags
        if not tags["all"]:
            return
        facts["closed_extra_ratio"] = tags["closed extra"] / tags["all"]
        if tags["elements"]:
            facts["bad_tag_ratio"] = (tags["all"] - tags["elements"]) / tags["all"]
        if self.obfuscation:
            facts["obfuscation_ratio"] = self.obfuscation / tags["all"]
        if tags["elements seen"]:
            facts["non_element_ratio"] = (tags["seen"] - tags["elements seen"]) / tags["seen"]


def _side(text: str, share: int) -> int:
    """A width or height in pixels; a percentage is of a small window."""
    found = DIMENSION.match(text[:20])
    pixels = int(found[1]) * (share if found[2] else 1) if found else 0
    return pixels or _DEFAULT_SIDE
