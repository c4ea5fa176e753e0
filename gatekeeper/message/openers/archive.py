"""archive: the formats that libarchive reads, beside zip. It raises what libarchive raises (LibarchiveError).

Members are read in the order of the archive; when a limit on contents is passed, the rest is listed by name.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.bombs import gathered
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.message.openers.entry_names import leads_out, name_anomalies, readings
from gatekeeper.message.openers.libarchive_reading import Entry, LibarchiveError, entries_of, says_encrypted
from gatekeeper.values import Anomaly

_FORMATS = {
    "tar": ("tar",),
    "7z": ("7zip",),
    "rar": ("rar", "rar5"),
    "cab": ("cab",),
    "iso": ("iso9660",),
    "lha": ("lha",),
    "cpio": ("cpio",),
    "ar": ("ar",),
    "rpm": ("cpio",),
}
_FILTERS = {"rpm": ("rpm", "gzip", "bzip2", "xz", "lzma", "zstd")}
KINDS = frozenset(_FORMATS)


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Every member but folders."""
    kind = thing.kind
    try:
        with entries_of(thing.data, _FORMATS[kind], _FILTERS.get(kind, ())) as entries:
            for entry in entries:
                if not entry.is_folder:
                    yield _member(entry, kind, len(thing.data), allowance)
    except LibarchiveError as error:
        if not says_encrypted(error):
            raise
        yield Anomaly("archive.encrypted-names", str(error))


def _member(entry: Entry, kind: str, packed: int, allowance: Allowance) -> Member:
    names = readings(entry.name, utf8=True)
    odd = name_anomalies(names)
    target = entry.target.decode("utf-8", "replace")
    if target and leads_out(target):
        odd += (Anomaly("archive.path-traversal", f"a link to {target[:100]!a}"),)
    if entry.is_encrypted:
        return _listed(kind, names, entry, allowance, (*odd, Anomaly("archive.encrypted")))
    if target or allowance.spent:
        return _listed(kind, names, entry, allowance, odd)
    allowance.entry()
    data, cut = gathered(entry.pieces(), packed, allowance)
    return Member(kind, names, data, (*odd, *cut), entry.size)


def _listed(
    kind: str, names: tuple[str, ...], entry: Entry, allowance: Allowance, anomalies: tuple[Anomaly, ...]
) -> Member:
    allowance.name()
    return Member(kind, names, None, anomalies, entry.size)
