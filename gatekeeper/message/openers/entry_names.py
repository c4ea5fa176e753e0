"""entry_names: the names of members as their bytes stand in an archive, in every reading, and what is odd about them.

Nothing here ever becomes a path. It cannot fail.
"""

from collections.abc import Iterable, Iterator
from unicodedata import bidirectional

from gatekeeper.values import Anomaly

_LONGEST = 300
"""Letters of a name that are kept, from its front and from its end: 65,535 bytes are possible."""

_TURNS = frozenset(("RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI", "PDF", "PDI"))
_DRIVE = 2


def readings(raw: bytes, utf8: bool = False) -> tuple[str, ...]:
    """The names that programs make of these bytes: UTF-8, and the code page of DOS unless `utf8` is declared.

    Bytes that are not UTF-8 are read by the code page in any case.
    """
    if raw.isascii():
        return (shortened(raw.decode("ascii")),)
    try:
        name = shortened(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return (shortened(raw.decode("cp437")),)
    return (name,) if utf8 else (shortened(raw.decode("cp437")), name)


def shortened(name: str) -> str:
    """The name, without its middle when it is absurdly long."""
    return name if len(name) <= 2 * _LONGEST else name[:_LONGEST] + name[-_LONGEST:]


def name_anomalies(names: Iterable[str]) -> tuple[Anomaly, ...]:
    """What is odd about the names of one member, each oddity once."""
    found = {anomaly: name for name in names for anomaly in _odd(name)}
    return tuple(Anomaly(anomaly, ascii(name[:100])) for anomaly, name in found.items())


def _odd(name: str) -> Iterator[str]:
    if leads_out(name):
        yield "archive.path-traversal"
    if any(letter < " " for letter in name):
        yield "name.control"
    if not name.isascii() and any(bidirectional(letter) in _TURNS for letter in name):
        yield "name.bidi"
    if name.endswith((".", " ")):
        yield "name.trailing"


def leads_out(name: str) -> bool:
    """Whether it leads out of the folder that an archive is unpacked to: `../`, `/etc`, `C:`."""
    path = name.replace("\\", "/")
    return path.startswith("/") or (path[1:_DRIVE] == ":" and path[:1].isalpha()) or ".." in path.split("/")
