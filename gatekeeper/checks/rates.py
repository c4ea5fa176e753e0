"""rates: too much from one client, network or sender, or for one recipient, has to come later: 451 4.7.1.

A limit is written `100/1h`: a bucket of 100 that runs out evenly within an hour. What is over it is put off at RCPT and
does not count, so that who waits gets through. Trusted clients, and our own servers and users, are not limited
unless that is asked for. Fails open.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from gatekeeper.authentication.vouching import network_of
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.address import split
from gatekeeper.values import Action, Answers, Counted, Envelope, Finding, Question, Rate, Reply, Stage

EXCEEDED = "rate-exceeded"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_REPLY = Reply(451, "4.7.1", ("Too much mail, try again later",))
_LONGEST = 200


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.rates]"""

    enabled: bool = True
    client: str = ""  # messages from one address: "100/1h", "10/1m"; empty: no limit
    network: str = ""  # messages from one /24 (IPv4) or /48 (IPv6)
    sender: str = ""  # messages of one envelope sender, each network by itself
    recipient: str = ""  # messages for one recipient
    trusted: bool = False  # limit trusted clients, and our own servers and users, too

    def __post_init__(self) -> None:
        for text in (self.client, self.network, self.sender, self.recipient):
            parse_limit(text)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds; `text` is how it was written."""

    most: int
    seconds: float
    text: str


def parse_limit(text: str) -> Limit | None:
    """`100/1h`; None for an empty one. ValueError says what is wrong."""
    if not text:
        return None
    number, slash, time = text.partition("/")
    most, unit = number.strip(), time.strip()[-1:]
    each = time.strip()[:-1] or "1"
    if not slash or unit not in _UNITS or not (_is_count(most) and _is_count(each)):
        raise ValueError(f"{text!r} is no limit: write 100/1h, with s, m, h or d")
    return Limit(int(most), float(int(each) * _UNITS[unit]), text)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """One check for each stage at which something is limited."""
    client, network = parse_limit(settings.client), parse_limit(settings.network)
    sender, recipient = parse_limit(settings.sender), parse_limit(settings.recipient)

    def connect(mail: Mail) -> Iterable[tuple[str, str, Limit | None]]:
        address = mail.envelope.client.address if mail.envelope.client else ""
        return ("client", address, client), ("network", network_of(address), network)

    def from_(mail: Mail) -> Iterable[tuple[str, str, Limit | None]]:
        return (("sender", _sender(mail.envelope), sender),)

    def to(mail: Mail) -> Iterable[tuple[str, str, Limit | None]]:
        return (("recipient", _mailbox(mail.recipient), recipient),)

    stages = {
        Stage.CONNECT: (connect, (client, network)),
        Stage.SENDER: (from_, (sender,)),
        Stage.RECIPIENT: (to, (recipient,)),
    }
    return {stage: _limiting(who, settings.trusted) for stage, (who, limits) in stages.items() if any(limits)}


def _limiting(
    who: Callable[[Mail], Iterable[tuple[str, str, Limit | None]]], trusted: bool
) -> Callable[[Mail], Generator[frozenset[Question], Answers, list[Finding]]]:
    """The check that asks about each of these that is known and limited."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if (mail.envelope.trusted or mail.envelope.outbound) and not trusted:
            return []
        if any(finding.name == EXCEEDED for finding in mail.findings):
            return []  # it comes again, and is counted then
        asked = {
            Rate(f"{kind}:{key}", limit.most, limit.seconds): (kind, key, limit)
            for kind, key, limit in who(mail)
            if key and limit
        }
        if not asked:
            return []
        answers = yield frozenset(asked)
        return [
            _exceeded(*what, answer.level)
            for question, what in asked.items()
            if isinstance(answer := answers[question], Counted) and answer.level > question.most
        ]

    return check


def _exceeded(kind: str, key: str, limit: Limit, level: float) -> Finding:
    evidence = f"{kind} {_printable(key)}: {level:.1f} where {limit.text} are allowed"
    return Finding(EXCEEDED, evidence=evidence, certain=Action.DEFER, reply=_REPLY)


def _sender(envelope: Envelope) -> str:
    """The envelope sender; that of a stranger is one for each network, so that who forges it elsewhere takes nothing
    away from whose it is. There is nothing to know the null sender by.
    """
    if not envelope.sender:
        return ""
    network = network_of(envelope.client.address) if envelope.client and not envelope.outbound else ""
    return f"{_mailbox(envelope.sender)} {network}".rstrip()


def _mailbox(address: str) -> str:
    """As a key: what is too long to be an address is as many as begin alike."""
    local, domain = split(address)
    return f"{local}@{domain}"[:_LONGEST] if local or domain else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:_LONGEST])
