"""domains: names as DNS has them, the organisation that a name belongs to, and whether two belong together.

The organisational domain is found by the public suffix list (RFC 7489 §3.2). Nothing here raises: what is no name of a
host or domain is "".
"""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

_LONGEST, _LONGEST_LABEL = 253, 63
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def ascii_domain(text: str) -> str:
    """In lower case and in A-labels (RFC 5890 §2.3.2.1), without its final dot; "" if it can be no domain of mail."""
    name = text.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii") if len(name) <= _LONGEST else ""
        except UnicodeError:
            return ""
    labels = name.split(".")
    fits = len(name) <= _LONGEST and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
    return name if fits and len(labels) > 1 and _LETTERS.issuperset(name.replace(".", "")) else ""


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """The domain that was registered: `example.co.uk` for `mail.example.co.uk`; a public suffix is itself."""
    return _suffixes().privatesuffix(domain) or domain


def aligned(domain: str, author: str, strict: bool = False) -> bool:
    """Whether `domain`, which is authenticated, speaks for `author`, the domain in From (RFC 7489 §3.1)."""
    if not domain or not author:
        return False
    return domain == author or (not strict and organisational(domain) == organisational(author))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
