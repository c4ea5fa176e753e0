"""dns_zones: the lists that are asked through DNS, as the operator names them.

A zone is written as postscreen writes it (postscreen_dnsbl_sites): `zone=filter*weight`. The filter names the answers
that count, `127.0.0.[2..11]` or `127.0.0.2`; without one any answer in 127.0.0.0/8 does. An answer outside 127.0.0.0/8,
127.0.0.1, all of 127.255.255.0/24, and 127.0.0.255 from an allow list say that the list did not answer the question
(RFC 5782 §2.1, §5; the last two are what those get whom a list does not serve): they never count, whatever the filter
says. What is no zone is a ValueError that says why.
"""

from dataclasses import dataclass

from gatekeeper.values import Address

Range = tuple[int, int]

BLOCKED = "127.255.255."  # block lists, to resolvers that they do not serve
OVER_QUOTA = "127.0.0.255"  # allow lists, to those who ask too much
_KEY = 20  # letters and digits that a key has at least; those that are given out have 26 and 32


@dataclass(frozen=True, slots=True)
class Zone:
    """One entry: `octets` are the ranges that each octet of an answer must lie in, or empty for any answer."""

    name: str
    octets: tuple[tuple[Range, ...], ...] = ()
    weight: int = 1

    @property
    def shown(self) -> str:
        """Its name as strangers may see it: without the key that a list has given us for its first label."""
        key, _, rest = self.name.partition(".")
        return rest if rest and len(key) >= _KEY and key.isalnum() else self.name

    def counts(self, answer: str) -> bool:
        """Whether this A record is a listing here."""
        parts = answer.split(".")
        if len(parts) != 4 or not self.means(answer):
            return False
        return not self.octets or all(
            any(low <= int(part) <= high for low, high in ranges)
            for part, ranges in zip(parts, self.octets, strict=True)
        )

    def means(self, answer: str) -> bool:
        """Whether this A record is an answer at all."""
        return meaningful(answer) and not (self.weight < 0 and answer == OVER_QUOTA)

    def refuses(self, answer: str) -> bool:
        """Whether this A record says that the list does not answer us."""
        return answer.startswith(BLOCKED) or (self.weight < 0 and answer == OVER_QUOTA)


def meaningful(answer: str) -> bool:
    """Whether an A record is an answer of a block list at all (RFC 5782 §2.1): within 127/8, but not these."""
    return answer.startswith("127.") and answer != "127.0.0.1" and not answer.startswith(BLOCKED)


def parse_zone(text: str) -> Zone:
    """`zone[=d.d.d.d][*weight]` (postscreen_dnsbl_sites); ValueError says what is wrong."""
    rest, star, weight = text.strip().partition("*")
    name, equals, pattern = rest.partition("=")
    if not name or any(c.isspace() or c in "[];," for c in name) or name.rpartition(".")[2].isdigit():
        raise ValueError(f"{text!r} is no zone: write zone.example or zone.example=127.0.0.[2..11]*2")
    try:
        return Zone(name.strip(".").lower(), _octets(pattern) if equals else (), _weight(weight) if star else 1)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None


def _weight(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ValueError(f"the weight {text!r} is no whole number, like 2 or -2")
    return int(text)


def _octets(pattern: str) -> tuple[tuple[Range, ...], ...]:
    octets: list[tuple[Range, ...]] = []
    rest = pattern
    while rest:
        if rest.startswith("["):
            inner, closed, rest = rest[1:].partition("]")
            if not closed:
                raise ValueError("the [ in the filter has no ]")
            octets.append(tuple(_range(piece) for piece in inner.split(";")))
            rest = rest.removeprefix(".")
        else:
            number, _, rest = rest.partition(".")
            octets.append((_range(number),))
    if len(octets) != 4:
        raise ValueError("a filter has four octets, like 127.0.0.[2..11]")
    return tuple(octets)


def _range(text: str) -> Range:
    low, dots, high = text.partition("..")
    ends = (low, high if dots else low)
    if not all(end.isascii() and end.isdigit() and len(end) < 4 for end in ends):
        raise ValueError(f"{text!r} in the filter is no number from 0 to 255, nor a range of them like 2..11")
    first, last = map(int, ends)
    if not first <= last <= 255:
        raise ValueError(f"{text!r} is no range of octets")
    return first, last


def reversed_name(address: Address) -> str:
    """`1.2.0.192` for 192.0.2.1, nibbles for IPv6 (RFC 5782 §2.1, §2.4)."""
    return address.reverse_pointer.rpartition(".in-addr.arpa" if address.version == 4 else ".ip6.arpa")[0]
