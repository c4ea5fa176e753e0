"""route: from a recipient to its next hop. Neither an open relay nor a loop to ourselves.

A domain is ours if `relay.domains` lists it, or, without that list, if the mailertable has an entry for it other than
the catch-all `.`. All else is refused with `550 5.7.1` unless the client may relay; so is an address of ours whose
local part would make the server behind us relay (`user%other`, `other!user`, `"user@other"`). Nothing raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gatekeeper.protocols.address import routes_onward
from gatekeeper.tables.hop import DISCARD, Hop
from gatekeeper.tables.mailertable import Mailertable
from gatekeeper.tables.transport import TransportMap
from gatekeeper.tables.virtusertable import Virtusertable
from gatekeeper.values import Reply

RELAY_DENIED, RELAY_UNKNOWN = "relay-denied", "relay-unknown"
LOOP, NO_HOP, BY_TABLE = "loop", "no-next-hop", "mailertable"

_POSTMASTER = "postmaster"
_EVERY = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared, not bound


@dataclass(frozen=True, slots=True)
class Route:
    """`address` is the recipient as the hop shall see it; `own`: its domain is ours."""

    hop: Hop
    address: str
    own: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """No way for this recipient. `reason` is a slug."""

    reply: Reply
    reason: str


_DENIED = Denied(Reply(550, "5.7.1", ("Relaying denied",)), RELAY_DENIED)
_LOOPING = Denied(Reply(550, "5.7.1", ("Relaying denied: the next hop is this gateway itself",)), LOOP)
_NOBODY = Denied(Reply(550, "5.1.1", ("User unknown",)), BY_TABLE)
_NOWHERE = Denied(Reply(451, "4.3.5", ("No next hop is known for this domain, try again later",)), NO_HOP)


class Routes:
    """`domains` as in `relay.domains`; `.example.org` there stands for what is below it. `listeners` are our own
    sockets, textual address and port. `virtual` gives recipients other addresses first.
    """

    def __init__(
        self,
        mailertable: Mailertable | TransportMap,
        domains: Iterable[str] = (),
        listeners: Collection[tuple[str, int]] = (),
        virtual: Virtusertable | None = None,
    ) -> None:
        self._mailertable = mailertable
        self._virtual = virtual or Virtusertable()
        self._domains = tuple(domain.lower().removesuffix(".") for domain in domains)
        self._listed = frozenset(self._domains)
        self._listeners = listeners

    def route(self, address: str, *, may_relay: bool = False) -> Route | Denied:
        """Where mail for `address`, as it stood in RCPT, goes. `may_relay`: this client may send to foreign domains."""
        local, at, written = address.rpartition("@")
        if not at and address.lower() == _POSTMASTER:
            # RFC 5321 §4.5.1: taken without a domain; it goes where that of the first own domain goes.
            local, written = address, self._first_domain()
        written = written.removesuffix(".")
        domain = _ascii(written.lower())
        own = bool(domain) and self.is_own(domain)
        if not may_relay and (not own or local.startswith("@") or routes_onward(address)):
            return _DENIED
        return self._onward(f"{local}@{written}", local, domain, own)

    def beyond(self, address: str) -> Route | Denied:
        """Where mail for an address goes that an operator's own table names, wherever that is."""
        local, _, written = address.rpartition("@")
        return self._onward(address, local, _ascii(written.lower().removesuffix(".")), self.is_own(written.lower()))

    def _onward(self, address: str, local: str, domain: str, own: bool) -> Route | Denied:
        other = self._virtual.look_up(f"{local}@{domain}")
        if isinstance(other, Reply):
            return Denied(other, BY_TABLE)
        if other is not None:
            address, (local, _, domain) = other, other.rpartition("@")
            domain = _ascii(domain.lower().removesuffix("."))
        target = self._mailertable.lookup(domain, local)
        if target is None and other is None and domain in self._virtual.domains:
            return _NOBODY
        return self._to(target, address, own)

    def is_own(self, domain: str) -> bool:
        """Mail for it is ours to take. `domain` in lower case, without a final dot."""
        if not self._domains:
            return self._mailertable.names(domain) or domain in self._virtual.domains
        labels = domain.split(".")
        return domain in self._listed or any("." + ".".join(labels[n:]) in self._listed for n in range(1, len(labels)))

    def _to(self, target: Hop | Reply | None, address: str, own: bool) -> Route | Denied:
        if target is None:
            return _NOWHERE if own else _DENIED
        if isinstance(target, Reply):
            return Denied(target, BY_TABLE)
        if target.mailer == DISCARD:
            return Route(target, address, own)
        if not target.smtp:
            return _NOWHERE
        looping = any(self._is_ours(hop) for hop in (target, *target.others))
        return _LOOPING if looping else Route(target, target.user or address, own)

    def _is_ours(self, hop: Hop) -> bool:
        """By its address; what hides behind a name shows when we connect."""
        addresses = {address for address, port in self._listeners if port == hop.port}
        loopback = hop.host == "::1" or hop.host.startswith("127.")
        return hop.host in addresses or (loopback and not _EVERY.isdisjoint(addresses))

    def _first_domain(self) -> str:
        names = self._domains or tuple(self._mailertable.targets)
        return next((name for name in names if name[0] not in ".*" and "@" not in name), "")


def _ascii(domain: str) -> str:
    """As the tables write it (RFC 5890): what cannot be written so is in no table."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
