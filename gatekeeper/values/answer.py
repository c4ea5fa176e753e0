"""answer: how a question ends.

Every outcome has a type, so that no check can take silence for "no". `Found` and `Absent` are facts;
the three failures are not, and a check must say what each means to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.values.question import Question


@dataclass(frozen=True, slots=True)
class Found:
    """It exists. For DNS the records as text; for a recipient the mailbox that owns the address, if known."""

    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """Authoritatively not there: NXDOMAIN, no such record, no such recipient."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No answer within the deadline."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side answered that it will not answer: DNS REFUSED, a blocked resolver, a closed directory."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Anything else that is not an answer: SERVFAIL, a broken reply, nobody to ask."""

    why: str = ""


Failure = TimedOut | Refused | Failed
Answer = Found | Absent | Failure
Answers = Mapping[Question, Answer]
