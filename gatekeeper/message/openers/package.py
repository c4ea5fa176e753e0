"""package: the parts of a zip that is a document, read within an allowance. BadZipFile when it is no zip.

The members themselves are given by `zip_archive`, which counts them; here they are looked at once more, by their place
in the document.
"""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from gatekeeper.message.openers.bombs import gathered
from gatekeeper.message.openers.contract import Allowance, OpenLimits

_CHUNK = 65_536


class Package:
    """One zip. Names are in lower case with `/`, as Office compares them."""

    def __init__(self, data: bytes, limits: OpenLimits) -> None:
        self._archive = ZipFile(BytesIO(data))
        self._allowance = Allowance(limits)
        self._members: dict[str, ZipInfo] = {}
        for info in self._archive.infolist()[: limits.entries]:
            self._members.setdefault(info.filename.replace("\\", "/").lower().lstrip("/"), info)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def parts(self, *endings: str) -> Iterator[tuple[str, bytes]]:
        """The parts with one of these endings that can be read, in their order."""
        for name, info in self._members.items():
            if name.endswith(endings) and not info.flag_bits & 1:
                yield name, self._read(info)

    def _read(self, info: ZipInfo) -> bytes:
        try:
            with self._archive.open(info) as stream:
                return gathered(iter(lambda: stream.read(_CHUNK), b""), info.compress_size, self._allowance)[0]
        except (NotImplementedError, ValueError, OSError):
            return b""
