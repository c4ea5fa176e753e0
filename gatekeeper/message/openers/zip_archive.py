"""zip_archive: zip and what is made of it. It raises BadZipFile on what has no directory at all."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from gatekeeper.message.openers.bombs import gathered
from gatekeeper.message.openers.contract import Allowance, Found, Member, Thing
from gatekeeper.values import Anomaly

KINDS = frozenset(["zip", "jar", "apk", "ooxml", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm", "odf"])
_CHUNK = 65_536


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """Every member of its central directory."""
    with ZipFile(BytesIO(thing.data)) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                allowance.name()
                yield Member("zip", (info.filename,), None, (Anomaly("archive.encrypted"),), info.file_size)
                continue
            allowance.entry()
            with archive.open(info) as stream:
                data, cut = gathered(iter(lambda: stream.read(_CHUNK), b""), info.compress_size, allowance)
            yield Member("zip", (info.filename,), data, cut)
