"""sender: the sender in the envelope, from the envelope itself or from what servers write into the header of it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatekeeper.spamassassin.texts.texts import SaTexts

_FIELDS = (b"X-Envelope-From", b"Envelope-Sender", b"Return-Path")


def envelope_from(texts: "SaTexts") -> bytes | None:
    """None where nothing is known that could be relied on. Never raises."""
    envelope = texts.envelope
    if envelope is not None and envelope.client is not None and envelope.client.address:
        return envelope.sender.encode("utf-8", "surrogateescape")
    if name := texts.around.envelope_sender_header:
        found = texts.headers(f"{name}:first:addr")
        return found[0] if found and b"@" in found[0][1:] else None
    relays = texts.relays
    step = relays.untrusted[0] if relays.untrusted else relays.trusted[-1] if relays.trusted else None
    if step is not None and step.envfrom is not None and (step.envfrom == b"" or b"@" in step.envfrom[1:]):
        return step.envfrom
    return None if _was_fetched(texts) else _from_fields(texts)


def _was_fetched(texts: "SaTexts") -> bool:
    """Fetchmail makes X-Sender, which lists write, the sender."""
    senders = texts.headers("X-Sender:first:addr")
    if not senders or b"@" not in senders[0]:
        return False
    return any(b"(fetchmail" in line for line in texts.headers("Received"))


def _from_fields(texts: "SaTexts") -> bytes | None:
    """A field below a Received is that of an earlier journey."""
    for name in _FIELDS:
        if found := texts.headers(f"{name.decode('ascii')}:first:addr"):
            if not _is_below_received(texts, name):
                return found[0]
            if name == b"X-Envelope-From":
                return None
    return None


def _is_below_received(texts: "SaTexts", name: bytes) -> bool:
    lines = b"\n" + b"".join(texts.headers("ALL")).lower()
    received = lines.find(b"\nreceived:")
    return received >= 0 and lines.find(b"\n" + name.lower() + b":", received + 1) >= 0
