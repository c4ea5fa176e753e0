"""samples: the messages that the demonstration model is made of. Written for this project; nobody's mail is in it.

A few dozen of each class, of a kind that anybody has seen: enough to show what learning does, far too few to know
anything. The same every time.
"""

from collections.abc import Iterator
from itertools import cycle, islice, product

_SPAM_SUBJECTS = (
    "Last chance: {thing} at 80% off",
    "You have been selected, claim your {thing}",
    "RE: your unpaid {thing} invoice",
    "Make $5,000 a week with {thing}",
    "Cheap {thing} without prescription",
)
_SPAM_THINGS = ("replica watches", "pills", "crypto signals", "lottery prize", "loan", "gift card", "mailbox quota")
_SPAM_BODIES = (
    "Dear friend,\n\nact now!!! Our exclusive {thing} offer ends tonight. 100% guaranteed, no risk, money back.\n"
    "Click here http://best-{slug}.example/claim?id={n} to order now. Unsubscribe: http://best-{slug}.example/out\n",
    "Congratulations! Your email address has won our {thing} draw. To claim the sum of USD 1,500,000.00 send your\n"
    "full name, bank and telephone to the claims agent. This is strictly confidential. Reply urgently.\n",
    "Your account will be suspended within 24 hours. Verify your {thing} immediately at\n"
    "http://192.0.2.{n}/login/verify.php or you lose all your messages.\n\nSecurity team\n",
    "<html><body bgcolor=#ff0000><font size=7 color=yellow>BUY {thing}</font><br>\n"
    '<a href="http://{slug}-deals.example/?r={n}"><img src="http://{slug}-deals.example/b.gif"></a>\n'
    "<font color=#ff0000 size=1>quietly meadow bicycle</font></body></html>\n",
)
_HAM_SUBJECTS = (
    "Minutes of the {thing} meeting",
    "Re: {thing} before Friday",
    "Question about the {thing}",
    "[users] {thing} fails after the update",
    "{thing}: draft for review",
)
_HAM_THINGS = ("budget", "backup server", "roof repair", "timetable", "test report", "choir concert", "translation")
_HAM_BODIES = (
    "Hello Kim,\n\nattached are the notes on the {thing}. Could you look at page {n} before we meet on Thursday? I am\n"
    "not sure about the second paragraph.\n\nRegards,\nRobin\n",
    "On Monday Kim wrote:\n> Has anybody seen the {thing}?\n\nYes, it was on the shared drive last week, in folder\n"
    "{n}. I can send you a copy this afternoon.\n\nSasha\n",
    "Since the update the {thing} stops with error {n} after about an hour. The log says nothing useful.\n"
    "Going back to the version of last month helps. Did anybody else see this?\n",
    "<html><body><p>Dear all,</p><p>the {thing} has moved to room {n}. Please bring the printed plan; coffee is there\n"
    "from nine o'clock.</p><p>Best wishes, Alex</p></body></html>\n",
)


def spam() -> Iterator[bytes]:
    """Some seventy that nobody wants."""
    senders = ("Winner Desk <promo{n}@bulk-{slug}.example>", "Support <no-reply@{slug}-secure.example>")
    return _messages(_SPAM_SUBJECTS, _SPAM_THINGS, _SPAM_BODIES, senders, "BulkMailer 3.{n}")


def ham() -> Iterator[bytes]:
    """Some seventy that somebody waits for."""
    senders = ("Robin Doe <robin@office.example>", "Sasha Roe <sasha@university.example>", "Kim <kim@office.example>")
    return _messages(_HAM_SUBJECTS, _HAM_THINGS, _HAM_BODIES, senders, "Thunderbird 115")


def _messages(
    subjects: tuple[str, ...], things: tuple[str, ...], bodies: tuple[str, ...], senders: tuple[str, ...], mailer: str
) -> Iterator[bytes]:
    several = zip(product(subjects, things, (0, 1)), cycle(bodies), cycle(senders), strict=False)
    for n, ((subject, thing, _), body, sender) in enumerate(islice(several, 70), 1):
        said = {"thing": thing, "slug": thing.split()[0], "n": n}
        kind = "html" if body.startswith("<html>") else "plain"
        yield (
            f"From: {sender.format(**said)}\r\n"
            f"To: kim@office.example\r\n"
            f"Subject: {subject.format(**said)}\r\n"
            f"Date: Mon, {n % 28 + 1:02} Jun 2026 {n % 24:02}:17:00 +0200\r\n"
            f"Message-ID: <{n}.{said['slug']}@sample.example>\r\n"
            f"X-Mailer: {mailer.format(**said)}\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
        ).encode() + body.format(**said).replace("\n", "\r\n").encode()
