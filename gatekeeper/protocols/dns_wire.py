"""dns_wire: the part of the DNS message format (RFC 1035 §4.1) that most questions need: one question, and "no".

Nine of ten replies say that a name is in no list. To take such a reply apart with a library for all of DNS costs ten
times as much as the rest of the question; everything else is left to that library. `Query` fails with `ValueError` for
what is no name; a reply that is broken is a `ValueError` too.
"""

import string
import struct
from typing import NamedTuple

import dns.exception
import dns.name
import dns.rdatatype

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_RECURSION_DESIRED, _RESPONSE, _TRUNCATED = 0x0100, 0x8000, 0x0200
_IN, _SOA, _OPT = 1, 6, 41
_NO_ERROR, _NO_NAME = 0, 3
_PLAIN = frozenset(f"{string.ascii_letters}{string.digits}-_.")
_WITHOUT_SOA = 60  # seconds: how long a "no" is good that does not say it (RFC 2308 §5 forbids more than a little)
PAYLOAD = 1232  # octets of UDP that pass everywhere unfragmented (DNS Flag Day 2020)
_EDNS = b"\0" + _RECORD.pack(_OPT, PAYLOAD, 0, 0)


class Query(NamedTuple):
    """One question as it is sent, without its id, and its question section alone."""

    rest: bytes
    section: bytes

    def wire(self, number: int) -> bytes:
        """The message with this id."""
        return number.to_bytes(2, "big") + self.rest

    def answered_by(self, reply: bytes) -> bool:
        """It is a response, and to this question. The id is compared by whoever knows it."""
        return (
            len(reply) >= _HEADER.size + len(self.section)
            and bool(reply[2] & 0x80)
            and reply[12 : 12 + len(self.section)].lower() == self.section
            and reply[4:6] == b"\0\1"
        )


def query(name: str, kind: str) -> Query:
    """The question for the records of type `kind` of `name`, with EDNS (RFC 6891)."""
    section = _name(name) + struct.pack("!HH", _kind(kind), _IN)
    header = _HEADER.pack(0, _RECURSION_DESIRED, 1, 0, 0, 1)[2:]
    return Query(header + section + _EDNS, section.lower())


def is_truncated(reply: bytes) -> bool:
    """The rest is to be had by TCP."""
    return bool(reply[2] & (_TRUNCATED >> 8))


def absent_for(reply: bytes, asked: Query) -> float | None:
    """For how many seconds a reply says that nothing is there (RFC 2308 §5); None if it says something else."""
    _, flags, _, answers, authority, _ = _HEADER.unpack_from(reply)
    if answers or flags & 0xF not in (_NO_ERROR, _NO_NAME):
        return None
    at = _HEADER.size + len(asked.section)
    try:
        for _ in range(authority):
            at = _skip(reply, at)
            kind, _, ttl, size = _RECORD.unpack_from(reply, at)
            at += _RECORD.size
            if kind == _SOA:
                (minimum,) = struct.unpack_from("!I", reply, _skip(reply, _skip(reply, at)) + 16)
                return float(min(ttl, minimum))
            at += size
    except (IndexError, struct.error):
        raise ValueError("a reply that ends in the middle of a record") from None
    return float(_WITHOUT_SOA)


def _skip(reply: bytes, at: int) -> int:
    """Where the name at `at` ends: at its root, or behind a pointer to elsewhere, which nobody follows here."""
    while length := reply[at]:
        if length & 0xC0:
            return at + 2
        at += length + 1
    return at + 1


def _name(text: str) -> bytes:
    if not _PLAIN.issuperset(text):
        return _odd(text)
    labels = [label.encode() for label in text.rstrip(".").split(".")] if text.rstrip(".") else []
    if any(not 0 < len(label) < 64 for label in labels) or sum(map(len, labels)) + len(labels) > 254:
        raise ValueError("no name of DNS")
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def _odd(text: str) -> bytes:
    """One with escapes, or not in ASCII (IDNA)."""
    try:
        return dns.name.from_text(text).to_wire() or b"\0"
    except dns.exception.DNSException as error:
        raise ValueError(type(error).__name__) from None


def _kind(text: str) -> int:
    try:
        return int(dns.rdatatype.from_text(text))
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{text} is no type of records") from error
