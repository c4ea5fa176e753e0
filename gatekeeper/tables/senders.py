"""senders: who is let in, kept out or held, what must vouch for them, and for whom that is so.

    allow  news@shop.example     dkim
    allow  partner.example       spf dkim=mailer.example
    allow  scanner@own.example   client=192.0.2.0/24
    deny   pest.example          for=anna@own.example,sales.own.example

One line an entry: the deed, an address or a domain (which is that domain and all below it), what vouches (any one of
those named is enough), and the recipients, all of them if none are named. What a person asked for goes before what
their domain did, and that before what holds for all; an address goes before its domain, and that before those above.
Parsing never fails; a line that cannot be used is a `Problem`, and so is an `allow` that anybody could make use of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import ip_network
from typing import Self

from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables.address import parents, split
from gatekeeper.tables.networks import Networks
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_METHODS = frozenset({"spf", "dkim", "dmarc"})


class Deed(StrEnum):
    """What becomes of their mail."""

    ALLOW = "allow"
    DENY = "deny"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Vouchers:
    """What may vouch for a sender. `methods` are SPF, DKIM and DMARC for the sender's own domain; `signers` are domains
    whose signature counts as well. Nothing at all: nobody needs to.
    """

    methods: frozenset[str] = frozenset()
    signers: frozenset[str] = frozenset()
    clients: Networks = field(default_factory=Networks)

    def __bool__(self) -> bool:
        return bool(self.methods or self.signers or self.clients)


@dataclass(frozen=True, slots=True, eq=False)
class SenderEntry:
    """One line; `who` in lower case. `reviewed`: no operator wrote it, but who reviewed held mail."""

    deed: Deed
    who: str
    line: int
    vouchers: Vouchers
    reviewed: bool = False

    def __str__(self) -> str:
        where = f"line {self.line} of the reviewers' list" if self.reviewed else f"line {self.line}"
        return f"{self.deed} {self.who} ({where})"


@dataclass(frozen=True, slots=True)
class SenderList:
    """The entries by recipient (an address, a domain, "" for everybody) and sender."""

    entries: Mapping[tuple[str, str], SenderEntry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str, reviewed: bool = False) -> Self:
        """`reviewed`: it is the list that reviewers write."""
        reader = Reader(source)
        entries: dict[tuple[str, str], SenderEntry] = {}
        for line in reader.lines(text):
            for recipient, entry in _entries(line.split(), reader):
                entry = replace(entry, reviewed=True) if reviewed else entry
                if (first := entries.get((recipient, entry.who))) is None:
                    entries[recipient, entry.who] = entry
                elif first.deed is entry.deed:
                    reader.error(f"{entry.who!r} stands in line {first.line} already", "put what vouches in one line")
                else:
                    reader.error(f"line {first.line} says {first.deed} of {entry.who!r}", "keep one of the two")
        return cls(entries, tuple(reader.problems))

    def followed_by(self, other: Self) -> Self:
        """What stands in both is as it stands here."""
        return replace(self, entries={**other.entries, **self.entries}, problems=(*self.problems, *other.problems))

    def about(self, recipient: str, senders: Iterable[str]) -> Iterator[SenderEntry]:
        """What is said of any of `senders` (addresses) to this recipient, what goes first first. Nobody who reviews
        lets in whom the operator keeps out or holds.
        """
        found = list(self._said(recipient, senders))
        kept_out = any(entry.deed is not Deed.ALLOW and not entry.reviewed for entry in found)
        return (entry for entry in found if not (kept_out and entry.reviewed and entry.deed is Deed.ALLOW))

    def _said(self, recipient: str, senders: Iterable[str]) -> Iterator[SenderEntry]:
        local, domain = split(recipient)
        keys = [key for sender in senders for key in _keys(sender)]
        keys.sort(key=_rank)
        for scope in (f"{local}@{domain}", *parents(domain), ""):
            for who in dict.fromkeys(keys):
                if entry := self.entries.get((scope, who)):
                    yield entry

    @property
    def methods(self) -> Mapping[str, int]:
        """The methods that entries lean on, each with the first line that does."""
        first: dict[str, int] = {}
        for entry in self.entries.values():
            leaning = (*entry.vouchers.methods, *(("dkim",) if entry.vouchers.signers else ()))
            for method in leaning:
                first[method] = min(entry.line, first.get(method, entry.line))
        return first


def _keys(sender: str) -> list[str]:
    local, domain = split(sender)
    return [f"{local}@{domain}", *parents(domain)] if domain else []


def _rank(key: str) -> tuple[bool, int]:
    """Addresses first, then the longest domain."""
    return "@" not in key, -key.count(".")


def _entries(words: list[str], reader: Reader) -> Iterator[tuple[str, SenderEntry]]:
    """The entry of one line, for each recipient that it names."""
    deed = next((one for one in Deed if one == words[0].lower()), None)
    if deed is None:
        reader.error(f"{words[0]!r} is no deed", "begin the line with allow, deny or hold")
        return
    named = words[1] if words[1:] else "nobody"
    who = _party(named) if words[1:] else ""
    if not who:
        reader.error(
            f"{named!r} is no sender", f"write {_without_pattern(named) or 'news@shop.example or shop.example'}"
        )
        return
    scopes, vouching = _split(words[2:])
    vouchers, recipients = _vouchers(vouching, who, reader), _scopes(scopes, reader)
    if vouchers is None or recipients is None:
        return
    if deed is Deed.ALLOW and not vouchers:
        message = f"anybody can write as {who}, and would be let in"
        reader.warn(message, "add spf, dkim, dmarc, dkim=DOMAIN or client=NETWORK")
    entry = SenderEntry(deed, who, reader.line, vouchers)
    yield from ((recipient, entry) for recipient in recipients)


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """What is said of recipients, and the rest."""
    scopes = [word for word in words if word.lower().startswith("for=")]
    return scopes, [word for word in words if word not in scopes]


def _party(text: str) -> str:
    """An address or a domain as they are looked up, or "" for what is neither. A star is no pattern here."""
    local, domain = split(text)
    domain = dns_name(domain if "@" in text else text)
    sound = domain and "*" not in text and (local or "@" not in text)
    return "" if not sound else f"{local}@{domain}" if "@" in text else domain


def _without_pattern(text: str) -> str:
    """The domain that `*@b.example`, `@b.example`, `*.b.example` or `.b.example` means elsewhere, or ""."""
    return _party(text.lstrip("*").lstrip("@."))


def _scopes(words: list[str], reader: Reader) -> list[str] | None:
    named = [text for word in words for text in word[4:].split(",")]
    found = [_party(text) for text in named]
    for text, party in zip(named, found, strict=True):
        if not party:
            reader.error(f"{text!r} is no recipient", "write for=anna@own.example,own.example without spaces")
            return None
    return found or [""]


def _vouchers(words: list[str], who: str, reader: Reader) -> Vouchers | None:
    methods, signers, clients = set(), set(), []
    for word in words:
        name, equals, value = word.lower().partition("=")
        if name in _METHODS and not equals:
            methods.add(name)
        elif name == "dkim" and dns_name(value):
            signers.add(dns_name(value))
        elif name == "client" and _is_network(value):
            clients.append(value)
        else:
            reader.error(f"{word!r} vouches for nobody", f"use {_WAYS} behind {who}")
            return None
    return Vouchers(frozenset(methods), frozenset(signers), Networks.parse(clients))


_WAYS = "spf, dkim, dmarc, dkim=DOMAIN, client=NETWORK, for=RECIPIENT"


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
