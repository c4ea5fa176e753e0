"""greylist: mail whose score leaves it in doubt has to come again (RFC 6647): 451 4.7.1, and a while later it passes.

Only what is in doubt: not what is plainly good or bad, nor who is trusted, or known to the recipients. Tried before is
what came from the same authenticated domain, else network, by the same sender, for the same recipients' domain: so a
farm of senders is one, and a sender that numbers its addresses too. Every domain among the recipients must have passed.

Fails open: who cannot be looked up passes.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.authentication.vouching import identity
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.address import split
from gatekeeper.values import Absent, Action, Answers, Envelope, Finding, Question, Reply, Seen, Sighted, Stage

PUT_OFF, PASSED = "greylisted", "greylist-passed"
_KNOWN = frozenset(("known-correspondent", "known-to-colleagues"))
_MOST_DOMAINS = 10
_LONGEST = 200
_REPLY = Reply(451, "4.7.1", ("Greylisted, try again later",))
_DIGITS = str.maketrans("0123456789", "##########")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.greylist]"""

    enabled: bool = False
    from_score: float = 3.0  # a message below is let through
    to_score: float = 8.0  # from here on it is left to the other thresholds
    delay: float = 300.0  # seconds after which it may come again
    window: float = 172_800.0  # seconds within which it must (2 days)
    lifetime: float = 3_110_400.0  # seconds that who has passed is not put off again (36 days), from the last message

    def __post_init__(self) -> None:
        if not 0 < self.delay < self.window:
            raise ValueError("delay must be more than 0 and less than window")
        if self.from_score >= self.to_score:
            raise ValueError("from_score must be less than to_score")


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the last stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if not settings.from_score <= mail.score < settings.to_score or _spared(mail):
            return []
        key = identity(mail.results, mail.envelope.client)
        questions = frozenset(
            Seen(f"{key} {_sender(mail.envelope)} {domain}", settings.delay, settings.window, settings.lifetime)
            for domain in _domains(mail.envelope)
        )
        if not key or not questions:
            return []
        answers = yield questions
        return _findings([answers[question] for question in questions], settings)

    return {Stage.LAST: check}


def _spared(mail: Mail) -> bool:
    if mail.envelope.trusted or mail.envelope.outbound:
        return True
    return any(finding.name in _KNOWN for finding in mail.findings)


def _findings(answers: list[object], settings: Settings) -> list[Finding]:
    ages = [
        0.0 if isinstance(answer, Absent) else answer.age
        for answer in answers
        if isinstance(answer, Absent) or (isinstance(answer, Sighted) and not answer.passed)
    ]
    if ages:
        evidence = f"tried {min(ages):.0f} s ago, {settings.delay:.0f} s to wait" if min(ages) else "never seen before"
        return [Finding(PUT_OFF, evidence=evidence, certain=Action.DEFER, reply=_REPLY)]
    waited = [answer.age for answer in answers if isinstance(answer, Sighted)]
    return [Finding(PASSED, evidence=f"first seen {max(waited):.0f} s ago")] if waited else []


def _sender(envelope: Envelope) -> str:
    """The envelope sender with any digit as any other, as what is sent to many has a number in it for each."""
    local, domain = split(envelope.sender)
    if not (local or domain):
        return "<>"
    return "".join(f"{local.translate(_DIGITS)}@{domain}"[:_LONGEST].split())


def _domains(envelope: Envelope) -> list[str]:
    domains = (split(recipient)[1] or "postmaster" for recipient in envelope.recipients)
    return list(dict.fromkeys(domain[:_LONGEST] for domain in domains))[:_MOST_DOMAINS]
