"""rejudging: what would become of a held message if it came now: judged again by what was answered when it came, and by
what is known here since: what was learnt, who was allowed, what was reported, what became of a sender's mail.

Nobody outside is asked. What would have to be asked anew, because it was not asked then, nobody knows, and then nobody
knows the verdict either: None. Fails with `StoreError` for messages that cannot be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from gatekeeper.app import patterns, state
from gatekeeper.app.build import Setup, judge_of
from gatekeeper.app.inspection import inspection
from gatekeeper.app.sender_list import renewed
from gatekeeper.lookups.campaigns import Reported
from gatekeeper.lookups.gather import Answerer
from gatekeeper.lookups.history import Recollection
from gatekeeper.lookups.tape import Tape
from gatekeeper.message.edit import header_fields
from gatekeeper.pipeline.contract import Steps
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.pipeline.headers import OWN_NAMES
from gatekeeper.values import Answer, Campaign, Failed, Known, Question, Record, Reputation, Verdict, Words

T = TypeVar("T")
_OURS = 3  # fields that a held message has on top of what came


@dataclass(frozen=True, slots=True)
class Rejudging:
    """`known` answers what is known here, at once."""

    inspection: Inspection
    known: Mapping[type[Question], Answerer]

    @classmethod
    def of(cls, setup: Setup) -> "Rejudging":
        """As everything is now."""
        tables = replace(setup.tables, senders=renewed(setup.config, setup.tables.senders))
        patterns.load(tables.pattern_sets(), patterns.cache(setup.config))
        return cls(inspection(setup.loaded, tables), _known(setup))

    def verdicts(self, record: Record, raw: bytes) -> dict[str, Verdict] | None:
        """What it would be for each recipient; None if nobody knows. `raw` is as it came."""
        examination = Examination(self.inspection, replace(record.envelope, recipients=()))
        tape = Tape(record)
        self._drive(examination.begin(), tape)
        for recipient in record.verdicts:
            self._drive(examination.recipient(recipient), tape)
            examination.accept(recipient)
        verdicts = self._drive(examination.message(raw), tape)
        return None if tape.missed else verdicts

    def _drive(self, steps: Steps[T], tape: Tape) -> T:
        answers: dict[Question, Answer] | None = None
        while True:
            try:
                questions = steps.send(answers)  # type: ignore[arg-type]  # None starts a generator
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            answers = tape.answers(question for question in questions if type(question) not in self.known)
            answers |= {question: self._anew(question) for question in questions if type(question) in self.known}

    def _anew(self, question: Question) -> Answer:
        answer = self.known[type(question)].known(question)
        return Failed("not known at once") if answer is None else answer


def as_it_came(raw: bytes, hold_id: str) -> bytes:
    """A held message without what we put on top of it."""
    start = 0
    for field in islice(header_fields(raw), _OURS):
        name = field.name.lower()
        if name not in OWN_NAMES and not (name == b"received" and b" id %b" % hold_id.encode() in field.value):
            break
        start = field.end
    return raw[start:]


def _known(setup: Setup) -> dict[type[Question], Answerer]:
    """What is answered here, without asking anybody."""
    judge = judge_of(setup.config)
    judge.look()
    history = state.history(setup.config, create=False)
    recollection = Recollection(history if history.path.exists() else None, counting=False)
    reported = Reported(state.campaigns(setup.config, create=False))
    return {Words: judge, Campaign: reported, Known: recollection, Reputation: recollection}
