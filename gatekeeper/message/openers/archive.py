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

_DESCRIPTORS = slice(32_768, 32_768 + 32 * 2048)  # where a disc image lists its volumes (ECMA-119 §8)
_DISC_READINGS = (b"iso9660:!rockridge", b"iso9660:!joliet", b"iso9660:!joliet,iso9660:!rockridge")


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Every member but folders."""
    try:
        if thing.kind == "iso":
            yield from _disc(thing, allowance)
        else:
            yield from _members(thing, allowance)
    except LibarchiveError as error:
        if not says_encrypted(error):
            raise
        yield Anomaly("archive.encrypted-names", str(error))


def _members(thing: Thing, allowance: Allowance, options: bytes = b"") -> Iterator[Member]:
    kind = thing.kind
    with entries_of(thing.data, _FORMATS[kind], _FILTERS.get(kind, ()), options) as entries:
        for entry in entries:
            if not entry.is_folder:
                yield _member(entry, kind, len(thing.data), allowance)


def _disc(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """The trees of a disc image: Windows reads Joliet's, others Rock Ridge's; UDF's, if there is one, hides both."""
    descriptors = thing.data[_DESCRIPTORS]
    if b"NSR0" in descriptors:
        yield Anomaly("archive.unsupported", "UDF")
    seen = set()
    for options in _DISC_READINGS if b"\2CD001" in descriptors else (b"",):
        for member in _members(thing, allowance, options):
            if (mark := (member.data, member.names)) not in seen:
                seen.add(mark)
                yield member


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
