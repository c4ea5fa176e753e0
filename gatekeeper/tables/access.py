"""access: sendmail's access map, from its text.

Keys are tagged `Connect:`, `From:` or `To:`; an untagged key, deprecated there, holds for all three and is looked up
after the tagged one at each step. Orders as in sendmail `cf/m4/proto.m4` (rulesets D, A, F, U, SearchList), compared
with the real program: sendmail tries `user@` before the domain, unlike Postfix. The first hit ends the search; `SKIP`
ends it without a result. Keys of other tags (`TLS_Srv:`, `ClientRate:`) are sendmail's own business and passed over.
Parsing never fails; a line that cannot be used is a `Problem`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from gatekeeper.tables.address import parents, split
from gatekeeper.tables.entry import Entry, Rule, entry
from gatekeeper.tables.hosts import address_keys, is_name, normal_key
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

__all__ = ["AccessMap", "Entry", "Rule"]

_TAGS = ("connect", "from", "to")
_FOREIGN_TAGS = frozenset({
    "spam", "clientrate", "clientconn", "authinfo", "greetpause", "badmx",
    "tls_srv", "tls_clt", "tls_rcpt", "try_tls", "srv_features", "clt_features",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccessMap:
    """The map as read: entries by tag, empty for an untagged key, and key, all in lower case."""

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        reader = Reader(source)
        entries: dict[tuple[str, str], Entry] = {}
        for row in reader.rows(text):
            tag, key = _tagged(row.key, reader)
            spelled = f"{tag}:{key}" if tag else key
            if key and (spelled == row.key or reader.new(spelled)):
                found = entry(spelled, row.line, row.value, reader)
                if found is not None:
                    entries[tag, key] = found
        return cls(entries, tuple(reader.problems))

    def client(self, name: str | None, address: str) -> Entry | None:
        """For a client (`check_relay`): its verified name and the domains above it, then its address and networks.

        A client without a name is looked up as `[address]` first; one whose name could not be found out (None) is not.
        Either may be empty.
        """
        without = [f"[{key}]" for key in address_keys(address)] if name is not None else []
        by_name = parents(name.lower().rstrip(".")) if name else without
        return self._first("connect", by_name) or self._first("connect", address_keys(address))

    def sender(self, address: str) -> Entry | None:
        """For an envelope sender (`check_mail`): the address, the user at any domain, the domain and those above.

        The null sender has no entry: it must be accepted (RFC 5321 §4.5.5).
        """
        local, domain = split(address)
        if not local and not domain:
            return None
        users = _details(local, "")
        return self._first("from", [*_details(local, domain), *users, *parents(domain)] if domain else users)

    def recipient(self, address: str) -> Entry | None:
        """For an envelope recipient (`check_rcpt`): the address, then its domain and those above.

        `user@` without a domain is asked only for a recipient that has none, because no domain here is local.
        """
        local, domain = split(address)
        return self._first("to", [*_details(local, domain), *parents(domain)] if domain else _details(local, ""))

    @property
    def names_clients(self) -> bool:
        """Whether an entry goes by the name that a client has, or by its having none."""
        return any(tag in ("connect", "") and is_name(key) for tag, key in self.entries)

    def relays_for(self, name: str, address: str) -> bool:
        """Whether this client may send to any domain: `Connect:` with `RELAY`, by address or by verified name."""
        return self._says_relay("connect", address_keys(address)) or self._says_relay(
            "connect", parents(name.lower().rstrip("."))
        )

    def relays_to(self, domain: str) -> bool:
        """Whether anybody may send to `domain`: `To:` with `RELAY`, for it or a domain above."""
        return self._says_relay("to", parents(domain.lower().rstrip(".")))

    @property
    def relays_by_name(self) -> bool:
        """Whether some client may send to any domain because of its name."""
        return any(
            tag in ("connect", "") and is_name(key) and entry.rule is Rule.RELAY
            for (tag, key), entry in self.entries.items()
        )

    def _says_relay(self, tag: str, keys: Iterable[str]) -> bool:
        found = self._first(tag, keys)
        return found is not None and found.rule is Rule.RELAY

    def _first(self, tag: str, keys: Iterable[str]) -> Entry | None:
        for key in keys:
            found = self.entries.get((tag, key)) or self.entries.get(("", key))
            if found is not None:
                return None if found.rule is Rule.SKIP else found
        return None


def _details(local: str, domain: str) -> Iterator[str]:
    """`user+detail@domain`, `user+*@domain`, `user@domain`."""
    yield f"{local}@{domain}"
    user, plus, _ = local.partition("+")
    if plus and user:
        yield f"{user}+*@{domain}"
        yield f"{user}@{domain}"


def _tagged(written: str, reader: Reader) -> tuple[str, str]:
    """Tag and key as the lookups spell them; the key is empty, and a mistake reported, if none of them asks for it."""
    tag, colon, rest = written.partition(":")
    if not colon or tag == "ipv6" or tag.startswith("["):
        return "", normal_key(written, reader)
    if tag in _TAGS:
        return tag, normal_key(rest, reader)
    if tag not in _FOREIGN_TAGS:
        reader.error(f"the tag {tag!r} is unknown", "use Connect:, From: or To:; an IPv6 address begins with IPv6:")
    return "", ""
