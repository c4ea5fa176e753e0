"""lesson: one run of learning, as `learn` and `relearn` do it: from mailboxes into the training, with its report.

^C ends it after the message at hand: what was learnt until then is kept. Fails with `StoreError` and `ConfigError`.
"""

from dataclasses import dataclass, field
from itertools import chain

from gatekeeper.app import extraction
from gatekeeper.app.learning import Learning, Sample
from gatekeeper.cli.extraction import Lessons
from gatekeeper.cli.learning_report import Knowledge, counts_of, tell
from gatekeeper.cli.messages import UNREADABLE
from gatekeeper.cli.progress import INTERRUPTED, Complaints, Stop, progress, until_interrupt

MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Manner:
    """How to learn: the options of the command."""

    again: bool = False
    on_error: bool = False
    repeat: bool = False
    teacher: str = ""
    jobs: int | None = None
    as_json: bool = False


@dataclass(slots=True)
class Lesson:
    """Teaches `learning` what `lessons` have, and `more` before that."""

    learning: Learning
    lessons: Lessons
    manner: Manner
    complain: Complaints
    more: tuple[Sample, ...] = ()
    _total: dict[str, int] = field(default_factory=dict)
    _looked_at: int = 0

    def run(self) -> int:
        """Learn, report; the exit status."""
        with until_interrupt() as stop:
            self._rounds(stop)
            if self.learning.behind and not stop():
                rebuild(self.learning)
        self.complain.sum_up()
        left = len(self.lessons) - self._looked_at if stop() else None
        counted = {**self._total, "unreadable": self.complain.number}
        tell(counted, Knowledge.of(self.learning), self.manner.as_json, left)
        return INTERRUPTED if stop() else UNREADABLE if self.complain.number else 0

    def _rounds(self, stop: Stop) -> None:
        quiet = Complaints(most=0)  # what cannot be read was told in the first round
        for number in range(1, (MOST_ROUNDS if self.manner.repeat else 1) + 1):
            learnt = self._round(number, self.complain if number == 1 else quiet, stop)
            for name, count in learnt.items():
                self._total[name] = count if name in ("known", "right") else self._total.get(name, 0) + count
            if self.manner.repeat:
                self._total["rounds"] = number
            if not learnt["learnt"] or stop():
                return

    def _round(self, number: int, complain: Complaints, stop: Stop) -> dict[str, int]:
        manner, jobs = self.manner, extraction.jobs_for(self.manner.jobs, len(self.lessons))
        self._looked_at = 0
        with progress(f"learning, round {number}" if manner.repeat else "learning", len(self.lessons)) as advance:

            def looked_at(messages: int) -> None:
                self._looked_at += messages
                advance(messages)

            samples = self.lessons.samples(self.learning.settings.fold, jobs, complain, stop, looked_at)
            learnt = self.learning.learn(
                chain(self.more, samples),
                teacher=manner.teacher,
                again=manner.again or manner.repeat,
                on_error=manner.on_error,
            )
        return counts_of(learnt)


def rebuild(learning: Learning) -> None:
    """Make the linear model anew from what is known; ^C leaves it behind, and nothing else."""
    with progress("making the linear model anew", learning.training.number()) as advance:
        learning.rebuild(advance)
