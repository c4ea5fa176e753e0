"""correspondents: does somebody write to whom they know, or a stranger under the name of one?

Known is whom our users have written to, and who answers a letter of theirs: nobody can make themselves known. It counts
only where the author's domain is authenticated; what From says alone is a claim. Then the score goes down a little, and
less for a colleague's acquaintance; no score outweighs danger. A first letter under the name of a colleague, or of a
correspondent who writes often, from another address is `borrowed-name`; services that write in their users' names do so
by right, where their domain is authenticated.

Fails open: without an answer nobody is known, and no name is borrowed.
"""

from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from functools import partial

import msgspec

from gatekeeper.authentication.domains import organisational
from gatekeeper.authentication.vouching import vouched
from gatekeeper.message import Mail
from gatekeeper.message.addresses import name_key
from gatekeeper.message.letterhead import Letterhead, letterhead
from gatekeeper.tables import Tables
from gatekeeper.tables.address import mailbox
from gatekeeper.values import Acquainted, Answers, Finding, Known, Question, Stage, spelt_out

ON_BEHALF = (
    "adobe.com",
    "adobesign.com",
    "atlassian.net",
    "calendly.com",
    "docusign.com",
    "docusign.net",
    "dropbox.com",
    "facebookmail.com",
    "github.com",
    "gitlab.com",
    "google.com",
    "linkedin.com",
    "microsoft.com",
    "sharepointonline.com",
    "slack.com",
    "wetransfer.com",
    "zoom.us",
)
KNOWN, THROUGH_COLLEAGUES, BORROWED = "known-correspondent", "known-to-colleagues", "borrowed-name"
_MOST_RECIPIENTS = 50  # of more nobody's acquaintance is asked about
_MOST_SHOWN = 3
_LONGEST_SHOWN = 60
_printable = partial(spelt_out, most=_LONGEST_SHOWN)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.correspondents]"""

    enabled: bool = True
    known_score: float = -2.5  # for mail from whom every recipient has written to
    colleagues_score: float = -1.0  # where only their colleagues have
    borrowed_score: float = 2.5  # for the name of a colleague or frequent correspondent, from another address
    on_behalf: list[str] = msgspec.field(default_factory=lambda: list(ON_BEHALF))  # domains that write in others' names


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage, when it is known who vouches for the author."""
    on_behalf = frozenset(domain.lower().strip(".") for domain in settings.on_behalf)

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None or not mail.envelope.recipients:
            return []
        head = letterhead(mail.message)
        question = question_of(head, mail.envelope.recipients)
        answer = (yield frozenset({question}))[question]
        if not isinstance(answer, Acquainted) or mail.envelope.outbound:
            return []
        if not vouched(mail.results, head.author.domain):
            return _borrowed(answer, head, settings)
        if answer.bearers and organisational(head.author.domain) not in on_behalf:
            return _borrowed(answer, head, settings)
        return _acquaintance(answer, head, settings)

    return {Stage.CONTENT: check}


def question_of(head: Letterhead, recipients: tuple[str, ...]) -> Known:
    """What is asked; also of mail that goes out, so that it is remembered to whom. Of several authors none is one."""
    several = recipients if len(recipients) <= _MOST_RECIPIENTS else ()
    return Known(
        head.author.address if head.sole else "",
        name_key(head.author.name),
        tuple(dict.fromkeys(map(mailbox, several))),
        head.message_id,
        head.answers,
        head.automatic,
    )


def _acquaintance(found: Acquainted, head: Letterhead, settings: Settings) -> list[Finding]:
    if found.written or found.answered:
        return [Finding(KNOWN, settings.known_score, _evidence(found, head, found.written, found.answered))]
    if found.by_colleagues or found.answered_colleague:
        evidence = _evidence(found, head, found.by_colleagues, found.answered_colleague)
        return [Finding(THROUGH_COLLEAGUES, settings.colleagues_score, evidence)]
    return []


def _borrowed(found: Acquainted, head: Letterhead, settings: Settings) -> list[Finding]:
    if not found.bearers:
        return []
    shown = ", ".join(map(_printable, found.bearers[:_MOST_SHOWN]))
    evidence = f"{_printable(head.author.name)} is known as {shown}, not {_printable(head.author.address) or 'this'}"
    return [Finding(BORROWED, settings.borrowed_score, evidence, secret=True)]


def _evidence(found: Acquainted, head: Letterhead, written: int, answered: bool) -> str:
    """`ann@firm.test: 3 letters to them, the last 2026-11-20`."""
    told = []
    if written:
        last = datetime.fromtimestamp(found.last, UTC).date().isoformat()
        told.append(f"{written} letter{'s' if written > 1 else ''} to them, the last {last}")
    if answered:
        told.append("it answers one of ours")
    return f"{_printable(head.author.address)}: {', '.join(told)}"
