"""address: the paths of MAIL and RCPT (RFC 5321 §4.1.2) as one name for each mailbox.

Source routes are accepted and dropped (§3.3, §4.1.1.3), needless quotes are taken off, so that `"user"@a` cannot pass
by a table that names `user@a`. Fails with ValueError on what is no path.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from gatekeeper.protocols.grammar import DOT_STRING, IPV4, PATH, QUOTED_PAIR

LONGEST = (
    512  # octets of a mailbox; RFC 5321 §4.5.3.1 asks for 64 + 1 + 255, bounce addresses of mailing lists exceed it
)
LONGEST_DOMAIN = 255


def read_path(text: str) -> tuple[str, str]:
    """The mailbox at the beginning of `text` and what stands behind its angle bracket.

    The mailbox is `local@domain` in the least quoting, `postmaster` alone, or "" for `<>`; case is kept.
    """
    match = PATH.match(text)
    if match is None:
        raise ValueError("not a path")
    local, domain = match["local"] or "", match["domain"]
    if domain is None:
        if local.lower() not in ("", "postmaster"):
            raise ValueError("no domain")
        return local, text[match.end() :]
    if local.startswith('"'):
        local = least_quoted(unquoted(local))
    _check_domain(domain)
    mailbox = f"{local}@{domain}"
    if len(mailbox) > LONGEST or not mailbox.isprintable():
        raise ValueError("not a mailbox")
    return mailbox, text[match.end() :]


def local_part(mailbox: str) -> str:
    """What stands before the last `@`, without quotes."""
    local = mailbox.rpartition("@")[0] or mailbox
    return unquoted(local) if local.startswith('"') else local


def domain_of(mailbox: str) -> str:
    """The domain in lower case, or ""."""
    return mailbox.rpartition("@")[2].lower() if "@" in mailbox else ""


def routes_onward(mailbox: str) -> bool:
    """The local part names a further host (`user%host`, `host!user`, `"user@host"`), so that the server behind us could
    be made to relay.
    """
    return any(sign in local_part(mailbox) for sign in "%!@")


@lru_cache(maxsize=4096)
def plain_address(text: str) -> str:
    """The canonical text of an IP address: without `IPv6:` and zone, an IPv4 address mapped into IPv6 as what it is."""
    if IPV4.fullmatch(text):
        return text
    address = ip_address(text[5:] if text[:5].lower() == "ipv6:" else text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def unquoted(local: str) -> str:
    """The text that a Quoted-string stands for."""
    return QUOTED_PAIR.sub(r"\1", local[1:-1])


def least_quoted(text: str) -> str:
    """`text` as a local part with as little quoting as it needs (§4.1.2)."""
    if DOT_STRING.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _check_domain(domain: str) -> None:
    """Length, and for an address literal (§4.1.3) the address; ValueError."""
    if len(domain) > LONGEST_DOMAIN:
        raise ValueError("domain too long")
    if not domain.startswith("["):
        return
    inside = domain[1:-1]
    if inside[:5].lower() == "ipv6:":
        IPv6Address(inside[5:])
    else:
        IPv4Address(inside)
