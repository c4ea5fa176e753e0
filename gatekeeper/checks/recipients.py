"""recipients: does this mailbox exist? Exchange takes every address at RCPT and bounces later, so we ask first.

Whom to ask is set for each domain (`[domains."…"] verify`). Fails towards delay: when nobody can say, the client is
told to come back (451), never that the mailbox does not exist.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Action, Answers, Finding, Found, Judged, Opened, Question, Recipient, Reply, Stage

UNKNOWN, UNVERIFIED = "recipient-unknown", "recipient-unverified"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.recipients]"""

    enabled: bool = True


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the recipient stage."""
    return {Stage.RECIPIENT: check}


def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
    """Ask whether the recipient exists."""
    local, _, domain = mail.recipient.rpartition("@")
    question = Recipient(f"{local}@{domain.lower()}")
    answers = yield frozenset({question})
    match answers[question]:
        case Found() | Opened() | Judged():
            return []
        case Absent():
            reply = Reply(550, "5.1.1", ("No such mailbox",))
            return [Finding(UNKNOWN, 0.0, "no such mailbox", Action.REJECT, reply=reply)]
        case failure:
            reply = Reply(451, "4.1.1", ("The mailbox cannot be verified now, try again later",))
            why = f"{type(failure).__name__}: {failure.why}"
            return [Finding(UNVERIFIED, 0.0, why, Action.DEFER, reply=reply)]
