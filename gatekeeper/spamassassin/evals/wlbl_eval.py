"""wlbl_eval: allow and deny lists of addresses that rule files name (WLBLEval)."""

import ipaddress
from collections.abc import Iterable

from gatekeeper.spamassassin.evals.contract import Case, Relay, once
from gatekeeper.spamassassin.evals.perl import fixed

_IS_V4 = fixed(r"^\d+\.\d+\.\d+\.\d+$")
_DOTTED = fixed(r"^[\d.]+$")
_LITERAL = fixed(r"^\[(.*)\](/\d{1,3})?$", "s")
_FORGED, _ABSENT, _VOUCHED = -1, 0, 1


def _listed(case: Case, addresses: Iterable[bytes], name: str) -> bool:
    known = case.options.addresses(name)
    return bool(known) and any(_text(address) in known for address in addresses)


def _text(address: bytes) -> str:
    return address.decode("utf-8", "replace").lower()


def check_from_in_blocklist(case: Case) -> bool:
    """Whether an author or sender is on `blocklist_from`."""
    return _listed(case, case.texts.from_addresses, "blocklist_from")


def check_to_in_blocklist(case: Case) -> bool:
    """Whether a recipient is on `blocklist_to`."""
    return _listed(case, case.texts.to_addresses, "blocklist_to")


def check_to_in_welcomelist(case: Case) -> bool:
    """Whether a recipient is on `welcomelist_to`."""
    return _listed(case, case.texts.to_addresses, "welcomelist_to")


def check_to_in_more_spam(case: Case) -> bool:
    """Whether a recipient is on `more_spam_to`."""
    return _listed(case, case.texts.to_addresses, "more_spam_to")


def check_to_in_all_spam(case: Case) -> bool:
    """Whether a recipient is on `all_spam_to`."""
    return _listed(case, case.texts.to_addresses, "all_spam_to")


def check_from_in_list(case: Case, name: str) -> bool:
    """Whether an author or sender is on a list of `enlist_addrlist`."""
    return _listed(case, case.texts.from_addresses, name)


def check_to_in_list(case: Case, name: str) -> bool:
    """Whether a recipient is."""
    return _listed(case, case.texts.to_addresses, name)


def check_replyto_in_list(case: Case, name: str) -> bool:
    """Whether Reply-To is."""
    return _listed(case, [address for address in (case.first("Reply-To:addr"),) if address], name)


def check_from_in_welcomelist(case: Case) -> bool:
    """Whether an author or sender is on `welcomelist_from`, or on `welcomelist_from_rcvd` with a relay to vouch."""
    return _welcome(case) == _VOUCHED


def check_forged_in_welcomelist(case: Case) -> bool:
    """Whether one is on `welcomelist_from_rcvd`, and no relay vouches."""
    return _welcome(case) == _FORGED and _welcome_by_default(case) == _ABSENT


def check_from_in_default_welcomelist(case: Case) -> bool:
    """Whether one is on `def_welcomelist_from_rcvd`, with a relay to vouch."""
    return _welcome_by_default(case) == _VOUCHED


def check_forged_in_default_welcomelist(case: Case) -> bool:
    """Whether one is, and no relay vouches."""
    return _welcome_by_default(case) == _FORGED and _welcome(case) == _ABSENT


@once
def _welcome(case: Case) -> int:
    if _listed(case, case.texts.from_addresses, "welcomelist_from"):
        return _VOUCHED
    return _vouched(case, "welcomelist_from_rcvd")


@once
def _welcome_by_default(case: Case) -> int:
    return _vouched(case, "def_welcomelist_from_rcvd")


def _vouched(case: Case, name: str) -> int:
    """The best and the worst that is to be said of the authors, in that order of importance."""
    found = [_vouched_for(case, name, _text(address)) for address in case.texts.from_addresses]
    return _VOUCHED if _VOUCHED in found else min(found, default=_ABSENT)


def _vouched_for(case: Case, name: str, address: str) -> int:
    entries = list(case.options.addresses(name).matching(address))
    relays = _last_relays(case)
    if not relays or not any(domains for _, domains in entries):
        return _ABSENT
    if any(_vouches(relay, domain) for relay in relays for _, domains in entries for domain in domains):
        return _VOUCHED
    return _ABSENT if address in case.options.addresses("welcomelist_allows_relays") else _FORGED


def _last_relays(case: Case) -> list[Relay]:
    """The last untrusted relay, or all trusted ones."""
    relays = case.texts.relays
    return [*relays.untrusted[:1]] or [*relays.trusted]


def _vouches(relay: Relay, domain: str) -> bool:
    """Whether a relay is that host or in that domain, or has that `[address]` or is of that `[network]`."""
    bracketed = _LITERAL.search(domain.encode("utf-8", "replace"))
    if not bracketed:
        name, wanted = relay.rdns.lower(), domain.lower().encode("utf-8", "replace")
        return name == wanted or name.endswith(b"." + wanted)
    network, length = bracketed[1], bracketed[2] or b""
    if not length and _IS_V4.search(network):
        return bool(relay.ip == network)
    if not length and _DOTTED.search(network):
        return relay.ip.startswith(network.rstrip(b".") + b".")
    return _contains((network + length).decode("latin-1"), relay.ip.decode("latin-1"))


def _contains(network: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def check_mailfrom_matches_rcvd(case: Case) -> bool:
    """Whether the envelope sender is of the same registered domain as the relay that the message came from."""
    domain = case.first("EnvelopeFrom:addr").rpartition(b"@")[2].lower()
    if b"." not in domain.strip(b"."):
        return False
    known = case.texts.registry
    names = (relay.rdns.lower() for relay in _last_relays(case) if relay.rdns)
    return any(known.registered(name) == known.registered(domain) for name in names)


FUNCTIONS = (
    check_from_in_blocklist,
    check_to_in_blocklist,
    check_to_in_welcomelist,
    check_to_in_more_spam,
    check_to_in_all_spam,
    check_from_in_list,
    check_to_in_list,
    check_replyto_in_list,
    check_from_in_welcomelist,
    check_forged_in_welcomelist,
    check_from_in_default_welcomelist,
    check_forged_in_default_welcomelist,
    check_mailfrom_matches_rcvd,
)
