"""uri_zones: the DNS lists that are asked about links and mail addresses, as the operator names them.

An entry is that of a block list (`tables.dns_zones`), and behind it a word about what it lists:

    uri.example=127.0.0.[2..11]*2    registrable domains, and addresses in numbers, reversed
    uri.example names                registrable domains alone: there are lists that answer all numbers with an error
    uri.example hosts                whole host names as they stand in links, and addresses in numbers
    uri.example hosts names          whole host names alone
    mail.example sha1                mail addresses, as the SHA-1 of their normal form; or md5, or sha256

What is no such entry is a ValueError that says why.
"""

from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import md5, sha1, sha256

from gatekeeper.tables.dns_zones import Zone, parse_zone

_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "md5": lambda data: md5(data, usedforsecurity=False).hexdigest(),
    "sha1": lambda data: sha1(data, usedforsecurity=False).hexdigest(),
    "sha256": lambda data: b32encode(sha256(data).digest()).decode("ascii").rstrip("=").lower(),
}
"""How an address becomes one label. In hexadecimal a SHA-256 would be one octet too long (RFC 1035 §2.3.4), so lists
have it in base 32, as SpamAssassin asks for it.
"""

_WORDS = frozenset(("hosts", "names", *_HASHES))
_UNDOTTED = frozenset(("gmail.com",))
_SAME = {"googlemail.com": "gmail.com"}


@dataclass(frozen=True, slots=True)
class UriZone:
    """`words` are those behind the zone."""

    zone: Zone
    words: frozenset[str] = frozenset()

    @property
    def hosts(self) -> bool:
        """It lists whole host names."""
        return "hosts" in self.words

    @property
    def numbers(self) -> bool:
        """It may be asked about addresses in numbers."""
        return "names" not in self.words and not self.mail

    @property
    def mail(self) -> bool:
        """It lists mail addresses."""
        return not self.words.isdisjoint(_HASHES)

    def label(self, address: str) -> str:
        """A mail address as it is asked for here."""
        digest = next(_HASHES[word] for word in self.words if word in _HASHES)
        return digest(normal_address(address).encode("utf-8", "replace"))


def parse_uri_zone(text: str) -> UriZone:
    """One entry; ValueError says what is wrong."""
    name, *words = text.split() or [""]
    zone = parse_zone(name)
    if unknown := [word for word in words if word not in _WORDS]:
        raise ValueError(f"{text!r}: {unknown[0]!r} is none of hosts, names, md5, sha1, sha256")
    if len(set(words) & _HASHES.keys()) > 1 or (set(words) & _HASHES.keys() and len(words) > 1):
        raise ValueError(f"{text!r}: mail addresses are a list of their own: give it one of md5, sha1, sha256, alone")
    if zone.weight <= 0:
        raise ValueError(f"{text!r}: a link to a good place says nothing of the message; give it a weight above 0")
    return UriZone(zone, frozenset(words))


def normal_address(address: str) -> str:
    """The form in which lists have a mailbox, however it is written: lower case, without what is added behind a plus
    sign, and for one provider without dots (https://msbl.org/ebl-design.html).
    """
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    domain = _SAME.get(domain, domain)
    return f"{local.replace('.', '') if domain in _UNDOTTED else local}@{domain}"
