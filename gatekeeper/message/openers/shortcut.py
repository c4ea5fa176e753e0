"""shortcut: where shortcuts in text lead: .url, .scf, and in XML libraries, saved searches, settings, launchers.

It raises nothing.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from gatekeeper.message.active.markup import narrowed, unescaped
from gatekeeper.message.openers.contract import Allowance, Found, Link, Thing
from gatekeeper.message.openers.shortcut_patterns import ELEMENT, LINE
from gatekeeper.values import Anomaly

KINDS = frozenset(("url", "scf", "xml"))

_FILES = ("file:", "\\\\", "//", "search-ms:", "ms-")
_WEB = ("http:", "https:", "ftp:")
_ROOTS = (b"librarydescription", b"searchconnectordescription", b"searchablecontent", b"<jnlp", b"persistedquery")
_MOST = 50
_SHOWN = 300


def read(thing: Thing, _: Allowance) -> Iterator[Found]:
    """Each place it leads to as a link; one of files, or a command, as an anomaly."""
    text = narrowed(thing.data)
    if thing.kind == "xml":
        if any(root in text[:4096].lower() for root in _ROOTS):
            found = ((one[1] or one[2], unescaped(one[3])) for one in ELEMENT.finditer(text))
            yield from _judged("xml", islice(found, _MOST))
        return
    yield from _judged(thing.kind, ((one[1], one[2]) for one in islice(LINE.finditer(text), _MOST)))


def _judged(area: str, found: Iterable[tuple[bytes, bytes]]) -> Iterator[Anomaly | Link]:
    for key, value in found:
        target = value.strip().strip(b'"').decode("utf-8", "replace")
        name = key.lower().decode()
        if name in ("deeplink", "command", "exec"):
            yield Anomaly(f"{area}.command", target[:_SHOWN])
        elif target.lower().startswith(_FILES):
            yield Anomaly(f"{area}.remote-file", target[:_SHOWN])
            yield Link(target)
        elif target.lower().startswith(_WEB):
            yield Anomaly(f"{area}.shortcut", target[:_SHOWN])
            yield Link(target)
