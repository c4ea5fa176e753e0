"""answers: drives what may ask questions, as the pipeline does, with a world that a test makes up."""

from collections.abc import Generator, Mapping
from typing import Any

from gatekeeper.values import Absent, Answer, Question


def told(result: Any, world: Mapping[Question, Answer] | None) -> Any:
    """What it comes to. What `world` has not is absent; if it is None, nothing may be asked."""
    if not isinstance(result, Generator):
        return result
    answers = None
    while True:
        try:
            questions = result.send(answers)
        except StopIteration as end:
            return end.value
        assert world is not None, f"it asked {questions}"
        answers = {question: world.get(question, Absent()) for question in questions}
