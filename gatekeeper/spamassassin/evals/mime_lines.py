"""mime_lines: what the raw lines of one part say: quoted-printable without need, octets beyond ASCII (MIMEEval)."""

from dataclasses import dataclass

from gatekeeper.spamassassin.evals.contract import Part
from gatekeeper.spamassassin.evals.parts import declared, disposition, encoding
from gatekeeper.spamassassin.evals.perl import fixed

_LONGEST = 78 + 1
"""Octets of a line with its end, by RFC 5322."""
_NEEDLESS = fixed(r"=(?:09|3[0-9ABCEF]|[2456][0-9A-F]|7[0-9A-E])")
_TRAILING = fixed(r"((?:=09|=20)+)\s*$")
_ENTITY = fixed(r"&#x[0-9A-F]{4};")
_READABLE = (b"", b"7bit", b"8bit")


@dataclass(slots=True)
class Lines:
    """Of one part: `octets` if it is one of several alternatives, 0 if not and None if it is attached; octets of
    quoted-printable, how many letters are `qp_encoded` without need, whether a line of it is too long; lines of ASCII
    that are not; octets of text and how many `&#x….;` stand between them.
    """

    kind: str
    octets: int | None = None
    qp_octets: int = 0
    qp_encoded: float = 0
    qp_long: bool = False
    illegal: int = 0
    normal: int = 0
    entities: int = 0


def lines_of(part: Part, alternative: bool) -> Lines:
    """`alternative`: whether a multipart/alternative came before."""
    found_type = declared(part)
    kind, charset = found_type.kind, found_type.charset
    how = encoding(part)
    attached = b"attachment" in disposition(part)
    found = Lines(kind, None if attached else 0)
    if alternative and not attached and kind in ("text/plain", "text/html"):
        found.octets = sum(len(line) for line in part.lines)
    if how == b"quoted-printable":
        _quoted_printable(found, part)
    if kind == "text/plain" and (charset is None or charset.lower() == b"us-ascii"):
        found.illegal = sum(_illegal(line) for line in part.lines) if _illegal(b"".join(part.lines)) else 0
    if kind == "text/plain" and how in _READABLE:
        text = b"".join(part.lines)
        found.entities = len(_ENTITY.findall(text)) if b"&#x" in text else 0
        found.normal = len(text) - 8 * found.entities
    return found


def _illegal(text: bytes) -> bool:
    return not text.isascii() or b"\r" in text or b"\0" in text


def _quoted_printable(found: Lines, part: Part) -> None:
    for line in part.lines:
        if line.startswith(b"SPAM: "):
            continue
        found.qp_long |= len(line) > _LONGEST
        found.qp_octets += len(line)
        needless = len(_NEEDLESS.findall(line)) if b"=" in line else 0
        if needless:
            trailing = _TRAILING.search(line)
            found.qp_encoded += needless - (len(trailing[1]) / 3 if trailing else 0)
