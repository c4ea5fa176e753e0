"""fields: what a header rule is shown: `From:addr`, `ALL`, `ToCc`, `X-Spam-Relays-Untrusted`, `Received:last`, …

The modifiers are those of `Mail::SpamAssassin::PerMsgStatus`: `:raw :first :last :addr :name :host :domain :ip :revip`.
Never raises.
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from gatekeeper.spamassassin.texts.addresses import addresses
from gatekeeper.spamassassin.texts.chunks import lines_of
from gatekeeper.spamassassin.texts.headers import decoded_value
from gatekeeper.spamassassin.texts.hosts import Registry, is_host_name
from gatekeeper.spamassassin.texts.patterns import LONE_IP, ONE_QUOTED, SPACE, SPACES, TOKEN

if TYPE_CHECKING:
    from gatekeeper.spamassassin.texts.texts import SaTexts

_MESSAGE_IDS = (b"X-Message-Id", b"Resent-Message-Id", b"X-Original-Message-ID", b"Message-Id")


def values_of(texts: "SaTexts", request: str) -> list[bytes]:
    """All values, each with its line end if it is a whole field."""
    name, *modifiers = request.split(":")
    asked = frozenset(modifiers)
    parsed = bool(asked & {"addr", "name"})
    if (place := _PLACES.get(name)) is not None:
        return _between(texts, *place(texts), raw="raw" in asked)
    found = _values(texts, name, "raw" in asked, parsed)
    if found and "first" in asked:
        found = found[:1]
    elif found and "last" in asked:
        found = found[-1:]
    if "addr" in asked:
        found = [one.address for value in found for one in addresses(value) if one.address is not None]
    elif "name" in asked:
        names = [one.phrase for value in found for one in addresses(value) if one.phrase is not None]
        found = names if "raw" in asked else [_shown(phrase) for phrase in names]
    if asked & {"host", "domain"}:
        hosts = [_host(value, "addr" in asked, texts.registry) for value in found]
        found = [texts.registry.registered(host) if "domain" in asked else host for host in hosts if host]
    elif asked & {"ip", "revip"}:
        ips = [ip[1] for value in found if (ip := LONE_IP.search(value))]
        found = [back for ip in ips if (back := _reversed(ip))] if "revip" in asked else ips
    return found


def joined(values: list[bytes]) -> bytes | None:
    """All values as one text, each on a line of its own; None if there is none."""
    if not values:
        return None
    return (b"" if values[0].endswith(b"\n") else b"\n").join(values)


def _values(texts: "SaTexts", name: str, raw: bool, parsed: bool) -> list[bytes]:
    headers, key = texts.tree.root.headers, name.lower()
    if key == "envelopefrom":
        return [] if texts.envelope_from is None else [texts.envelope_from]
    if key in _RELAYS:
        return [_RELAYS[key](texts)]
    get: Callable[[bytes], list[bytes]] = headers.unfolded if raw else lambda field: _lines(headers.decoded(field))
    if key == "tocc":
        return [*get(b"To"), *get(b"Cc")]
    if name == "MESSAGEID":
        return [value for field in _MESSAGE_IDS for value in get(field) if value]
    field = name.encode("utf-8", "surrogateescape")
    found = list(headers.raw(field)) if raw or parsed else _lines(headers.decoded(field))
    if not found and key in _METADATA and (value := _METADATA[key](texts)) is not None:
        return [value]
    return found


def _lines(values: list[bytes]) -> list[bytes]:
    return [value + b"\n" for value in values]


def _sender_domain(texts: "SaTexts") -> bytes | None:
    hosts = values_of(texts, "EnvelopeFrom:first:addr:host")
    return hosts[0].lower() if hosts else None


def _author_domain(texts: "SaTexts") -> bytes | None:
    hosts = dict.fromkeys(values_of(texts, "From:addr:host"))
    return b" ".join(host.lower() for host in hosts) if hosts else None


_METADATA: dict[str, Callable[["SaTexts"], bytes | None]] = {
    "x-senderdomain": _sender_domain,
    "x-authordomain": _author_domain,
}
_RELAYS: dict[str, Callable[["SaTexts"], bytes]] = {
    "x-spam-relays-trusted": lambda texts: texts.relays.text("trusted"),
    "x-spam-relays-untrusted": lambda texts: texts.relays.text("untrusted"),
    "x-spam-relays-internal": lambda texts: texts.relays.text("internal"),
    "x-spam-relays-external": lambda texts: texts.relays.text("external"),
}
_PLACES: dict[str, Callable[["SaTexts"], tuple[int | None, int | None]]] = {
    "ALL": lambda _: (None, None),
    "ALL-TRUSTED": lambda texts: (None, texts.relays.last_trusted + 1),
    "ALL-INTERNAL": lambda texts: (None, texts.relays.last_internal + 1),
    "ALL-UNTRUSTED": lambda texts: (texts.relays.last_trusted + 1, None),
    "ALL-EXTERNAL": lambda texts: (texts.relays.last_internal + 1, None),
}
"""Which fields: from the Received of that number on, or to that one with it; None is no limit."""


def _between(texts: "SaTexts", start: int | None, end: int | None, raw: bool) -> list[bytes]:
    fields = _pristine(texts.tree.head) if raw else texts.tree.root.headers.all_fields(raw=False)
    if start is None and end is None:
        return fields
    if not raw:
        fields = lines_of(b"".join(fields))
    found, number = [], -1
    for field in fields:
        number += field[:9].lower() == b"received:"
        if (start is None or start <= number) and (end is None or number <= end):
            found.append(field)
        if end is not None and number == end:
            break
    return found


def _pristine(head: bytes) -> list[bytes]:
    """Each field as it stands, its folds with it; one that the message ends in is none."""
    fields: list[list[bytes]] = []
    for line in lines_of(head):
        if not line.startswith((b" ", b"\t")):
            fields.append([line])
        elif fields:
            fields[-1].append(line)
    joined = [b"".join(lines) for lines in fields]
    return [field for field in joined if field != b"\n" and field.endswith(b"\n")]


def _shown(phrase: bytes) -> bytes:
    """A name without encoded words, with single spaces and without single quotes around it."""
    name = decoded_value(phrase, b"")
    if not name.strip(SPACES):
        return name
    return ONE_QUOTED.sub(rb"\1", SPACE.sub(b" ", name).strip(b" "))


def _host(value: bytes, is_address: bool, registry: Registry) -> bytes | None:
    if is_address:
        behind = TOKEN.match(value.rpartition(b"@")[2])
        return behind[0] if behind else None
    for line in value.split(b"\n"):
        for place in _ats(line):
            host = registry.host_after(line, place)
            if host is not None:
                if is_host_name(host):
                    return host
                break
        else:
            continue
        break
    return next((host for host in registry.hosts(value) if is_host_name(host)), None)


def _ats(line: bytes) -> list[int]:
    """Behind each `@`, the last first; not more than 100."""
    places: list[int] = []
    at = line.rfind(b"@")
    while at >= 0 and len(places) < 100:
        places.append(at + 1)
        at = line.rfind(b"@", 0, at)
    return places


def _reversed(ip: bytes) -> bytes | None:
    """As a DNS list is asked."""
    try:
        address = ip_address(ip.decode("ascii"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return ".".join(reversed(address.exploded.replace(":", ""))).encode("ascii")
    return b".".join(reversed(ip.split(b".")))
