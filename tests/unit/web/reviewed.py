"""reviewed: messages for tests of the pages, held and in the journal of a site."""

import time

from gatekeeper.quarantine import Hold
from gatekeeper.values import Action, Client, Envelope, Fate, Finding, Outcome, Record, Verdict, new_id
from tests.unit.web.browsing import Site

ANN, BEN = "ann@own.example", "ben@own.example"
SPAM = Verdict(
    Action.QUARANTINE,
    "bayes-spam",
    9.0,
    5.0,
    (Finding("bayes-spam", 6.0, "0.99 by 4 words: offer"), Finding("dnsbl-listed", 3.0, "192.0.2.1 in bl.example")),
)
WORM = Verdict(
    Action.QUARANTINE, "virus-found", 0.0, 5.0, (Finding("virus-found", 0.0, "EICAR", Action.QUARANTINE, danger=True),)
)


def mail(subject: str = "Offer", text: str = "Buy now.", kind: str = "text/plain") -> bytes:
    """One of a single part."""
    head = f"From: Eve <eve@out.example>\r\nTo: {ANN}\r\nSubject: {subject}\r\nContent-Type: {kind}; charset=utf-8\r\n"
    return f"{head}\r\n{text}\r\n".encode("utf-8", "surrogateescape")


def hold(
    site: Site,
    raw: bytes = b"",
    sender: str = "eve@out.example",
    *,
    trusted: bool = False,
    helo: str = "mx",
    name: str = "mx.out.example",
    **verdicts: Verdict,
) -> str:
    """Hold a message for those named (`ann=SPAM`), or for Ann; its id. `trusted`: one of our own hops brought it;
    `name` is that of who brought it.
    """
    told = {f"{name}@own.example": verdict for name, verdict in (verdicts or {"ann": SPAM}).items()}
    client = Client("192.0.2.1", name)
    envelope = Envelope(
        new_id(), "smtp", client, client, trusted=trusted, helo=helo, sender=sender, recipients=tuple(told)
    )
    raw = raw or mail()
    site.quarantine.hold(Hold(envelope, told, [raw], "0" * 64))
    site.quarantine.confirm(envelope.id)
    site.journal.record(Record(envelope, told, dict.fromkeys(told, Outcome(Fate.HELD, "", "250 held")), (), len(raw)))
    assert site.journal.flush()
    return envelope.id


def judged(site: Site, action: Action, reason: str, recipient: str = ANN, sender: str = "kim@out.example") -> str:
    """A message that was judged and is not held; its id."""
    client = Client("192.0.2.2", "")
    at = time.time()
    envelope = Envelope(new_id(), "smtp", client, client, sender=sender, recipients=(recipient,), received_at=at)
    fate = (
        Outcome(Fate.DELIVERED, "[10.0.0.5]:25", "250 Ok") if action.hands_on else Outcome(Fate.REFUSED, "", "550 no")
    )
    site.journal.record(Record(envelope, {recipient: Verdict(action, reason, 1.0, 5.0)}, {recipient: fate}, (), 4000))
    assert site.journal.flush()
    return envelope.id
