"""mismatch: where a name or a declared type says something harmless and the bytes are not. It cannot fail.

Only what matters is said: honest mail is full of octet-streams, missing extensions and documents under each other's
names.
"""

from collections.abc import Iterable

from gatekeeper.message.kinds.detect import extensions_of
from gatekeeper.message.kinds.table import BY_EXTENSION, BY_TYPE, KINDS, Kind

_SHOWN = frozenset({"image", "media", "font", "document", "text", "archive"})
_DISGUISES = {
    "program": _SHOWN,
    "shortcut": _SHOWN,
    "script": frozenset({"image", "media", "font", "document", "archive"}),
    "archive": frozenset({"image", "media", "font", "document"}),
}
"""By the family of the bytes: the families of names and types that hide it."""

_SAID = frozenset({"image", "media", "font", "document"})
_RUN = frozenset({"exe", "msi", "lnk"})


def mismatch(kind: str, names: Iterable[str], types: Iterable[str] = ()) -> str:
    """Why the bytes (of this kind) and what they are called disagree, for people; "" when they do not."""
    family = KINDS[kind].family
    named = [BY_EXTENSION[extension] for extension in extensions_of(names) if extension in BY_EXTENSION]
    said = [found for type_ in types if (found := BY_TYPE.get(type_)) is not None]
    if any(kind == promised.slug for promised in named):
        named = [promised for promised in named if promised.slug in _RUN]
    hides = _DISGUISES.get(family, frozenset())
    for promised in (*named, *said):
        if promised.family in hides and not _kin(kind, promised):
            return f"{kind} called {promised.slug}"
    return _program_in_name(kind, named, said)


def _kin(kind: str, promised: Kind) -> bool:
    """Containers that honestly bear each other's names: an .xps is a zip, a .jar too."""
    return kind in ("zip", "gzip") and promised.slug in ("odf", "ooxml", "svg", "emf", "wmf")


def _program_in_name(kind: str, named: Iterable[Kind], said: Iterable[Kind]) -> str:
    """A name that Windows runs, on something declared or found to be only shown."""
    run = next((promised for promised in named if promised.slug in _RUN), None)
    if run is None or run.slug == kind:
        shown = None
    else:
        shown = next((promised for promised in (*said, KINDS[kind]) if promised.family in _SAID), None)
    return f"{shown.slug} called {run.slug}" if shown and run else ""
