"""recipients: does this mailbox exist? Exchange takes every address at RCPT and bounces later, so we ask first.

Whom to ask is set for each domain (`[domains."…"] verify`). When nobody can say, `[dependencies.directory]` has it: the
client is told to come back (451), never that the mailbox does not exist. If a directory said before that it does, mail
goes on, and a finding of weight 0 says how long ago that was.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Absent, Action, Answers, Finding, Found, Question, Recipient, Reply, Stage

UNKNOWN, STALE = "recipient-unknown", "recipient-stale"


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
        case Absent():
            reply = Reply(550, "5.1.1", ("No such mailbox",))
            return [Finding(UNKNOWN, 0.0, "no such mailbox", Action.REJECT, reply=reply)]
        case Found(age=age) if age:
            return [Finding(STALE, evidence=f"it was there {age} s ago; nobody who knows answers now", secret=True)]
        case _:
            return []
