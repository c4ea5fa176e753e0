"""A record as they mostly are."""

from gatekeeper.values import (
    Action,
    Client,
    Dns,
    Envelope,
    Fate,
    Finding,
    Found,
    Outcome,
    Recipient,
    Record,
    Verdict,
    new_id,
)


def record(
    sender: str = "alice@example.net", *recipients: str, reason: str = "clean", received_at: float = 1.7e9
) -> Record:
    to = recipients or ("bob@example.org",)
    client = Client("192.0.2.1", "mx.example.net", 4711)
    envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=to, received_at=received_at)
    verdict = Verdict(Action.ACCEPT, reason, 1.5, 5.0, (Finding("dnsbl-listed", 1.5, "192.0.2.1 in list.example"),))
    return Record(
        envelope,
        dict.fromkeys(to, verdict),
        dict.fromkeys(to, Outcome(Fate.DELIVERED, "[127.0.0.1]:2526", "250 2.0.0 Ok")),
        ((Dns("1.2.0.192.list.example"), Found(("127.0.0.2",))), (Recipient(to[0]), Found())),
        6000,
        "ab" * 32,
        "c0ffee",
        ("removed X-Spam-Flag",),
        0.003,
    )
