"""content: bytes of a page or a script → what is active in it, what it carries, where it leads. It cannot fail.

Anomalies are named after the kind: `html.script`, `svg.script`, `xml.script`. What a page carries as text (data: URIs,
literals of a script that make a file, srcdoc) is given out decoded, with the names under which it would be saved.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.message.active.markup import Page, Tag, unescaped
from gatekeeper.message.active.patterns import ENTITY, PASSWORD, REFRESH, STYLESHEET
from gatekeeper.message.active.script import Script
from gatekeeper.message.active.uris import data_uris
from gatekeeper.message.forms import extensions
from gatekeeper.message.kinds import KINDS, kind_of
from gatekeeper.values import Anomaly

ACTIVE_KINDS = frozenset(("html", "svg", "xml", "script"))
"""The kinds (`message.kinds`) that may be asked about."""

_PROTOCOLS = (b"search-ms:", b"ms-msdt:", b"ms-appinstaller:", b"ms-officecmd:", b"mk:@msitstore", b"ms-cxh-full:")
"""Links that start a program of Windows."""

_HARMLESS = frozenset(("image", "font", "media"))
_LARGEST = 20_000_000
_MOST_PAYLOADS = 200
_SHOWN = 100
_FEW = 24  # bytes of noise that may be a file
_HANDED_OVER = ("http://", "https://", "ftp://", "file:", "//", "\\\\")


@dataclass(frozen=True, slots=True)
class Payload:
    """Something carried as text: every name it may be saved under, and its bytes; None where only a name is said."""

    names: tuple[str, ...]
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Active:
    """What was found."""

    anomalies: tuple[Anomaly, ...] = ()
    payloads: tuple[Payload, ...] = ()
    links: tuple[str, ...] = ()


def page_kind(kind: str, names: Iterable[str], types: Iterable[str] = ()) -> str:
    """The kind that it is opened as: what looks like XML, but is called HTML, is a page for a browser."""
    called = any(extensions(name) & KINDS["html"].extensions for name in names)
    return "html" if kind == "xml" and (called or not KINDS["html"].types.isdisjoint(types)) else kind


def active_content(data: bytes, kind: str) -> Active:
    """What a page of this kind would do; what is not of ACTIVE_KINDS does nothing."""
    if kind not in ACTIVE_KINDS:
        return Active()
    reading = _Reading(data[:_LARGEST], kind)
    anomalies = list(reading.anomalies())
    if len(data) > _LARGEST or not reading.page.whole:
        anomalies.append(Anomaly("limit.active", f"{len(data)} bytes"))
    return Active(tuple(dict.fromkeys(anomalies)), tuple(reading.payloads()), tuple(dict.fromkeys(reading.links())))


class _Reading:
    """One page, looked at from all sides."""

    def __init__(self, data: bytes, kind: str) -> None:
        self.area = kind
        self.page = page = Page(data)
        self.inline = [page.text] if kind == "script" else list(page.scripts())
        self.handlers = list(page.handlers()) if kind != "script" else []
        self.script_links = list(page.script_links())
        code = b"\n".join((*self.inline, *self.handlers, *self.script_links))
        self.script = Script(code + b"\n" + unescaped(code) if kind in ("svg", "xml") else code)
        uris = list(data_uris(page.text, page.lower)) if b"data" in page.lower else []
        self.uris = [(uri, kind_of(uri.data)) for uri in uris]
        self.literals = [content for content in self.script.contents() if self._is_carried(content)]

    def anomalies(self) -> Iterator[Anomaly]:
        if self.area == "script":
            yield from self._of_code()
            return
        scripts = [tag for tag in self.page.tags if tag.name == "script"]
        if scripts and (any(self.inline) or any(_target(tag) for tag in scripts)):
            yield self._anomaly("script", f"{len(scripts)} scripts, {sum(map(len, self.inline))} bytes")
        if self.handlers:
            yield self._anomaly("event-handler", _shown(self.handlers[0]))
        if self.script_links:
            yield self._anomaly("script-link", _shown(self.script_links[0]))
        yield from self._of_code()
        for tag in self.page.tags:
            yield from self._of_tag(tag)
        yield from self._of_text()

    def _of_code(self) -> Iterator[Anomaly]:
        if self.script.saves() or self._saves_data():
            yield self._anomaly("smuggling", ", ".join(self._names()))
        elif self.script.leads_away():
            yield self._anomaly("script-redirect")
        if self.script.is_obfuscated():
            yield self._anomaly("obfuscated-script")
        if self.script.starts_programs():
            yield self._anomaly("activex")

    def _of_tag(self, tag: Tag) -> Iterator[Anomaly]:
        target = _shown(_target(tag).encode())
        match tag.name:
            case "iframe" | "frame" if target or b"srcdoc" in tag.attributes:
                yield self._anomaly("iframe", target)
            case "object" | "embed" | "applet" if self.area == "html":
                yield self._anomaly("object", target or _shown(tag.attributes.get(b"classid", b"")))
            case "foreignobject" if self.area == "svg":
                yield self._anomaly("foreign-object")
            case "image" | "use" | "feimage" if self.area == "svg" and target.lower().startswith(_HANDED_OVER):
                yield self._anomaly("external", target)
            case "meta" if (address := _refresh(tag)) and self.area == "html":
                yield self._anomaly("meta-refresh", address)
            case "application" if self.page.lower.find(b"<hta:application") >= 0:
                yield self._anomaly("hta")
            case _:
                pass

    def _of_text(self) -> Iterator[Anomaly]:
        lower = self.page.lower
        for uri, kind in self.uris:
            if kind == "html" or kind == "svg" or (uri.data and not _is_harmless(uri.type, kind)):
                yield self._anomaly("data-uri", f"{uri.type} is {kind}")
        if self.area == "html" and b"password" in lower and PASSWORD.search(lower):
            yield self._anomaly("form-password", next((_target(t) for t in self.page.tags if t.name == "form"), ""))
        if started := next((protocol for protocol in _PROTOCOLS if protocol in lower), b""):
            yield self._anomaly("protocol", _shown(started))
        if self.area != "html" and (entity := ENTITY.search(lower)):
            if entity[1] in (b"system", b"public"):
                yield self._anomaly("external-entity")
            elif b"<" in entity[1] or b"&#" in entity[1]:
                yield self._anomaly("entity")
        if self.area != "html" and STYLESHEET.search(lower):
            yield self._anomaly("stylesheet")

    def payloads(self) -> Iterator[Payload]:
        """What is carried; a name alone, if what it names is made in a way that is not read here."""
        smuggles = self.script.saves() or self._saves_data()
        names = self._names() if smuggles else ()
        found: dict[bytes, tuple[str, ...]] = {}
        for uri, kind in self.uris:
            found.setdefault(uri.data, () if _is_harmless(uri.type, kind) else names)
        for content in self.literals:
            found.setdefault(content, names)
        for tag in self.page.tags:
            if document := tag.attributes.get(b"srcdoc"):
                found.setdefault(unescaped(document), ("srcdoc.html",))
        for content, called in list(found.items())[:_MOST_PAYLOADS]:
            yield Payload(called, content)
        if names and names not in found.values():
            yield Payload(names, None)

    def links(self) -> Iterator[str]:
        """Where its tags lead, as far as that is elsewhere."""
        targets = [_target(tag) for tag in self.page.tags] + [_refresh(tag) for tag in self.page.tags]
        yield from (target for target in targets if target.lower().startswith(_HANDED_OVER))

    def _is_carried(self, content: bytes) -> bool:
        """Whether a literal became something: anything that is not noise, and noise too if it is saved as a file."""
        kind = kind_of(content)
        return kind not in ("data", "text", "empty") or (self.script.saves() and len(content) >= _FEW)

    def _saves_data(self) -> bool:
        """A link that saves what stands in it: `<a download href="data:…">`."""
        carried = any(not _is_harmless(uri.type, kind) for uri, kind in self.uris)
        return carried and b"download" in self.page.lower

    def _names(self) -> tuple[str, ...]:
        return Script(self.page.text).names() if self._saves_data() else self.script.names()

    def _anomaly(self, name: str, detail: str = "") -> Anomaly:
        return Anomaly(f"{self.area}.{name}", detail)


def _target(tag: Tag) -> str:
    """Where a tag leads, entities undone, white space dropped as browsers drop it."""
    for name in (b"src", b"data", b"action", b"href", b"xlink:href", b"code", b"archive"):
        if value := tag.attributes.get(name):
            return b"".join(unescaped(value).split()).decode("utf-8", "replace")
    return ""


def _refresh(tag: Tag) -> str:
    if tag.name != "meta" or tag.attributes.get(b"http-equiv", b"").strip().lower() != b"refresh":
        return ""
    found = REFRESH.match(unescaped(tag.attributes.get(b"content", b"")))
    return found[1].strip().decode("utf-8", "replace") if found else ""


def _is_harmless(declared: str, kind: str) -> bool:
    """A picture, a font, a sound: what pages carry every day."""
    if KINDS[kind].family in _HARMLESS and kind != "svg":
        return True
    said = declared.partition("/")[0] in ("image", "font", "audio", "video") and "svg" not in declared
    plain = declared in ("text/css", "text/plain") or "font" in declared
    return kind in ("data", "text", "empty") and (said or plain)


def _shown(text: bytes) -> str:
    """The beginning, for people."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:_SHOWN].decode("utf-8", "replace"))
