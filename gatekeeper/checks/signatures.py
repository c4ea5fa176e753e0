"""signatures: the two test strings that prove a filter works: GTUBE for spam, EICAR for worms.

GTUBE is looked for in the message as it came and in every decoding of every part, EICAR in the decodings. It asks
nothing and cannot fail.
"""

from collections.abc import Callable, Mapping

import msgspec

from gatekeeper.message import Mail, Message
from gatekeeper.tables import Tables
from gatekeeper.values import Action, Finding, Stage

# Joined at run time: neither this file nor its compiled form may be taken for what it looks for.
GTUBE = b"".join((b"XJS*C4JDBQADN1.NSBN3*2IDNEN*", b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"))
EICAR = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"))


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.signatures]"""

    enabled: bool = True
    gtube_score: float = 1000.0  # what SpamAssassin gives it


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage."""

    def check(mail: Mail) -> list[Finding]:
        return _findings(mail.message, settings) if mail.message else []

    return {Stage.BODY: check}


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
        findings.append(Finding("eicar", 0.0, eicar, certain=Action.REJECT, danger=True))
    return findings
