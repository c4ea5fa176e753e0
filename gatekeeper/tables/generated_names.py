"""generated_names: host names that nobody chose: an access provider made them from the address.

`dsl-192-0-2-1.example.net` is a line somewhere, `static.1.2.0.192.example.net` a rented machine: a mail server that is
meant to be one mostly has a name of its own. Only what stands left of the registrable domain counts, so that a company
may be called after cables. Plain comparisons of at most 253 letters; it cannot fail.
"""

from enum import Enum
from string import ascii_lowercase, digits

from gatekeeper.message.text import domain_of
from gatekeeper.values import Address

_DYNAMIC = frozenset({
    "adsl", "vdsl", "sdsl", "xdsl", "dsl", "dyn", "dynamic", "dynamicip", "dynip", "dial", "dialup", "dialin", "ppp",
    "pppoe", "dhcp", "catv", "docsis", "ftth", "fttx", "hsd", "umts", "lte", "gprs", "wimax", "wlan", "wifi",
    "hotspot",
})  # fmt: skip
"""Words of lines whose address changes. With any number beside them they say enough."""

_LINE = frozenset({
    "pool", "pools", "client", "clients", "cust", "customer", "customers", "user", "users", "host", "hosts", "home",
    "res", "resnet", "residential", "broadband", "cable", "cablemodem", "modem", "mobile", "cpe", "net", "node", "ip",
    "unassigned", "unused",
})  # fmt: skip
"""Words that are said of such lines, and of much else: they count beside the address alone."""

_STATIC = frozenset({
    "static", "fixed", "fix", "business", "biz", "server", "srv", "dedicated", "dedi", "vps", "cloud", "colo",
    "compute",
})  # fmt: skip


class Generated(Enum):
    """`DYNAMIC`: a line whose address changes; `NUMBERED`: the address is in the name, and that is all it says."""

    DYNAMIC = "dynamic"
    NUMBERED = "numbered"


def generated(name: str, address: Address) -> Generated | None:
    """What `name` (in lower case, as DNS has it) says of the machine at `address`; None for a name somebody chose."""
    domain = domain_of(name)
    own = name.removesuffix(domain)
    words = set(_runs(own, ascii_lowercase))
    numbered = _holds(own, address)
    if not words.isdisjoint(_STATIC):
        return Generated.NUMBERED if numbered else None
    if words & _DYNAMIC and _runs(own, digits):
        return Generated.DYNAMIC
    if numbered:
        return Generated.DYNAMIC if words & _LINE else Generated.NUMBERED
    return None


def _holds(own: str, address: Address) -> bool:
    """Whether the address stands in the name: its last three octets in either order, or all of it unbroken."""
    if address.version == 6:
        whole, plain = address.exploded.replace(":", ""), own.replace("-", "").replace(".", "")
        return whole in plain or whole[::-1] in plain or address.compressed.replace(":", "-") in own
    octets = list(address.packed)
    numbers = [int(number) for number in _runs(own, digits)]
    triples = {tuple(octets[1:]), tuple(octets[:0:-1])}
    if any(tuple(numbers[n : n + 3]) in triples for n in range(len(numbers) - 2)):
        return True
    return any(
        "".join(form(octet) for octet in order) in own
        for order in (octets, octets[::-1])
        for form in ("{:03d}".format, "{:02x}".format)
    )


def _runs(text: str, letters: str) -> list[str]:
    """What stands between other letters than these."""
    return "".join(letter if letter in letters else " " for letter in text).split()
