"""charset: bytes in a declared charset → UTF-8, as bogofilter has it. Never raises."""

from collections.abc import Iterable

from gatekeeper.classifier.patterns import CHARSET
from gatekeeper.message.words import text

UNDECLARED = "latin-1"
_AS_THEY_ARE = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))


def charset_of(types: Iterable[bytes]) -> str:
    """The charset that the first of some Content-Type values declares; Latin-1 if none does."""
    match = CHARSET.search(next(iter(types), b""))
    return match[1].decode("ascii").lower() if match else UNDECLARED


def recoded(octets: bytes, charset: str) -> bytes:
    """`octets` in UTF-8; what is no character of its charset stays as it is."""
    return octets if charset in _AS_THEY_ARE else text(octets, charset).encode("utf-8", "replace")
