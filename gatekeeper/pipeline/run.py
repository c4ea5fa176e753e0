"""run: one driver runs all checks of a stage together.

Questions of all checks merge, so one round trip serves them all, and one that was answered before in this message is
never asked again. What had no answer becomes a finding here, by the table of dependencies: no check has to. A check
that raises becomes the finding `check-failed`, whose meaning policy decides; it never reaches the MTA as an exception.
"""

import logging
from collections.abc import Generator, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from gatekeeper.message.mail import Mail
from gatekeeper.pipeline.contract import Check, Questions, Steps
from gatekeeper.pipeline.outages import Outages, outages
from gatekeeper.values import Answer, Answers, Failed, Finding, Question

T = TypeVar("T")
CHECK_FAILED = "check-failed"
_UNANSWERED = Failed("nobody answered")
_log = logging.getLogger(__name__)


def run_stage(
    checks: Mapping[str, Check],
    mail: Mail,
    tape: dict[Question, Answer],
    table: Outages = MappingProxyType({}),
) -> Steps[list[Finding]]:
    """Run `checks` (name → callable) over `mail`; `tape` is read for known answers and extended with new ones. `table`
    says what it means that a question has no answer.
    """
    findings: list[Finding] = []
    asked: set[Question] = set()
    asking: dict[str, tuple[Steps[Iterable[Finding]], Questions]] = {}
    for name, check in checks.items():
        try:
            result = check(mail)
        except Exception as error:
            findings.append(_failed(name, error))
            continue
        if isinstance(result, Generator):
            _advance(name, result, None, asking, findings)
        else:
            findings.extend(result or ())
    while asking:
        wanted = frozenset(q for _, questions in asking.values() for q in questions if q not in tape)
        if wanted:
            answers = yield wanted
            tape.update({q: answers.get(q, _UNANSWERED) for q in wanted})
        waiting, asking = asking, {}
        for name, (steps, questions) in waiting.items():
            asked |= questions
            _advance(name, steps, {q: tape[q] for q in questions}, asking, findings)
    return findings + outages(((question, tape[question]) for question in asked), table)


def recalled(steps: Steps[T], tape: Mapping[Question, Answer]) -> T | None:
    """What `steps` come to by answers that are known; None if they ask for more."""
    answers: Answers | None = None
    while True:
        try:
            questions = next(steps) if answers is None else steps.send(answers)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if not all(question in tape for question in questions):
            return None
        answers = {question: tape[question] for question in questions}


def _advance(
    name: str,
    steps: Steps[Iterable[Finding]],
    answers: Answers | None,
    asking: dict[str, tuple[Steps[Iterable[Finding]], Questions]],
    findings: list[Finding],
) -> None:
    """Let one check go on to its next question or to its end."""
    try:
        questions = next(steps) if answers is None else steps.send(answers)
    except StopIteration as end:
        findings.extend(end.value or ())
    except Exception as error:
        findings.append(_failed(name, error))
    else:
        asking[name] = (steps, frozenset(questions))


def _failed(name: str, error: Exception) -> Finding:
    _log.exception("check %s failed", name)
    return Finding(CHECK_FAILED, 0.0, f"{name}: {type(error).__name__}")
