"""lines: the same message as a reader has it that ends lines at a bare CR and does not see NUL.

Mail programs differ over both (RFC 5322 §2.2 and §4 forbid them), and over text in UTF-16, which is ASCII and NUL.
Linear, never raises.
"""

from mmap import mmap

from gatekeeper.message.budget import Budget
from gatekeeper.message.patterns import BARE_CR, CRS_LF, LF_CRS, ODD_STRUCTURE, STRUCTURE

_MARKS = b"\xff\xfe\xef\xbb\xbf"


def plain_lines(raw: bytes | mmap, budget: Budget) -> bytes | None:
    """`raw` with LF for all line ends and without NUL, if that shows other delimiters or fields than `raw` does."""
    if raw.find(b"\0") < 0 and not _bare(raw):
        return None
    odd = ODD_STRUCTURE.search(raw) is not None
    if not odd and len(raw) > budget.odd:
        return None
    if not budget.afford(len(raw)):
        return None
    visible = raw[:].replace(b"\0", b"").lstrip(_MARKS)
    plain = LF_CRS.sub(b"\n", CRS_LF.sub(b"\n", visible)).replace(b"\r", b"\n")
    return plain if odd or _structure(plain) > _structure(raw) else None


def _bare(raw: bytes | mmap) -> bool:
    """Whether a CR is somewhere without its LF."""
    if isinstance(raw, bytes):
        return raw.find(b"\r") >= 0 and raw.count(b"\r") != raw.count(b"\r\n")
    return BARE_CR.search(raw) is not None


def _structure(raw: bytes | mmap) -> int:
    return sum(1 for _ in STRUCTURE.finditer(raw))
