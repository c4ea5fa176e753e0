"""answer: how a question ends.

Every outcome has a type, so that no check can take silence for "no". `Found`, `Absent`, `Opened`, `Judged` and
`Matched` are facts; the failures are not. What those mean for the message, the table of dependencies says; to a check
they are no evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.values.contents import Item
from gatekeeper.values.dependency import Outage
from gatekeeper.values.label import Band
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


@dataclass(frozen=True, slots=True)
class Exceeded:
    """It would have cost more than is allowed: time, memory, processes; `why` says which."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Suspended:
    """We chose not to ask: a list that is out of order, a server that was switched off. No evidence, and no outage."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive or document was opened; `item` is the whole of it, with what is inside."""

    item: Item


@dataclass(frozen=True, slots=True)
class Clue:
    """A word that decided: in how many spam and ham messages it was learnt, and how likely it makes spam (0 to 1)."""

    word: str
    spam: int
    ham: int
    probability: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the classifier says of a message.

    `score` is the probability that it is spam, by both opinions together; `spamicity` is that of the words alone,
    `linear` the log odds of the linear model. `learnt` are the numbers of spam and ham messages that it knows,
    `model` names the state of training ("" when there is none). `clues` are the words that decided, strongest first.
    `behind`: the linear model does not know yet that something was forgotten.
    """

    score: float
    band: Band
    spamicity: float
    linear: float
    learnt: tuple[int, int]
    model: str
    clues: tuple[Clue, ...] = ()
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched: its name, which of the runs of bytes asked about, and what its metadata say of a match."""

    rule: str
    reading: int
    score: float | None = None
    action: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What rules matched; there may be none."""

    hits: tuple[Hit, ...] = ()


Failure = TimedOut | Refused | Failed | Exceeded
Answer = Found | Absent | Opened | Judged | Matched | Suspended | Failure
Answers = Mapping[Question, Answer]

_OUTAGES: Mapping[type, Outage] = {
    Failed: Outage.DOWN,
    TimedOut: Outage.TIMEOUT,
    Refused: Outage.REFUSED,
    Exceeded: Outage.LIMIT,
}


def outage_of(answer: Answer) -> Outage | None:
    """In which way this is no answer; None if it is one."""
    return _OUTAGES.get(type(answer))
