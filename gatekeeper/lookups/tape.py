"""tape: what was asked about a message, and what was answered, from its record; so that it can be judged again.

The rows that questions and answers become are those of `stores.encoding`. A question that is not on the tape is
`Failed`: what nobody asked then, nobody knows now. Nothing here raises, and nothing waits.
"""

from collections.abc import Generator, Iterable
from typing import TypeVar

from gatekeeper.stores.encoding import Row, tape_rows
from gatekeeper.values import Answer, Answers, Failed, Question, Record

T = TypeVar("T")
Steps = Generator[frozenset[Question], Answers, T]

_UNASKED = Failed("not on the tape")


class Tape:
    """Answers the questions of one record. `missed` gathers those that are not on it."""

    def __init__(self, record: Record) -> None:
        self._answers = dict(record.tape)
        self.missed: set[Question] = set()

    def answers(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """An answer for each question."""
        given = {question: self._answers.get(question, _UNASKED) for question in questions}
        self.missed |= given.keys() - self._answers.keys()
        return given

    def replay(self, steps: Steps[T]) -> T:
        """Run `steps`, as `Gather.drive` does, to their end."""
        try:
            questions = next(steps)
            while True:
                questions = steps.send(self.answers(questions))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def rows(self) -> list[tuple[Row, Row]]:
        """Each question with its answer, fit for JSON."""
        return tape_rows(self._answers.items())
