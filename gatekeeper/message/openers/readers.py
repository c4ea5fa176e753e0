"""readers: which modules read which kind of thing. They are imported when first needed, because the libraries behind
them are heavy and belong in the opener's workers only. Without the extra `open` installed, reading raises ImportError.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module

from gatekeeper.message.openers.contract import Allowance, Found, Reader, Thing

_ZIPS = "zip jar apk ooxml docx docm xlsx xlsm xlsb pptx pptm odf"

_READERS: Mapping[str, str] = {  # module: the kinds it reads
    "zip_archive": _ZIPS,
    "archive": "tar 7z rar cab iso lha cpio ar rpm",
    "compressed": "gzip bzip2 xz lzma zstd lz4 lzip compress",
    "mail": "eml mbox mhtml",
    "ole": "ole doc xls ppt",
    "ooxml": _ZIPS.removesuffix(" odf"),
    "odf": "odf zip jar",
    "word_xml": "word-xml xml",
    "active_mime": "mso",
    "sheets": "csv slk",
    "rtf": "rtf",
    "onenote": "onenote",
    "pdf": "pdf",
    "tnef": "tnef",
    "msg": "msg",
    "pages": "html svg xml script",
    "lnk": "lnk",
    "shortcut": "url scf xml",
    "unsupported": "arj ace chm wim vhd vhdx dmg xar szdd",
}


def readers_of(kind: str) -> Sequence[Reader]:
    """The readers of this kind, in order; none for a kind that nothing is inside of."""
    names = [name for name, kinds in _READERS.items() if kind in kinds.split()]
    return [partial(_read, name) for name in names]


def _read(name: str, thing: Thing, allowance: Allowance) -> Iterator[Found]:
    yield from import_module(f"gatekeeper.message.openers.{name}").read(thing, allowance)


def kinds_read() -> frozenset[str]:
    """Every kind that has a reader."""
    return frozenset(kind for kinds in _READERS.values() for kind in kinds.split())
