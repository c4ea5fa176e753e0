"""relay_eval: the relays that Received names: forged, unknown, all trusted (RelayEval)."""

from gatekeeper.spamassassin.evals.contract import Case, Relay, once
from gatekeeper.spamassassin.evals.perl import ADDRESS_V4, fixed, is_ipv4, is_private, literal

_NUMERIC_HELO = fixed(rf"\bhelo=({ADDRESS_V4})(?:[\x00-\x20,;\[()<>]|$)", "i")
_LETTER = fixed(r"[A-Za-z]")
_TOP = fixed(r"\S{3,}|ie|fr|de")
_NAME = fixed(r"^\w+(?:[\w.-]+\.)+\w+$")
_LOCALHOST = fixed(r"^localhost(?:\.localdomain)?$")
_DOTCOM = fixed(
    r"(?:\.|^)(?:lycos\.com|lycos\.co\.uk|hotmail\.com|localhost\.com|excite\.com|caramail\.com|cs\.com|aol\.com"
    r"|msn\.com|yahoo\.com|drizzle\.com)$",
    "i",
)
_DIGITS = fixed(r"^\d+\.\d+\.\d+\.\d+$")


def check_no_relays(case: Case) -> bool:
    """Whether no Received says anything."""
    relays = case.texts.relays
    return not (relays.trusted or relays.untrusted or relays.unparseable)


def check_all_trusted(case: Case) -> bool:
    """Whether the message came through trusted relays alone."""
    relays = case.texts.relays
    return bool(relays.trusted) and not (relays.untrusted or relays.unparseable)


def check_relays_unparseable(case: Case) -> bool:
    """Whether nothing could be made of a Received field."""
    return case.texts.relays.unparseable > 0


def check_for_numeric_helo(case: Case) -> bool:
    """Whether an untrusted relay said an address for a name. Private ones are meant to be spared, and are not."""
    return _NUMERIC_HELO.search(case.texts.header("X-Spam-Relays-Untrusted") or b"") is not None


def check_for_illegal_ip(_case: Case) -> bool:
    """Nothing: SpamAssassin says no always."""
    return False


def helo_ip_mismatch(case: Case) -> bool:
    """Whether a relay said an address for a name that is not of its own network of 256."""
    return any(_other_network(relay) for relay in case.texts.relays.untrusted)


def _other_network(relay: Relay) -> bool:
    public = all(is_ipv4(address) and not is_private(address) for address in (relay.helo, relay.ip))
    return public and relay.helo.rpartition(b".")[0] != relay.ip.rpartition(b".")[0]


def check_for_sender_no_reverse(case: Case) -> bool:
    """Whether the first relay has a public address and a name with a dot (SpamAssassin's own reading)."""
    untrusted = case.texts.relays.untrusted
    return bool(untrusted) and b"." in untrusted[-1].rdns and not untrusted[-1].ip_private


def check_for_from_domain_in_received_headers(case: Case, domain: str, wanted: str) -> bool:
    """Whether From is at `domain`, and a relay there took the message from another there, or (`wanted` is not `true`)
    none did.
    """
    name = literal(domain.encode())
    if not fixed(rf"\b{name}", "i").search(case.first("From:addr")):
        return False
    relays = b"\n".join(case.texts.header(f"X-Spam-Relays-{kind}") or b"" for kind in ("Trusted", "Untrusted"))
    seen = fixed(rf" rdns=\S*\b{name} [^\]]*by=\S*\b{name} ").search(relays) is not None
    return seen == (wanted == "true")


def check_for_no_rdns_dotcom_helo(case: Case) -> bool:
    """Whether the first public relay said it were a large provider's and has no name."""
    public = [relay for relay in case.texts.relays.untrusted if not relay.ip_private]
    return bool(public) and public[-1].no_reverse_dns and _DOTCOM.search(public[-1].helo) is not None


def check_for_forged_received_trail(case: Case) -> bool:
    """Whether it happened more than once that a relay is not called what the next one says took the message."""
    return _mismatches(case)[0] > 1


def check_for_forged_received_ip_helo(case: Case) -> bool:
    """Whether a relay said an address for a name that is far from its own."""
    return _mismatches(case)[1] > 0


@once
def _mismatches(case: Case) -> tuple[int, int]:
    """How often names do not follow from one relay to the next, and how often an address said is not the own."""
    names = addresses = 0
    before: bytes | None = None
    for relay in case.texts.relays.untrusted:
        by, name = _domain(relay.by), _domain(relay.rdns)
        if not _NAME.search(by):
            before = name
            continue
        addresses += _far(_domain(relay.helo), relay.ip)
        forged = before is not None and _NAME.search(before) and by != before
        names += bool(forged and (by, before) != (b"msn.com", b"hotmail.com"))
        before = None if _LOCALHOST.search(name) and relay.ip == b"127.0.0.1" else name
    return names, addresses


def _far(helo: bytes, address: bytes) -> bool:
    """Whether both are addresses, of different networks of 65536."""
    both = _DIGITS.search(helo) is not None and _DIGITS.search(address) is not None
    return both and helo.split(b".")[:2] != address.split(b".")[:2] and not is_private(helo)


def _domain(host: bytes) -> bytes:
    """The last labels of a host in lower case: two, or three below a top level domain of two letters."""
    name = host.lower()
    labels = name.rstrip(b".").split(b".")
    if not _LETTER.search(name):
        return name
    if len(labels) > 1 and _TOP.search(labels[-1]):
        return b".".join(labels[-2:])
    return b".".join(labels[-3:]) if len(labels) > 2 else name


FUNCTIONS = (
    check_no_relays,
    check_all_trusted,
    check_relays_unparseable,
    check_for_numeric_helo,
    check_for_illegal_ip,
    helo_ip_mismatch,
    check_for_sender_no_reverse,
    check_for_from_domain_in_received_headers,
    check_for_no_rdns_dotcom_helo,
    check_for_forged_received_trail,
    check_for_forged_received_ip_helo,
)
