"""surroundings: what of the rule files and settings bears on how a message is rendered. Made once, for all messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.texts.hosts import Registry

Redirector = Callable[[bytes], bytes | None]
"""What a link leads on to, if it is of that kind: the first group of a `redirector_pattern`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Networks that are None are not set: then servers are trusted as long as their addresses are private."""

    trusted: NetSet | None = None
    internal: NetSet | None = None
    msa: NetSet = field(default_factory=NetSet)
    registry: Registry = field(default_factory=Registry)
    redirectors: tuple[Redirector, ...] = ()
    originating_ip_headers: tuple[str, ...] = ()
    envelope_sender_header: str = ""
    parse_dkim_uris: bool = True
    body_part_scan_size: int = 50_000
    rawbody_part_scan_size: int = 500_000


def surroundings_of(options: Options, redirectors: tuple[Redirector, ...] = ()) -> Surroundings:
    """From the settings of rule files; the redirector patterns are compiled by whoever has an engine for them."""

    def names(setting: str) -> frozenset[bytes]:
        return frozenset(word.lower().encode("utf-8", "surrogateescape") for word in options.words(setting))

    return Surroundings(
        trusted=options.networks.get("trusted_networks"),
        internal=options.networks.get("internal_networks"),
        msa=options.networks.get("msa_networks", NetSet()),
        registry=Registry(names("util_rb_tld"), names("util_rb_2tld"), names("util_rb_3tld")),
        redirectors=redirectors,
        originating_ip_headers=options.words("originating_ip_headers"),
        envelope_sender_header=options.text("envelope_sender_header"),
        parse_dkim_uris=options.flag("parse_dkim_uris", True),
        body_part_scan_size=int(options.number("body_part_scan_size", 50_000)),
        rawbody_part_scan_size=int(options.number("rawbody_part_scan_size", 500_000)),
    )
