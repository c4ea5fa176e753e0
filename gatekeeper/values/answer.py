"""answer: how a question ends.

Every outcome has a type, so that no check can take silence for "no". The failures at the end of this page are no facts;
all others are. What those mean for the message, the table of dependencies says; to a check they are no
evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatekeeper.values.contents import Item
from gatekeeper.values.dependency import Outage
from gatekeeper.values.label import Band
from gatekeeper.values.question import Question


@dataclass(frozen=True, slots=True)
class Found:
    """It exists. For DNS the records as text; for a recipient the mailbox that owns the address, if known. `age`: since
    so many seconds nobody who knows has said it again, because nobody answers now; 0: it is as good as new.
    """

    values: tuple[str, ...] = ()
    age: int = 0


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


@dataclass(frozen=True, slots=True)
class Acquainted:
    """How well an author is known to those who are to get the message, to the least acquainted of them.

    `written`: letters that they have written to this address themselves, `by_colleagues`: that anybody in their domain
    has; `last`, when that was (seconds of the epoch). `answered`: it answers a letter of theirs to the author's domain,
    `answered_colleague`: it answers a colleague's. `bearers` are other addresses by the author's name: of colleagues,
    and of correspondents who have written often.
    """

    written: int = 0
    by_colleagues: int = 0
    last: float = 0.0
    answered: bool = False
    answered_colleague: bool = False
    bearers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reputed:
    """Messages, as far as they are not forgotten yet: how many were found `good` and `bad` when they came, and how many
    reviewers have said to be `ham` and `spam`.
    """

    good: float = 0.0
    bad: float = 0.0
    ham: float = 0.0
    spam: float = 0.0


@dataclass(frozen=True, slots=True)
class Sighted:
    """It was tried `age` seconds ago for the first time. `passed`: it waited long enough, then or earlier."""

    age: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """So many there are with this one, those that ran out not counted."""

    level: float


Failure = TimedOut | Refused | Failed | Exceeded


@dataclass(frozen=True, slots=True)
class Exited:
    """A program ended with this `code`; no record keeps its `output`."""

    code: int
    output: bytes = field(default=b"", repr=False, compare=False)


Fact = Found | Absent | Opened | Judged | Matched | Acquainted | Reputed | Sighted | Counted | Exited
Answer = Fact | Suspended | Failure
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
