"""hosts: addresses and networks as the access map spells them.

An IPv4 address is looked up whole, then without its last octet, and so on; an IPv6 address is `IPv6:` and its eight
groups without leading zeros, then without the last group. Keys in another spelling (`::`, leading zeros), which
sendmail would never find, are brought into that form. Never fails.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from gatekeeper.tables.text import Reader

_HEXADECIMAL = frozenset("0123456789abcdef")


def address_keys(address: str) -> list[str]:
    """What is looked up for an address, the longest first; nothing for what is no address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return []
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if isinstance(ip, IPv4Address):
        octets = str(ip).split(".")
        return [".".join(octets[:length]) for length in range(4, 0, -1)]
    groups = _groups(ip)
    return ["ipv6:" + ":".join(groups[:length]) for length in range(8, 0, -1)]


def is_name(key: str) -> bool:
    """Whether a key is the name of a host or domain, or `[address]`, which stands for one; no address, no mailbox."""
    return not key.startswith("ipv6:") and "@" not in key and not key.replace(".", "").isdecimal()


def normal_key(key: str, reader: Reader) -> str:
    """`key`, without its tag, as the lookups spell it; empty and reported if it can never match."""
    if key.startswith("[") and key.endswith("]"):
        inner = normal_key(key[1:-1], reader)
        return inner and f"[{inner}]"
    if key.startswith("ipv6:"):
        return _normal_ipv6(key[5:], reader)
    if "/" in key:
        reader.error(f"{key!r}: the access map knows no prefix lengths", "write the first octets, 192.0.2")
    elif key.count(":") > 1:
        reader.error(f"{key!r} never matches", f"write IPv6:{key}")
    elif key.startswith((".", "*.")):
        reader.error(f"{key!r} never matches: a domain means its subdomains too", f"write {key.lstrip('*.')!r}")
    elif key.endswith("."):
        reader.error(f"{key!r} never matches", f"write {key.rstrip('.')!r}")
    elif key.startswith("@"):
        reader.error(f"{key!r} never matches", f"write the domain alone, {key[1:]!r}")
    elif key == "<>":
        reader.error("the null sender cannot have an entry", "delete the line: bounces must be accepted")
    else:
        return key
    return ""


def _normal_ipv6(text: str, reader: Reader) -> str:
    if "::" in text:
        try:
            return "ipv6:" + ":".join(_groups(IPv6Address(text)))
        except ValueError:
            reader.error(f"{text!r} is no IPv6 address", "write a network as its first groups, IPv6:2001:db8")
            return ""
    groups = text.split(":")
    if len(groups) > 8 or not all(group and len(group) <= 4 and _HEXADECIMAL.issuperset(group) for group in groups):
        reader.error(f"{text!r} is no IPv6 address or network", "write a network as its first groups, IPv6:2001:db8")
        return ""
    return "ipv6:" + ":".join(format(int(group, 16), "x") for group in groups)


def _groups(ip: IPv6Address) -> list[str]:
    return [format(int(group, 16), "x") for group in ip.exploded.split(":")]
