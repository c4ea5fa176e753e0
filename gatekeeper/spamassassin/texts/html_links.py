"""html_links: what the tags of a page link to, and the text that the links stand behind. Never raises."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.spamassassin.texts.html_patterns import (
    BASE_HEAD,
    HREF_KEY,
    LINK_SPACE,
    NOT_RESOLVED,
    REFRESH_HEAD,
    REFRESH_TAIL,
    REFRESH_URL,
    SRC_KEY,
    WEB_BASE,
    WIDE_LINK_SPACE,
)
from gatekeeper.spamassassin.texts.uri_reference import resolved

_LONGEST = 8192
_BACKGROUND = frozenset(("body", "table", "tr", "td"))
_HREF = frozenset(("a", "area", "link"))
_SRC = frozenset(("img", "frame", "iframe", "embed", "script", "bgsound"))


@dataclass(slots=True)
class Linked:
    """The tags that link there, and the text of each `<a>` that does, in the order of the page."""

    types: frozenset[str] = frozenset()
    anchor_text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Links:
    """`by_uri` has relative links resolved, but an `<a>` notes its text under the link as it stands. `anchors` are all
    those texts in order.
    """

    by_uri: dict[str, Linked] = field(default_factory=dict)
    anchors: list[str] = field(default_factory=list)
    truncated: bool = False
    _base: str = ""
    _last: str = ""

    def tag(self, tag: str, attributes: dict[str, str], wide: bool) -> None:
        """A tag that is opened."""
        if tag in _BACKGROUND:
            self._push(tag, attributes.get("background"), wide)
        elif tag in _HREF:
            href = _by_key(attributes, "href", HREF_KEY.search)
            href = None if href is None else href.replace("\ufeff" if wide else "\xef\xbb\xbf", "")
            self._push(tag, href, wide)
            self._push(tag, attributes.get("data-saferedirecturl"), wide)
            if tag == "a":
                self._begin(href or "", wide)
        elif tag in _SRC:
            self._push(tag, _by_key(attributes, "src", SRC_KEY.search), wide)
        elif tag == "form":
            self._push(tag, attributes.get("action"), wide)
        elif tag == "base":
            self._set_base(attributes.get("href", ""), wide)
        elif tag == "meta":
            self._refresh(attributes, wide)

    def anchor(self, text: str) -> None:
        """Text behind the last link."""
        self.by_uri[self._last].anchor_text[-1] += text
        self.anchors[-1] += text

    def _begin(self, href: str, wide: bool) -> None:
        self._last = self._trimmed(href, wide)
        self.by_uri.setdefault(self._last, Linked()).anchor_text.append("")
        self.anchors.append("")

    def _trimmed(self, uri: str, wide: bool) -> str:
        uri = uri.strip(WIDE_LINK_SPACE if wide else LINK_SPACE)
        self.truncated = self.truncated or len(uri) > _LONGEST
        return uri[:_LONGEST]

    def _push(self, tag: str, uri: str | None, wide: bool) -> None:
        uri = self._trimmed(uri or "", wide)
        if uri and not NOT_RESOLVED.match(uri):
            uri = resolved(self._base, uri)
        if uri:
            link = self.by_uri.setdefault(uri, Linked())
            link.types = link.types | {tag}

    def _set_base(self, href: str, wide: bool) -> None:
        uri = self._trimmed(href, wide)
        self._push("base", uri, wide)
        if WEB_BASE.match(uri):
            uri = _folder(uri)
            self._base = uri if uri.endswith("/") else uri + "/"

    def _refresh(self, attributes: dict[str, str], wide: bool) -> None:
        content = attributes.get("content", "")[:_LONGEST]
        if "refresh" in attributes.get("http-equiv", "").lower() and REFRESH_URL.search(content):
            self._push("meta", REFRESH_TAIL.sub("", REFRESH_HEAD.sub("", content), count=1), wide)


def octets_of(text: str, wide: bool) -> bytes:
    """In UTF-8 if it is characters or has some beyond Latin-1."""
    wide = wide or not (text.isascii() or max(text) < "\u0100")
    return text.encode("utf-8" if wide else "latin-1", "replace")


def _folder(uri: str) -> str:
    """Without the file at its end."""
    head, dot = BASE_HEAD.match(uri), uri.rfind(".")
    ending = uri[dot + 1 :]
    start = max(uri.rfind("/", 0, dot), uri.rfind(".", 0, dot)) + 1
    is_file = head and 2 <= len(ending) <= 4 and "/" not in ending and head.end() <= start < dot
    return uri[:start] if is_file else uri


def _by_key(attributes: dict[str, str], name: str, is_odd: Callable[[str], object]) -> str | None:
    """The attribute, also as the end of another's name, which wins: `x/href`."""
    found = [value for key, value in attributes.items() if is_odd(key)]
    return found[-1] if found else attributes.get(name)
