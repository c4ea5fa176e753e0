"""samples: the messages of the demonstration, made here; nothing in them is real or harmful."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

OURS = "anna@company.example"
NEWSLETTER = "news@shop.example"  # the demonstration holds what it sends

# Written in two halves, so that no scanner takes this file for what it only quotes.
_GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


_PRIZE = """\
<html><body><h1>You have won!</h1>
<p>Dear friend, you have won 1,000,000 dollars in our lottery.</p>
<p style="color: #ffffff; background: #ffffff">garden window weather invoice report</p>
<p><a href="http://192.0.2.7/claim">https://www.bank.example/</a></p>
<img src="http://192.0.2.7/seen.gif" width="1" height="1">
<script>alert("It runs.")</script>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message: what it is in a few words, its envelope, its Message-ID and its bytes, lines ended by CRLF."""

    title: str
    sender: str
    recipient: str
    id: str
    raw: bytes


def samples() -> list[Sample]:
    """Ham, two that are held, GTUBE, an .exe, EICAR, and one that is no business of ours."""
    return [
        _sample("a letter", "bert@customer.example", OURS, "Shall we say noon?\n\nBert\n"),
        _sample(
            "a prize",
            "offers@bulk.example",
            OURS,
            "Dear friend,\n\nyou have won 1,000,000 dollars in our lottery. Click to claim your prize.\n",
            subject="YOU HAVE WON $1,000,000",
            page=_PRIZE,
        ),
        _sample("a newsletter", NEWSLETTER, OURS, "What is new in our shop this week: umbrellas, and a kettle.\n"),
        _sample("spam (GTUBE)", "offers@bulk.example", OURS, f"You have won!\n\n{_GTUBE}\n"),
        _sample(
            "an .exe",
            "billing@parcel.example",
            OURS,
            "Your invoice is attached.\n",
            attachment=("invoice.exe", b"MZ\x90\x00" + bytes(60)),
        ),
        _sample(
            "a worm (EICAR)",
            "friend@infected.example",
            OURS,
            "Pictures of our holiday!\n",
            attachment=("pictures.dat", _EICAR),
        ),
        _sample("not for us", "bert@customer.example", "carol@elsewhere.example", "Hello Carol!\n"),
    ]


def _sample(
    title: str,
    sender: str,
    recipient: str,
    text: str,
    attachment: tuple[str, bytes] | None = None,
    subject: str = "",
    page: str = "",
) -> Sample:
    identity = f"<{'-'.join(title.split())}@demo.example>".translate({ord(c): None for c in "()"})
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, recipient, subject or title
    message["Date"] = "Tue, 03 Feb 2026 09:00:00 +0000"
    message["Message-ID"] = identity
    message.set_content(text)
    if page:
        message.add_alternative(page, subtype="html")
    if attachment:
        name, content = attachment
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return Sample(title, sender, recipient, identity, message.as_bytes())
