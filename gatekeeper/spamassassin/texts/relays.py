"""relays: the servers that a message came by, and which are trusted, as SpamAssassin infers it. Never raises."""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.texts.headers import Headers
from gatekeeper.spamassassin.texts.patterns import FOLD, IP
from gatekeeper.spamassassin.texts.received import NoStep, Relay, is_private, relay_of
from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.values import Envelope

_LOOPBACK = NetSet.parse(["127.0.0.0/8", "::1"])


@dataclass(slots=True)
class Relays:
    """Each list has the latest step first. `last_trusted` and `last_internal` count Received fields from the top, -1
    for none; `unparseable` those in no known format.
    """

    trusted: list[Relay] = field(default_factory=list)
    untrusted: list[Relay] = field(default_factory=list)
    internal: list[Relay] = field(default_factory=list)
    external: list[Relay] = field(default_factory=list)
    last_trusted: int = -1
    last_internal: int = -1
    unparseable: int = 0

    def text(self, which: str) -> bytes:
        """What a rule for `X-Spam-Relays-Trusted`, `-Untrusted`, `-Internal` or `-External` sees."""
        steps: list[Relay] = getattr(self, which)
        return b" ".join(step.text for step in steps)


def relays_of(headers: Headers, around: Surroundings, envelope: Envelope | None = None) -> Relays:
    """Those that the header tells of; the client of `envelope` stands before them, if it is known."""
    walk = _Walk(around)
    if envelope is not None and envelope.client is not None and envelope.client.address:
        walk.step(_of_envelope(envelope), counted=False)
    sender: bytes | None = None
    for line in _lines(headers, around):
        relay, known_sender = relay_of(line)
        if isinstance(relay, NoStep):
            walk.no_step(relay)
        else:
            relay.envfrom = sender or relay.envfrom
            walk.step(relay)
        sender = known_sender
    return walk.relays


def _lines(headers: Headers, around: Surroundings) -> list[bytes]:
    lines = [FOLD.sub(b" ", value) for value in headers.decoded(b"received")]
    for name in around.originating_ip_headers:
        found = IP.search(headers.last(name.encode("utf-8", "surrogateescape")))
        if found:
            lines.append(b"from X-Originating-IP: " + found[0])
    return lines


def _of_envelope(envelope: Envelope) -> Relay:
    client = envelope.client
    assert client is not None

    def octets(text: str) -> bytes:
        return text.encode("utf-8", "surrogateescape")

    return Relay(
        ip=octets(client.address.partition("%")[0]),
        rdns=octets(client.name),
        helo=octets(envelope.helo),
        envfrom=octets(envelope.sender),
        id=octets(envelope.queue_id),
        no_reverse_dns=not client.name,
    )


class _Walk:
    """From the latest step back, as long as each is trusted."""

    def __init__(self, around: Surroundings) -> None:
        self.relays = Relays()
        self.inferred = around.trusted is None and around.internal is None
        self.trusted_networks = around.trusted if around.trusted is not None else around.internal
        self.internal_networks = around.internal if around.internal is not None else around.trusted
        self.msa_networks = around.msa
        self.trusted = self.internal = True
        self.found_msa = False
        self.fetched_counts = True

    def no_step(self, why: NoStep) -> None:
        relays = self.relays
        if why is NoStep.FETCHED and self.fetched_counts:
            relays.trusted, relays.internal, relays.external = [], [], []
        relays.unparseable += why is NoStep.UNPARSEABLE
        relays.last_trusted += self.trusted
        relays.last_internal += self.internal

    def step(self, relay: Relay, counted: bool = True) -> None:
        relays = self.relays
        if self.trusted and not self.found_msa:
            self._judge(relay)
        relay.internal = self.internal
        (relays.trusted if self.trusted else relays.untrusted).append(relay)
        (relays.internal if self.internal else relays.external).append(relay)
        self.fetched_counts = self.trusted
        relays.last_trusted += self.trusted and counted
        relays.last_internal += self.internal and counted

    def _judge(self, relay: Relay) -> None:
        ip = relay.ip.decode("latin-1")
        if self.inferred:
            self.trusted = is_private(relay.ip) or bool(relay.auth)
            self.internal = self.internal and self.trusted
        elif not relay.auth and not _within(ip, self.trusted_networks):
            self.trusted = self.internal = False
        else:
            self.internal = self.internal and (bool(relay.auth) or _within(ip, self.internal_networks))
            self.found_msa = relay.msa = ip in self.msa_networks


def _within(ip: str, networks: NetSet | None) -> bool:
    """The loop-back addresses are always among them."""
    return ip in _LOOPBACK or (networks is not None and ip in networks)
