"""digest_mail: the mail that tells somebody what is held for them, as text and as a page. Pure; it cannot fail.

Senders and subjects are what strangers wrote: shortened, letters that cannot be seen spelt out, escaped in the page.
Mail programs know little of style sheets, so the page is made of tables with the style beside each thing; what is said
in its head is for those that know dark colours and small screens.
"""

import string
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gatekeeper.quarantine.acts import Act
from gatekeeper.quarantine.digest_page import Foot, Line, Shown, page
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.values import spelt_out

_LONGEST = 90  # letters of a subject or sender
_CUT = "…"
_PLAIN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.@")  # of an address without quotes

WHY = {
    Kind.SPAM: "looks like spam",
    Kind.BULK: "reported by others as bulk mail",
    Kind.POLICY: "not allowed by a rule here",
    Kind.ATTACHMENT: "has an attachment that is not let through",
    Kind.VIRUS: "carries a worm",
}
"""Why something is held, for who knows nothing of mail."""

LABELS = {
    Act.RELEASE: "Release",
    Act.REQUEST: "Ask for it",
    Act.DELETE: "Delete",
    Act.BLOCK: "Block sender",
}
"""What a link says."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message that somebody is told of. `links` are where each act is done, in the order in which they stand."""

    held_at: float
    sender: str
    subject: str
    kind: Kind
    links: Sequence[tuple[Act, str]] = ()


@dataclass(frozen=True, slots=True)
class DigestMail:
    """`told` are the newest; `more` are held beside them. `site` is where all of it can be seen. `days`: how long links
    are good.
    """

    recipient: str
    told: Sequence[Told]
    more: int = 0
    site: str = ""
    days: int = 7


def written(mail: DigestMail, author: str, message_id: str, now: float) -> bytes:
    """The message. `message_id` comes without its brackets."""
    count = len(mail.told) + mail.more
    lines, foot = [_line(told) for told in mail.told], _foot(mail)
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Quarantine <{author}>"
    message["To"] = mail.recipient if _PLAIN.issuperset(mail.recipient) else "undisclosed-recipients:;"
    message["Subject"] = f"{_messages(count)} held for you"
    message["Date"] = format_datetime(datetime.fromtimestamp(now).astimezone())
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # what Exchange heeds beside it
    head = f"{_messages(count)} for {spelt_out(mail.recipient, _LONGEST)}"
    intro = _intro(count)
    message.set_content("\n".join(_text(head, intro, lines, foot)))
    message.add_alternative(page(head, intro, lines, foot), subtype="html")
    return message.as_bytes()


def _line(told: Told) -> Line:
    held = time.strftime("%-d %b %Y, %H:%M", time.localtime(told.held_at))
    links = [Shown(LABELS[act], url, act in (Act.RELEASE, Act.REQUEST)) for act, url in told.links]
    sender = _short(told.sender) or "no sender: an automatic reply, or made up"
    return Line(_short(told.subject) or "(no subject)", sender, held, WHY[told.kind], links)


def _short(text: str) -> str:
    """On one line, and no longer than there is room for."""
    text = " ".join(text[: 4 * _LONGEST].split())
    return spelt_out(text, _LONGEST - 1) + _CUT if len(text) > _LONGEST else spelt_out(text, _LONGEST)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _intro(count: int) -> str:
    if count == 1:
        return "It is held, and did not reach you. If you do not want it, leave it: it goes away by itself."
    return "They are held, and did not reach you. Leave those that you do not want: they go away by themselves."


def _foot(mail: DigestMail) -> Foot:
    days = "a day" if mail.days == 1 else f"{mail.days} days"
    links = f"A link asks you first, before anything is done. Each is good once, for {days}."
    more = f"And {mail.more} more, older than these." if mail.more else ""
    return Foot(more, mail.site, links if any(told.links for told in mail.told) else "")


def _text(head: str, intro: str, lines: Sequence[Line], foot: Foot) -> Iterator[str]:
    yield from (head, "", intro, "")
    for number, line in enumerate(lines, 1):
        yield f"{number}. {line.subject}"
        yield f"   from {line.sender}"
        yield f"   {line.held}: {line.why}"
        yield from (f"   {link.label}: {link.url}" for link in line.links)
        yield ""
    if foot.more:
        yield from (foot.more, "")
    if foot.site:
        yield from (f"All that is held for you: {foot.site}", "")
    if foot.links:
        yield foot.links
