"""signatures: the two test strings that prove a filter works: GTUBE for spam, EICAR for worms.

GTUBE is looked for in the message as it came and in every decoding of every part, EICAR in the decodings, and in what
is inside archives and documents. What cannot be opened is judged elsewhere (`containers`). It cannot fail.
"""

from collections.abc import Callable, Generator, Mapping
from itertools import islice

import msgspec

from gatekeeper.message import Mail, Message
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Answers, Finding, Opened, Question, Stage

# Joined at run time: neither this file nor its compiled form may be taken for what it looks for.
GTUBE = b"".join((b"XJS*C4JDBQADN1.NSBN3*2IDNEN*", b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"))
EICAR = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"))

_LONGEST = 200  # letters of a path


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.signatures]"""

    enabled: bool = True
    gtube_score: float = 1000.0  # what SpamAssassin gives it


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage, and for the attachment stage, which is the first that opens anything."""

    def check(mail: Mail) -> list[Finding]:
        return _findings(mail.message, settings) if mail.message else []

    def check_inside(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        asked = (
            {question: part.path for part in mail.message.walk() for question in part.insides()} if mail.message else {}
        )
        if not asked:
            return []
        answers = yield frozenset(asked)
        found = (
            f"{path}/{item.path}"
            for question, path in asked.items()
            if isinstance(opened := answers[question], Opened)
            for item in opened.item.walk()
            if item.path and EICAR in item.data
        )
        return [_eicar(path) for path in islice(found, 1)]

    return {Stage.BODY: check, Stage.ATTACHMENT: check_inside}


def _findings(message: Message, settings: Settings) -> list[Finding]:
    gtube = "as it came" if message.raw.find(GTUBE) >= 0 else ""
    eicar = ""
    for part in message.walk():
        for decoding in part.decodings():
            if not gtube and GTUBE in decoding.data:
                gtube = part.path
            if not eicar and EICAR in decoding.data:
                eicar = part.path
    findings = []
    if gtube:
        findings.append(Finding("gtube", settings.gtube_score, gtube, certain=Action.REJECT))
    if eicar:
        findings.append(_eicar(eicar))
    return findings


def _eicar(path: str) -> Finding:
    return Finding("eicar", 0.0, path[:_LONGEST], certain=Action.REJECT, danger=True)
