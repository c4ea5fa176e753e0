"""clamd: the words of the ClamAV daemon (clamd(8)): a scan of bytes that are sent along, and what its reply means.

Commands are of the form `zNAME`, replies end with NUL, and one connection carries one command. Nothing here raises:
what is no reply is `Failed`. An engine that did not look at everything because of its own limits has not said that
there is nothing: that is `Exceeded`, whether it says so as an error or as a finding (`AlertExceedsMax`).
"""

from collections.abc import Iterator
from struct import Struct

from gatekeeper.values import Absent, Answer, Exceeded, Failed, Found, Octets, Refused

PING = b"zPING\0"
VERSION = b"zVERSION\0"
LONGEST_REPLY = 65_536

_INSTREAM = b"zINSTREAM\0"
_LENGTH = Struct("!I")
_END = _LENGTH.pack(0)
_PIECE = 131_072
_MOST_NAMES = 20
_LONGEST = 200  # letters of what is told to people
_NO_SIGNATURE = "Heuristics.Limits.Exceeded"


def instream(data: Octets) -> Iterator[bytes]:
    """What is to be sent to have `data` scanned: the command, pieces with their lengths, an empty piece."""
    lead = _INSTREAM
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        yield lead + _LENGTH.pack(len(piece)) + piece
        lead = b""
    yield lead + _END


def answer_of(reply: bytes) -> Answer:
    """All that came back until the connection ended: `Found` the names of signatures, or `Absent`, or a failure."""
    lines = _lines(reply)
    names = dict.fromkeys(line.rpartition(": ")[2].removesuffix(" FOUND") for line in lines if line.endswith(" FOUND"))
    signatures = tuple(name for name in names if not name.startswith(_NO_SIGNATURE))
    if signatures:
        return Found(signatures[:_MOST_NAMES])
    if names:
        return Exceeded(next(iter(names)))
    trouble = next((line for line in lines if line != "stream: OK"), "" if lines else "no reply")
    return _failure(trouble) if trouble else Absent()


def version_of(reply: bytes) -> str:
    """The versions of program and signatures, as one text; empty if that is no reply to `VERSION`."""
    lines = _lines(reply)
    return lines[0] if len(lines) == 1 and lines[0].startswith("ClamAV ") else ""


def _lines(reply: bytes) -> list[str]:
    """Whole lines alone: one that breaks off may have been going to say something else."""
    whole = reply[:LONGEST_REPLY].replace(b"\n", b"\0").split(b"\0")[:-1]
    return [_printable(line) for line in whole if line]


def _failure(trouble: str) -> Answer:
    if "size limit exceeded" in trouble:
        return Exceeded("the engine's limit of size")
    if trouble == "UNKNOWN COMMAND":
        return Refused("it does not know INSTREAM")
    return Failed(trouble)


def _printable(line: bytes) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in line.decode("ascii", "replace"))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 10]}…{text[-9:]}"
