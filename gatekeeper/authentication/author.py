"""author: the domains in From, which is what people see (RFC 5322 §3.6.2). Nothing here raises."""

from collections.abc import Sequence

from gatekeeper.authentication.domains import ascii_domain
from gatekeeper.authentication.tokens import tokens

MOST = 5
"""Domains that are looked at; a message of a person has one."""

LONGEST = 8000
"""Octets of From that are read."""


def author_domains(fields: Sequence[bytes]) -> tuple[str, ...]:
    """The domain of each mailbox in these From fields, each once, in their order; one more than `MOST` at most. The
    last is "" if there is more in From than is read, or can be.

    Nothing at all is the sign of a From that names nobody.
    """
    found: dict[str, None] = {}
    more, left = len(fields) > LONGEST, LONGEST
    for field in fields[:LONGEST]:
        addresses = [address for address in _addresses(field[:left]) if "@" in address]
        domains = [ascii_domain(address.rpartition("@")[2]) for address in addresses]
        found |= dict.fromkeys(filter(None, domains))
        left -= len(field)
        more = more or left < 0 or not all(domains)
        if len(found) > MOST or left < 0:
            break
    return (*found, "")[: MOST + 1] if found and more else tuple(found)[: MOST + 1]


def _addresses(field: bytes) -> list[str]:
    """What stands between angle brackets in each element of the list, or else all of the element."""
    addresses: list[str] = []
    bare = bracketed = ""
    inside = False
    for text, quoted in tokens(field, "<>,;:"):
        if quoted and not inside:
            bare += text
        elif quoted:
            bracketed += text
        elif text in ("<", ">"):
            inside = text == "<"
            if inside and bracketed:  # two in one element: some readers show the first, some the second
                addresses.append(bracketed)
                bracketed = ""
        elif text in (",", ";") and not inside:
            addresses.append(bracketed or bare)
            bare = bracketed = ""
        elif text == ":" and not inside:
            addresses.append(bare)  # the name of a group is no address, unless it looks like one
            bare = ""
        elif inside:
            bracketed += "" if text in (",", ":") else text
        else:
            bare = bare + text if "@" in bare or text.startswith("@") or bare.endswith("@") else text
    addresses.append(bracketed or bare)
    return addresses
