"""from_to: everybody whom a message names as its sender or as its recipient. Never raises."""

from typing import TYPE_CHECKING

from gatekeeper.spamassassin.texts.hosts import is_host_name
from gatekeeper.spamassassin.texts.patterns import DOTS, FOR

if TYPE_CHECKING:
    from gatekeeper.spamassassin.texts.texts import SaTexts

_FROM = ("From", "Envelope-Sender", "Resent-Sender", "X-Envelope-From", "EnvelopeFrom")
_TO = (
    "To",
    "Apparently-To",
    "Delivered-To",
    "Envelope-Recipients",
    "Apparently-Resent-To",
    "X-Envelope-To",
    "Envelope-To",
    "X-Delivered-To",
    "X-Original-To",
    "X-Rcpt-To",
    "X-Real-To",
    "Cc",
)


def from_addresses(texts: "SaTexts") -> list[bytes]:
    """Each once: who resent it, or else every sender."""
    resent = texts.headers("Resent-From:first:addr")
    found = resent or [DOTS.sub(b".", one) for name in _FROM for one in texts.headers(f"{name}:addr") if one]
    return list(dict.fromkeys(found))


def to_addresses(texts: "SaTexts") -> list[bytes]:
    """Each once: whom it was resent to, or else every recipient, those in the latest Received fields first."""
    found = [*texts.headers("Resent-To:first:addr"), *texts.headers("Resent-Cc:first:addr")]
    if not found:
        received = [FOR.search(line) for line in texts.headers("Received")[:3]]
        found = [one[1] for one in received if one and is_host_name(one[2])]
        found += [one for name in _TO for one in texts.headers(f"{name}:addr")]
    return list(dict.fromkeys(found))
