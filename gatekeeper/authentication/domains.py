"""domains: names as DNS has them, the organisation that a name belongs to, and whether two belong together.

The organisational domain is found by the public suffix list (RFC 7489 §3.2). Nothing here raises: what is no name of a
host or domain is "".
"""

from gatekeeper.message.text.urls import domain_of
from gatekeeper.protocols.dns_name import dns_name


def ascii_domain(text: str) -> str:
    """As `dns_name`; "" also for what has no dot, which is no domain of mail."""
    name = dns_name(text.strip())
    return name if "." in name else ""


def organisational(domain: str) -> str:
    """The domain that was registered: `example.co.uk` for `mail.example.co.uk`; a public suffix is itself."""
    return domain_of(domain) or domain


def aligned(domain: str, author: str, strict: bool = False) -> bool:
    """Whether `domain`, which is authenticated, speaks for `author`, the domain in From (RFC 7489 §3.1)."""
    if not domain or not author:
        return False
    return domain == author or (not strict and organisational(domain) == organisational(author))
