"""zip_archive: zip and what is made of it, as all programs read it: by its directory and by its local headers.

Names and contents are the union of both, and where they disagree, that is an anomaly (`zip.directory-disagrees`). What
a broken member raises is an anomaly of that member. It raises ValueError where neither list has any member.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from zlib import crc32

from gatekeeper.message.openers.bombs import gathered
from gatekeeper.message.openers.contract import Allowance, Found, LimitError, Member, Thing
from gatekeeper.message.openers.entry_names import name_anomalies, readings
from gatekeeper.message.openers.zip_data import is_known, method_name, pieces
from gatekeeper.message.openers.zip_records import Directory, Record, directories, local_record, locals_in_order
from gatekeeper.values import Anomaly

KINDS = frozenset(("zip", "jar", "apk", "ooxml", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm", "odf"))

_ENCRYPTED_DIRECTORY = 0x2000  # a flag: names and sizes in the headers are masked

_EMPTY = b"PK\5\6" + bytes(16)
"""An archive of nothing: an end record that claims nothing."""

Content = tuple[bytes | None, tuple[Anomaly, ...]]
"""What a member holds by one reading (None: it cannot be read), and what is wrong with it."""


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Every member but folders: those of the directories first, then those that only a local header shows."""
    data = thing.data
    most = allowance.limits.entries + allowance.limits.listed + 1
    found = directories(data, most)
    central = list(dict.fromkeys(record for directory in found for record in directory.records))
    at_front = list(islice(locals_in_order(data, {record.offset: record for record in central}), most))
    if not central and not at_front:
        if data.startswith(_EMPTY):
            return
        raise ValueError("no member")
    yield from _structure(data, found, central, at_front)
    yield from (odd for directory in found for odd in _miscounted(directory, most))
    seen = {record.offset for record in central}
    unlisted = [record for record in at_front if record.offset not in seen]
    if unlisted and central:
        yield Anomaly("zip.directory-disagrees", f"not in the directory: {unlisted[0].name[:100]!r}")
    members = [(record, local_record(data, record.offset)) for record in central] + [(one, one) for one in unlisted]
    for record, local in members:
        if not (record.name.endswith((b"/", b"\\")) and record.size == 0):
            yield from _member(data, record, local, allowance)


def _structure(
    data: bytes, found: Sequence[Directory], central: Sequence[Record], at_front: Sequence[Record]
) -> Iterator[Anomaly]:
    """What is odd about the archive as a whole."""
    if not found:
        yield Anomaly("zip.no-directory")
    if len(found) > 1:
        yield Anomaly("zip.directory-disagrees", f"{len(found)} directories")
    first = min((record.offset for record in (*central, *at_front)), default=0)
    if first > 0 and not data.startswith((b"PK", b"MZ")):
        yield Anomaly("zip.prefix", f"{first} bytes before it")
    names = Counter(record.name.lower() for record in central)
    if double := next((name for name, count in names.items() if count > 1), b""):
        yield Anomaly("zip.duplicate-name", repr(double[:100]))
    spans = sorted((record.offset, record.packed) for record in central)
    if any(start + size > following for (start, size), (following, _) in pairwise(spans)):
        yield Anomaly("archive.bomb-overlap")
    if any(record.flags & _ENCRYPTED_DIRECTORY for record in central):
        yield Anomaly("archive.encrypted-names")


def _miscounted(directory: Directory, most: int) -> Iterator[Anomaly]:
    """Programs believe either the number in the end record or the records."""
    listed = len(directory.records)
    if listed < most and directory.claimed & 0xFFFF != listed & 0xFFFF:
        yield Anomaly("zip.directory-disagrees", f"{directory.claimed} members claimed, {listed} listed")


def _member(data: bytes, record: Record, local: Record | None, allowance: Allowance) -> Iterator[Found]:
    names = _names(record, local)
    odd = (*name_anomalies(names), *_disagreement(record, local))
    if local is None or allowance.spent:
        allowance.name()
        yield Member("zip", names, None, odd, record.size)
        return
    try:
        allowance.entry()
    except LimitError as error:
        yield Anomaly(str(error))
        allowance.name()
        yield Member("zip", names, None, odd, record.size)
        return
    yield from (
        Member("zip", names, content, (*odd, *cut), record.size)
        for content, cut in _contents(data, record, local, allowance)
    )


def _contents(data: bytes, record: Record, local: Record, allowance: Allowance) -> Sequence[Content]:
    """What is in it by each header, without duplicates; a reading that breaks only if there is no sound one."""
    ways = dict.fromkeys((one.method, size) for one in (record, local) for size in _sizes(one))
    found: dict[bytes, tuple[Anomaly, ...]] = {}
    for method, packed in ways:
        if is_known(method):
            content, cut = gathered(pieces(data, local, method, packed), min(packed, len(data) - local.data), allowance)
            bad = not cut and crc32(content) not in (record.crc, local.crc)
            found.setdefault(content, (Anomaly("zip.bad-crc"),) if bad else cut)
    sound = [(content, cut) for content, cut in found.items() if not cut]
    if record.encrypted and local.encrypted:  # unless the flag lies, and the data are plain
        told = (Anomaly("archive.encrypted"),)
        return [(content, told) for content, _ in sound] or [(None, told)]
    if not found:
        return [(None, (Anomaly("archive.unsupported", method_name(record.method)),))]
    return sound or list(found.items())


def _sizes(record: Record) -> tuple[int, ...]:
    """How long its data may be: stored data are as long as either of the two sizes."""
    if record.sizes_follow:
        return ()
    return (record.packed, record.size) if record.method == 0 and not record.encrypted else (record.packed,)


def _names(record: Record, local: Record | None) -> tuple[str, ...]:
    """Every reading of every name in both headers, the directory's first."""
    found: dict[str, None] = {}
    for one in (record, local):
        if one is not None:
            found.update(dict.fromkeys(readings(one.name, one.is_utf8)))
            found.update(dict.fromkeys(readings(one.unicode_name, utf8=True)) if one.unicode_name else {})
    return tuple(found)


def _disagreement(record: Record, local: Record | None) -> tuple[Anomaly, ...]:
    """Where the two headers of a member tell different things that decide what is read."""
    if local is None:
        return (Anomaly("zip.directory-disagrees", "no member where the directory says"),)
    different = [
        field
        for field, differs in (
            ("name", record.name != local.name),
            ("method", record.method != local.method),
            ("encryption", record.encrypted != local.encrypted),
            ("packed size", not local.sizes_follow and record.packed != local.packed),
            ("size", not local.sizes_follow and record.size != local.size),
        )
        if differs
    ]
    return (Anomaly("zip.directory-disagrees", ", ".join(different)),) if different else ()
