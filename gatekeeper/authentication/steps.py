"""steps: computations that ask, run side by side, so that they wait for the same round trips. Fails as they do."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from gatekeeper.values import Answers, Question

T = TypeVar("T")
Steps = Generator[frozenset[Question], Answers, T]


def together(every: Sequence[Steps[T]]) -> Steps[list[T]]:
    """What each returns, in their order."""
    found: dict[int, T] = {}
    waiting: dict[int, frozenset[Question] | None] = dict.fromkeys(range(len(every)))
    answers: Answers = {}
    while True:
        asking: dict[int, frozenset[Question]] = {}
        for place, questions in waiting.items():
            steps = every[place]
            try:
                asking[place] = next(steps) if questions is None else steps.send({q: answers[q] for q in questions})
            except StopIteration as end:
                found[place] = end.value
        if not asking:
            return [found[place] for place in sorted(found)]
        answers = yield frozenset(question for questions in asking.values() for question in questions)
        waiting = dict(asking)


def asked(questions: frozenset[Question]) -> Steps[Answers]:
    """The answers to all of these; if there are none, nobody is asked."""
    if not questions:
        return {}
    return (yield questions)
