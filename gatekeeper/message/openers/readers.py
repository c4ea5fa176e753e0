"""readers: which modules read which kind of thing. They are imported when first needed, because the libraries behind
them are heavy and belong in the opener's workers only. Raises ImportError where the extra `open` is not installed.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

from gatekeeper.message.openers.contract import Reader

_ZIPS = "zip jar apk ooxml docx docm xlsx xlsm xlsb pptx pptm odf"

_READERS: Mapping[str, str] = {  # module: the kinds it reads
    "zip_archive": _ZIPS,
}


def readers_of(kind: str) -> Sequence[Reader]:
    """The readers of this kind, in order; none for a kind that nothing is inside of."""
    names = [name for name, kinds in _READERS.items() if kind in kinds.split()]
    return [import_module(f"gatekeeper.message.openers.{name}").read for name in names]


def kinds_read() -> frozenset[str]:
    """Every kind that has a reader."""
    return frozenset(kind for kinds in _READERS.values() for kind in kinds.split())
