"""page: HTML as the eye sees it, and apart from that what it hides, and where it leads.

selectolax builds the tree as browsers do; one walk over it sorts the text. What cannot be made a tree of in linear time
is read past its tags instead (`intricacy`). Never raises.
"""

from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gatekeeper.message.text import style
from gatekeeper.message.text.colour import BLACK, WHITE, Colour, html_colour, near
from gatekeeper.message.text.intricacy import AFFORDABLE, affordable
from gatekeeper.message.text.links import Link
from gatekeeper.message.text.patterns import CSS_URL, MARKUP, REFERENCE, REFRESH
from gatekeeper.message.text.style import SILENT, Declared

_LARGEST = 4_000_000
"""How much markup becomes a tree, in characters; what follows is read past its tags."""

_MOST_STYLES = 500
_BLOCK_TAGS = (
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main menu nav ol option p pre section summary table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset(
    ("script", "style", "title", "noframes", "noembed", "xml", "iframe", "object", "applet", "audio", "video")
)
_SPECIAL = _BLOCKS | _UNSEEN
_SOURCES = {
    "img": ("src", "img"),
    "input": ("src", "img"),
    "iframe": ("src", "frame"),
    "frame": ("src", "frame"),
    "embed": ("src", "embed"),
    "object": ("data", "embed"),
    "script": ("src", "script"),
    "link": ("href", "style"),
    "base": ("href", "base"),
    "form": ("action", "form"),
    "button": ("formaction", "form"),
    "video": ("src", "media"),
    "audio": ("src", "media"),
    "source": ("src", "media"),
    "v:fill": ("src", "img"),
    "v:imagedata": ("src", "img"),
}
_LOOKS = frozenset(("bgcolor", "background", "color", "text", "href", "style", "hidden"))
_LEADS = frozenset(("alt", "background", "style", "href", "src", "action", "formaction", "data", "content"))
_ALSO_SEEN = frozenset(("mso-hide",))
"""What only some readers hide."""


class Hidden(NamedTuple):
    """Text that a reader does not see, and why: display, visibility, font-size, opacity, size, off-screen, colour, …"""

    kind: str
    text: str


class Page(NamedTuple):
    """A page taken apart. `whole` is False where it was too large or too intricate for a tree, which
    cost so many steps (`intricacy`).
    """

    visible: str
    hidden: tuple[Hidden, ...] = ()
    comments: str = ""
    alts: str = ""
    title: str = ""
    links: tuple[Link, ...] = ()
    whole: bool = True
    cost: int = 0


class _Look(NamedTuple):
    """How text looks inside an element."""

    hidden: str = ""
    invisible: bool = False
    tiny: bool = False
    colour: Colour | str | None = BLACK
    background: Colour | bool = WHITE

    @property
    def unseen(self) -> str:
        """Why text that looks so is not seen; empty if it is."""
        if self.hidden or self.invisible or self.tiny:
            return self.hidden or ("visibility" if self.invisible else "font-size")
        if isinstance(self.colour, str):
            return "colour"
        same = self.colour and not isinstance(self.background, bool) and near(self.colour, self.background)
        return "colour" if same else ""

    def changed(self, said: Declared) -> "_Look":
        """It, with what a style says."""
        if said is SILENT:
            return self
        return _Look(
            self.hidden or said.hidden,
            self.invisible if said.invisible is None else said.invisible,
            self.tiny if said.tiny is None else said.tiny,
            self.colour if said.colour is None else said.colour,
            self.background if said.background is None else said.background,
        )


_State = tuple[_Look, str, int, list[str] | None]
"""What holds inside an element: its look, why that is not seen, its block, the text of the link that it is in."""

_TOP: _State = (_Look(), "", 0, None)


def read_page(markup: str, steps: int = AFFORDABLE) -> Page:
    """Everything there is to know of a page; `markup` is its source, `steps` what its tree may cost."""
    end, cost = affordable(markup[:_LARGEST], steps)
    page = _Walk(markup[:end]).page()
    if end >= len(markup):
        return page._replace(cost=cost)
    visible, links = past_tags(markup[end:])
    return page._replace(visible=f"{page.visible}\n{visible}", links=page.links + links, whole=False, cost=cost)


def past_tags(markup: str) -> tuple[str, tuple[Link, ...]]:
    """The text between tags, seen or not, and every address in them."""
    found = dict.fromkeys(unescape(match[1].strip("\"'")) for match in REFERENCE.finditer(markup))
    return lines(unescape(MARKUP.sub(" ", markup))), tuple(Link("a", target) for target in found)


def lines(text: str) -> str:
    """`text` with its white space folded, line by line."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


class _Walk:
    """One walk over one tree, in the order of the source."""

    def __init__(self, markup: str) -> None:
        self.tree = LexborHTMLParser(markup)
        self.visible: list[str] = []
        self.hidden: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self.alts: list[str] = []
        self.title: list[str] = []
        self.links: list[tuple[str, str, list[str]]] = []
        self.rules: dict[str, Declared] = {}
        self.styles: dict[str, Declared] = {}
        self.states: dict[int, _State] = {}
        self.last: dict[str, int] = {}

    def page(self) -> Page:
        """Walk, and put together what was found."""
        root = self.tree.root
        if root is None:
            return Page("")
        states, top = self.states, _TOP
        for node in root.traverse(include_text=True):
            tag = node.tag or ""
            parent = node.parent
            state = states.get(parent.mem_id, top) if parent else top
            if tag == "-text":
                self.text(node.text_content or "", state)
            elif tag == "-comment":
                self.comments.append(node.comment_content or "")
            elif tag[:1] != "-":
                states[node.mem_id] = self.element(node, tag, state)
        return Page(
            lines("".join(self.visible)),
            tuple(Hidden(kind, text) for kind, pieces in self.hidden.items() if (text := lines("".join(pieces)))),
            "\n".join(self.comments),
            lines("\n".join(self.alts)),
            lines("".join(self.title)),
            tuple(Link(kind, target.strip(), lines("".join(text))) for kind, target, text in self.links),
        )

    def text(self, text: str, state: _State) -> None:
        """Put a text where it belongs."""
        _, why, block, anchor = state
        if why in _UNSEEN:
            if why == "title":
                self.title.append(text)
            elif why == "style":
                style.add_rules(text, self.rules)
            return
        text = " " if text.isspace() else text.replace("\n", " ")
        if why:
            self.put(self.hidden.setdefault(why, []), why, block, text)
        if not why or why in _ALSO_SEEN:
            self.put(self.visible, "", block, text)
            if anchor is not None:
                anchor.append(text)

    def put(self, stream: list[str], name: str, block: int, text: str) -> None:
        """Add to a stream, on a new line if it stands in another block than what came before."""
        if self.last.get(name) != block:
            self.last[name] = block
            stream.append("\n")
        stream.append(text)

    def element(self, node: LexborNode, tag: str, state: _State) -> _State:
        """What holds inside this element. Where it leads is noted."""
        attributes = node.attributes
        if attributes or tag in _SPECIAL or tag in self.rules:
            return self.changed(state, node, tag, attributes)
        return state

    def changed(self, state: _State, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> _State:
        """What holds inside an element that is more than a pair of tags."""
        look, unseen, block, anchor = state
        if self.rules or not _LOOKS.isdisjoint(attributes):
            look = self.looks(look, tag, attributes)
        if not _LEADS.isdisjoint(attributes):
            anchor = self.leads(tag, attributes, anchor)
        if tag in _UNSEEN:
            look = look._replace(hidden=tag)
        elif tag in _BLOCKS:
            block = node.mem_id
            if tag in ("br", "hr"):
                self.visible.append("\n")
        return look, unseen if look is state[0] else look.unseen, block, anchor

    def looks(self, look: _Look, tag: str, attributes: Mapping[str, str | None]) -> _Look:
        """`look` as attributes and styles change it."""
        if ground := attributes.get("bgcolor"):
            look = look._replace(background=html_colour(ground) or look.background)
        if attributes.get("background"):
            look = look._replace(background=False)
        ink = attributes.get("color") if tag == "font" else attributes.get("text") if tag == "body" else None
        if ink:
            look = look._replace(colour=html_colour(ink) or look.colour)
        if tag == "a" and "href" in attributes:
            look = look._replace(colour=None)  # a link has a colour of its own
        if self.rules:
            names, identity = attributes.get("class") or "", attributes.get("id") or ""
            look = look.changed(style.of_element(tag, names, identity, self.rules))
        if inline := attributes.get("style"):
            look = look.changed(self.declared(inline))
        return look._replace(hidden="hidden") if "hidden" in attributes and not look.hidden else look

    def declared(self, inline: str) -> Declared:
        """What an inline style says; pages repeat them."""
        said = self.styles.get(inline)
        if said is None:
            said = style.declared(inline)
            if len(self.styles) < _MOST_STYLES:
                self.styles[inline] = said
        return said

    def leads(self, tag: str, attributes: Mapping[str, str | None], anchor: list[str] | None) -> list[str] | None:
        """Note where it leads; what is returned collects the text of the link that it stands in."""
        if (alt := attributes.get("alt")) and tag != "area":
            self.alts.append(alt)
            if anchor is not None:
                anchor.append(f" {alt} ")
        if target := attributes.get("background"):
            self.links.append(("background", target, []))
        if "url(" in (inline := attributes.get("style") or ""):
            self.links += [("background", found, []) for found in CSS_URL.findall(inline)]
        if tag in ("a", "area") and (target := attributes.get("href")):
            self.links.append((tag, target, text := [attributes.get("alt") or ""]))
            return text
        if tag == "meta" and (attributes.get("http-equiv") or "").lower() == "refresh":
            if match := REFRESH.fullmatch(attributes.get("content") or ""):
                self.links.append(("meta", match[1], []))
        elif tag in _SOURCES and (target := attributes.get(_SOURCES[tag][0])):
            self.links.append((_SOURCES[tag][1], target, []))
        return anchor
