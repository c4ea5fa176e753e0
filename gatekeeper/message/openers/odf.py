"""odf: what an OpenDocument file does when it is opened (OpenDocument 1.3): macros, DDE, what lies elsewhere.

The zip's members are `zip_archive`'s. ValueError when there is no zip.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Found, Link, Thing
from gatekeeper.message.openers.document_patterns import VBA_IDLE
from gatekeeper.message.openers.fields import is_remote
from gatekeeper.message.openers.macros import judged
from gatekeeper.message.openers.package import has, parts
from gatekeeper.message.openers.xml_elements import Element, elements
from gatekeeper.values import Anomaly

KINDS = frozenset({"odf", "zip", "jar"})

_REMOTE = {
    "template": "office.remote-template",
    "section-source": "office.remote-object",
    "table-source": "office.remote-object",
    "floating-frame": "office.remote-object",
    "object": "office.remote-object",
    "object-ole": "office.remote-object",
    "plugin": "office.remote-object",
}
_WANTED = frozenset({*_REMOTE, "a", "dde-source", "dde-connection-decl", "event-listener", "table-cell", "image"})
_MANIFEST = "meta-inf/manifest.xml"
_READ = (".xml", ".py", ".js", ".bsh", ".java", ".class")


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is worth saying of the document as a whole."""
    if not (has(thing, _MANIFEST.encode()) and has(thing, b"mimetype")):
        return
    for part in parts(thing, allowance, lambda part: part.name.endswith(_READ)):
        if part.name == _MANIFEST:
            if elements(part.data, {"encryption-data"}):
                yield Anomaly("office.encrypted", "OpenDocument")
        elif part.name.startswith("basic/"):
            yield from _basic(part.data)
        elif part.name.endswith(".xml"):
            for element in elements(part.data, _WANTED):
                yield from _element(element)
        elif part.name.startswith("scripts/"):
            yield Anomaly("office.macros", part.name[:200])


def _basic(part: bytes) -> Iterator[Anomaly]:
    """A module of Basic, whose source is the text of one element."""
    for module in elements(part, {"module"}):
        source = module.text.encode()
        if VBA_IDLE.sub(b"", source).strip():
            yield Anomaly("office.macros", module.attributes.get("name", "")[:200])
            yield from judged(source)


def _element(element: Element) -> Iterator[Found]:
    attributes = element.attributes
    if element.name.startswith("dde-"):
        said = (attributes.get(f"dde-{key}", "") for key in ("application", "topic", "item"))
        yield Anomaly("office.dde", " ".join(said)[:200])
    elif element.name == "table-cell":
        if "DDE(" in attributes.get("formula", "").upper():
            yield Anomaly("office.dde", attributes["formula"][:200])
    elif element.name == "event-listener":
        event, target = attributes.get("event-name", ""), attributes.get("href", "")
        if event.rpartition(":")[2] in ("load", "load-finished", "new") and "script:" in target:
            yield Anomaly("office.macros-autorun", target[:200])
    elif (target := attributes.get("href", "")) and is_remote(target):
        yield Link(target)
        if element.name in _REMOTE:
            yield Anomaly(_REMOTE[element.name], target[:200])
