"""opening: what it takes to open attachments: the process that does, and the libraries it needs. It cannot fail."""

from collections.abc import Iterator
from ctypes.util import find_library
from importlib.util import find_spec

import msgspec

from gatekeeper.config.schema import Config
from gatekeeper.lookups.opener import Opener
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.values import Problem

_LIBRARIES = {
    "libarchive": "archives other than zip, gzip, bzip2 and xz",
    "olefile": "older Office documents",
    "msoffcrypto": "Office documents with a standard password",
    "pikepdf": "PDF",
}


def opener(config: Config) -> Opener:
    """What opens attachments. Its process starts with the first question, unless it is told to."""
    settings = config.opener
    limits = OpenLimits(**msgspec.structs.asdict(settings.limits))
    cage = OpenerCage(cpu=settings.cpu, memory=settings.memory, limits=limits)
    return Opener(cage, settings.processes, settings.seconds)


def missing() -> Iterator[Problem]:
    """What is not installed, and what is not looked into for want of it."""
    lost = [what for library, what in _LIBRARIES.items() if find_spec(library) is None]
    if lost:
        yield _warning(f"{', '.join(lost)} cannot be opened", "pip install 'gatekeeper[open]'")
    elif find_library("archive") is None:
        yield _warning(f"{_LIBRARIES['libarchive']} cannot be opened", "apt install libarchive13")


def _warning(message: str, remedy: str) -> Problem:
    return Problem("opener", 0, "warning", message, remedy)
