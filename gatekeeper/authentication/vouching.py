"""vouching: who stands for a message, after what was authenticated: the domain of its author, any domain, a network.

An author in From whom nobody vouches for is a claim. A domain and what is below it are one organisation, by the public
suffix list (relaxed alignment, RFC 7489 §3.1). It cannot fail.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from gatekeeper.authentication.domains import aligned, organisational
from gatekeeper.values import Authenticated, Client

_BITS = {4: 24, 6: 48}
"""Of an address: what one operator is usually given."""

_PRIVATE = (
    *map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")),
    *map(ip_network, ("fc00::/7", "fe80::/10", "::1")),
)


def vouched(results: Iterable[Authenticated], domain: str) -> bool:
    """Whether `domain`, that of From, stands for the message. What DMARC says of it is believed first."""
    said = [result for result in results if aligned(result.domain, domain)]
    by_policy = {result.result for result in said if result.method == "dmarc"}
    if not by_policy.isdisjoint(("pass", "fail")):
        return "pass" in by_policy
    return any(result.passed for result in said if result.method == "dkim" or _of_sender(result))


def identity(results: Iterable[Authenticated], client: Client | None) -> str:
    """By which a sender is known again: `domain:example.org` that was authenticated, else `network:192.0.2.0/24`; ""
    where neither is known. Private addresses are everybody's and nobody's (RFC 1918, RFC 4193).
    """
    passed = {result.method: result.domain for result in reversed(tuple(results)) if result.passed and result.domain}
    domain = passed.get("dmarc") or passed.get("dkim") or passed.get("spf")
    if domain:
        return f"domain:{organisational(domain)}"
    network = network_of(client.address) if client and not _is_private(client.address) else ""
    return f"network:{network}" if network else ""


def _of_sender(result: Authenticated) -> bool:
    """By SPF, and not only for the name in HELO, which DMARC does not look at (RFC 7489 §4.1)."""
    return result.method == "spf" and not any(name == "smtp.helo" for name, _ in result.properties)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """`192.0.2.0/24`, `2001:db8:1::/48`; "" for what is no address."""
    ip = _ip(address)
    return "" if ip is None else str(ip_network((ip, _BITS[ip.version]), strict=False))


@lru_cache(maxsize=4096)
def _is_private(address: str) -> bool:
    ip = _ip(address)
    return ip is not None and any(ip in network for network in _PRIVATE)


def _ip(address: str) -> IPv4Address | IPv6Address | None:
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
