"""addresses: everybody whom a message is from, and everybody whom it is to, as header fields and relays tell."""

from gatekeeper.spamassassin.evals.contract import Case, once
from gatekeeper.spamassassin.evals.domains import ascii_name, well_formed
from gatekeeper.spamassassin.evals.perl import fixed

_SENDERS = ("From", "Envelope-Sender", "Resent-Sender", "X-Envelope-From", "EnvelopeFrom")
_RECIPIENTS = (
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
_FOR = fixed(r" for <?(\S+@(\S+?))>?;")
_DOTS = fixed(r"\.+")


@once
def all_from(case: Case) -> tuple[bytes, ...]:
    """Who sent it again, else the authors and senders of whatever field, each once."""
    if resent := case.texts.headers("Resent-From:first:addr"):
        return tuple(dict.fromkeys(resent))
    found = (address for name in _SENDERS for address in case.texts.headers(f"{name}:addr"))
    return tuple(dict.fromkeys(_DOTS.sub(b".", address) for address in found if address))


@once
def all_to(case: Case) -> tuple[bytes, ...]:
    """Whom it was sent to again, else the recipients of whatever field, those of the last three relays first."""
    texts = case.texts
    if resent := (*texts.headers("Resent-To:first:addr"), *texts.headers("Resent-Cc:first:addr")):
        return tuple(dict.fromkeys(resent))
    relayed = (found for line in texts.headers("Received")[:3] if (found := _FOR.search(line)))
    named = (address for name in _RECIPIENTS for address in texts.headers(f"{name}:addr"))
    return tuple(dict.fromkeys((*(found[1] for found in relayed if well_formed(ascii_name(found[2]))), *named)))
