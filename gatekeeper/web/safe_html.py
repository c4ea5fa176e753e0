"""safe_html: the HTML of a message as a document that may be looked at: nothing is fetched, run, sent or followed.

What stays is made anew by nh3 from a short list of elements, attributes and style properties. Where a link leads stands
behind it as text. Pictures that came with the message are put in. The document is for an iframe with an empty
`sandbox`, under `POLICY`; each of the three would do alone.

Linear: what is too large, or too intricate for a tree, is cut off (`message.text.intricacy`). It cannot fail.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from gatekeeper.message.kinds import kind_of
from gatekeeper.message.text.intricacy import affordable
from gatekeeper.values import spelt_out

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""The Content-Security-Policy under which the document is sent."""

LARGEST = 500_000
"""How much markup is shown, in characters."""

_STEPS = 2_000_000
_MOST_PICTURES = 6_000_000  # characters of data: addresses in one document, however often each is used
_LONGEST_TARGET = 80
_PICTURES = frozenset(("png", "jpeg", "gif", "webp", "bmp"))

_ELEMENTS = """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn dir div dl
    dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp
    section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
_EVERYWHERE = {"align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "img": {"alt", "border", "src"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "nowrap", "rowspan"},
    "th": {"colspan", "nowrap", "rowspan"},
}
_STYLES = """
    background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
    border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius
    border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
    border-top-color border-top-style border-top-width border-width clear color direction display float font font-family
    font-size font-style font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom
    margin-left margin-right margin-top max-height max-width min-height min-width opacity overflow padding
    padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration text-indent
    text-transform unicode-bidi vertical-align visibility white-space width word-break word-spacing word-wrap
"""
_DROPPED = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "object", "iframe", "select"}

_AWAY = {
    "script": "script",
    "form": "form",
    "iframe": "frame",
    "frame": "frame",
    "object": "embedded object",
    "embed": "embedded object",
    "applet": "embedded object",
    "link": "linked style sheet",
    "video": "recording",
    "audio": "recording",
    "svg": "drawing",
}
_SHEET = """
:root { color-scheme: light; background: #fff; color: #1c1c1c }
body { margin: 12px; font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere }
img { max-width: 100% } img:not([src]) { outline: 1px dashed #8a8a8a; color: #595959 }
pre { white-space: pre-wrap }
.note { margin: -12px -12px 12px; padding: 6px 12px; background: #eef0ee; color: #4a544f; font-size: 13px }
"""
_DOCUMENT = (
    '<!doctype html><html lang="und"><head><meta charset="utf-8"><title>{}</title><style>{}</style></head>'
    "<body>{}{}</body></html>"
)


@dataclass(frozen=True, slots=True)
class SafePage:
    """`away` counts what was kept out, by what it is for people; `shortened`: the page goes on behind what is shown."""

    document: str
    away: dict[str, int] = field(default_factory=dict)
    shortened: bool = False


def safe_page(markup: str, pictures: Mapping[str, bytes], title: str = "") -> SafePage:
    """`markup`, safe to look at. `pictures` are those that came with the message, by their Content-ID."""
    end, _ = affordable(markup[:LARGEST], _STEPS)
    away: Counter[str] = Counter()
    marked = _marked(markup[:end], away)
    whole, _ = affordable(marked[: 2 * LARGEST], _STEPS)  # a tree may be larger than what it is made from
    body = _cleaned(marked[:whole], _Inline(pictures), away)
    shortened = end < len(markup) or whole < len(marked)
    document = _DOCUMENT.format(escape(title), _SHEET, _note(away, shortened), body)
    return SafePage(document, dict(+away), shortened)


def _note(away: Counter[str], shortened: bool) -> str:
    """What whoever looks at it must know; the page itself can have nothing of this class."""
    said = [f"Not shown: {in_words(away)}."] if +away else []
    said += ["Only its beginning is shown; it is too large."] if shortened else []
    return f'<p class="note">{" ".join(said)}</p>' if said else ""


def in_words(away: Mapping[str, int]) -> str:
    """What was kept out: "1 script, 3 remote pictures"."""
    return ", ".join(f"{count} {what}{'s' * (count > 1)}" for what, count in away.items() if count)


def _marked(markup: str, away: Counter[str]) -> str:
    """The body, with the target of each link behind it. What will be kept out is counted."""
    tree = LexborHTMLParser(markup)
    for node in list(tree.root.traverse()) if tree.root else ():
        tag = node.tag or ""
        if tag in ("a", "area") and (target := (node.attributes.get("href") or "").strip()):
            node.insert_after(f" [{_shown(target)}]")
        elif tag in _AWAY:
            away[_AWAY[tag]] += 1
        if node.attributes.get("background"):
            away["remote picture"] += 1
    return _body(tree.body) if tree.body else ""


def _shown(target: str) -> str:
    """A link's target as text: short, and with nothing unseen in it."""
    text = spelt_out("".join(target.split()), _LONGEST_TARGET)
    return text if len(target) <= _LONGEST_TARGET else f"{text}…"


def _body(body: LexborNode) -> str:
    """What is inside the body, in a block of its colours."""
    said = body.attributes
    colours = (("background-color", said.get("bgcolor")), ("color", said.get("text")))
    style = ";".join([*(f"{name}:{value}" for name, value in colours if value), said.get("style") or ""])
    return f'<div style="{escape(style)}">{body.inner_html or ""}</div>'


def _cleaned(markup: str, inline: "_Inline", away: Counter[str]) -> str:
    """Of `markup` what may stay."""

    def allowed(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return _style(value, away)
        if attribute == "src":
            return inline.address(value.strip(), away)
        return value

    return nh3.clean(
        markup,
        tags=set(_ELEMENTS.split()),
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        link_rel=None,
        url_schemes={"cid", "data", "http", "https"},
        filter_style_properties=set(_STYLES.split()),
    )


class _Inline:
    """The pictures that came with the message, as data: addresses, as long as there is room."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._known: dict[str, str] = {}
        self._room = _MOST_PICTURES

    def address(self, source: str, away: Counter[str]) -> str | None:
        """What stands for `source`; None for what did not come with it, or is too much."""
        scheme, _, rest = source.partition(":")
        address = self._attached(unquote(rest)) if scheme.lower() == "cid" else _written(source)
        self._room -= len(address)
        if address and self._room >= 0:
            return address
        away["further picture" if address else "remote picture"] += 1
        return None

    def _attached(self, cid: str) -> str:
        if cid not in self._known:
            data = self._pictures.get(cid, b"")
            kind = kind_of(data)
            self._known[cid] = f"data:image/{kind};base64,{b64encode(data).decode()}" if kind in _PICTURES else ""
        return self._known[cid]


def _written(source: str) -> str:
    """A picture that the page itself holds; "" for all else."""
    kind, comma, _ = source.lower().partition(";base64,")
    return source if comma and kind.removeprefix("data:image/") in _PICTURES else ""


def _style(style: str, away: Counter[str]) -> str:
    """The declarations that lead nowhere."""
    kept = [said for said in style.split(";") if not _leads(said)]
    away["remote picture"] += style.count(";") + 1 - len(kept)
    return ";".join(kept)


def _leads(declaration: str) -> bool:
    """Whether it may name something to be fetched: by url(), image-set() or one of those written with escapes."""
    said = declaration.lower()
    return "url(" in said or "image" in said or "\\" in said or "src(" in said
