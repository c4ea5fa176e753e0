"""transport: Postfix's transport maps (transport(5)): which next hop an address or a domain has.

`user+ext@domain`, `user@domain`, the domain, `.domain` for what is below it, and `*` are looked up in this order, each
in all tables; patterns are asked about the whole address alone. Compared with the real trivial-rewrite(8). What is left
out in `transport:nexthop` is Postfix's own default: SMTP to the domain's mail servers. Never fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self

from gatekeeper.tables.access_action import Subject, rejection
from gatekeeper.tables.access_keys import without_extension
from gatekeeper.tables.hop import DISCARD, Hop, smtp_hop
from gatekeeper.tables.lookup_table import LookupTable
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem, Reply

_EXAMPLE = "write for instance smtp:[mail.example.org]:25"
_SMTP = frozenset(("", "smtp", "relay"))
_REFUSING = {"error": (550, "Address is undeliverable"), "retry": (450, "Address is undeliverable")}
_NO_SMTP = {
    "lmtp": "LMTP answers for each recipient apart, and one reply is all that the client can be given",
    "local": "local means a mailbox on this machine, which the proxy cannot deliver to",
    "virtual": "virtual means a mailbox on this machine, which the proxy cannot deliver to",
}


@dataclass(frozen=True, slots=True)
class TransportMap:
    """The tables as read. `targets` and `lines` are of the keys that the first of them has; `delimiter` is Postfix's
    recipient_delimiter.
    """

    tables: tuple[LookupTable, ...] = ()
    delimiter: str = ""
    targets: Mapping[str, Hop | Reply] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, tables: tuple[LookupTable, ...], delimiter: str = "") -> Self:
        """With what is wrong with the values of the tables."""
        problems: list[Problem] = []
        targets: dict[str, Hop | Reply] = {}
        lines: dict[str, int] = {}
        for table in tables:
            reader = Reader(table.source)
            for reader.line, value in () if table.keyed else table.texts:
                _judge_pattern(value, reader)
            hops: dict[str, Hop] = {}  # by value: a long table has few different ones
            for key, (reader.line, value) in table.entries.items():
                _judge_key(key, reader)
                found = hops.get(value) or transport_target(value, key.rpartition("@")[2].lstrip(".*"), key, reader)
                if found is not None:
                    targets.setdefault(key, found)
                    lines.setdefault(key, reader.line)
                if isinstance(found, Hop) and value.partition(":")[2].strip():  # whatever the domain
                    hops[value] = found
            problems += reader.problems
        return cls(tables, delimiter, targets, lines, tuple(problems))

    def lookup(self, domain: str, local: str = "") -> Hop | Reply | None:
        """The next hop for mail to `local@domain`, the reply that refuses it, or None where no entry is."""
        domain = domain.lower().removesuffix(".")
        hit = self.hit(domain, local)
        return _target(hit.text, domain, f"{local}@{domain}") if hit else None

    def hit(self, domain: str, local: str = "") -> Hit | None:
        """The entry that `lookup` goes by."""
        for key, whole in self._keys(local, domain.lower().removesuffix(".")):
            for table in self.tables:
                hit = table.look_up(key, Budget()) if whole or table.keyed else None
                if hit:
                    return hit
        return None

    def names(self, domain: str) -> bool:
        """Whether an entry other than `*` is for `domain`: then it is one of ours."""
        name = domain.lower().removesuffix(".")
        return any(key in table.entries for key in _domain_keys(name) for table in self.tables)

    @property
    def hops(self) -> frozenset[Hop]:
        """Every next hop that can be known without an address."""
        return frozenset(hop for hop in self.targets.values() if isinstance(hop, Hop) and hop.smtp)

    def _keys(self, local: str, domain: str) -> Iterator[tuple[str, bool]]:
        yield f"{local}@{domain}", True
        user = without_extension(local, self.delimiter)
        if user != local:
            yield f"{user}@{domain}", False
        for key in _domain_keys(domain):
            yield key, False
        yield "*", False


def _domain_keys(domain: str) -> Iterator[str]:
    """The domain, and the keys that are for what is below another."""
    if not domain:
        return
    yield domain
    dot = domain.find(".", 1)
    while dot >= 0:
        yield domain[dot:]
        dot = domain.find(".", dot + 1)


def transport_target(value: str, domain: str, address: str, reader: Reader) -> Hop | Reply | None:
    """What `value` says of mail to `address` in `domain`, or None, and told, if it is nothing that can be done here."""
    transport, _, rest = value.partition(":")
    transport, rest = transport.strip(), rest.strip()
    known = transport.lower()
    if known in _REFUSING:
        code, default = _REFUSING[known]
        return rejection(code, rest or default, Subject.RECIPIENT, address, "1.1")
    if known == DISCARD:
        return Hop(DISCARD)
    if known not in _SMTP:
        reader.error(_NO_SMTP.get(known, f"the transport {transport!r} is not spoken here"), _EXAMPLE)
        return None
    places = rest.replace(",", " ").split() or [domain or "example.org"]
    hops = [_place(place, reader) for place in places]
    if None in hops:
        return None
    first, *others = (hop for hop in hops if hop is not None)
    return replace(first, others=tuple(others))


@lru_cache(maxsize=4096)
def _target(value: str, domain: str, address: str) -> Hop | Reply | None:
    return transport_target(value, domain, address, Reader(""))


def _place(place: str, reader: Reader) -> Hop | None:
    if "@" in place:
        reader.error(f"{place!r} is no host", _EXAMPLE)
        return None
    hop = smtp_hop("smtp", place, reader, _EXAMPLE)
    return hop and replace(hop, mailer="esmtp")


def _judge_key(key: str, reader: Reader) -> None:
    local, at, domain = key.rpartition("@")
    if at and not (local and domain):
        remedy = f"write {domain or f'{local}@example.org'!r}"
        reader.error(f"{key!r} never matches: addresses and domains are looked up", remedy)
    elif key.startswith("*."):
        reader.error(f"{key!r} never matches", f"write {key[1:]!r}")


def _judge_pattern(value: str, reader: Reader) -> None:
    if "$" in value:
        reader.error("with $1 whoever writes the address would choose the host", "write the host")
    else:
        transport_target(value, "example.org", "joe@example.org", reader)
