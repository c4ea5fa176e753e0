"""gather: answers for a set of questions, together, by a deadline.

Each kind of question has one answerer, handed in by `app`. A question asked by several messages at once is looked up
once. Never raises towards the one who asks: whatever goes wrong is the typed failure of that question. Runs on an
asyncio loop; `drive_blocking` serves threads (the milter's) from a loop of its own in the background.
"""

import asyncio
import logging
import threading
from collections.abc import Generator, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from gatekeeper.values import Answer, Answers, Failed, Question, TimedOut

T = TypeVar("T")
Steps = Generator[frozenset[Question], Answers, T]

_log = logging.getLogger(__name__)


class Answerer(Protocol):
    """What finds the answers of one kind of question."""

    def known(self, question: Any, /) -> Answer | None:
        """The answer, if it can be given at once."""

    async def answer(self, question: Any, /) -> Answer:
        """Find it; may take long, may raise."""


_GRACE = 0.5  # seconds that an answerer has to say itself that time is up, so that it can remember it


class Gather:
    """`answerers` maps the type of a question to what answers it; `timeout` bounds any one question, but for those of
    a type that `longer` gives more time.
    """

    def __init__(
        self,
        answerers: Mapping[type, Answerer],
        timeout: float = 3.0,
        longer: Mapping[type, float] = MappingProxyType({}),
    ) -> None:
        self._answerers = dict(answerers)
        self._timeout = timeout
        self._longer = longer
        self._flying: dict[Question, asyncio.Task[Answer]] = {}
        self._background: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    async def answer(self, questions: Iterable[Question], patience: float | None = None) -> dict[Question, Answer]:
        """An answer for each, all looked up at the same time; after `patience` seconds the rest is `TimedOut`."""
        answers = self._known(questions)
        tasks = {q: self._task(self._answerers[type(q)], q) for q in questions if q not in answers}
        if tasks:
            longest = max(self._timeout_of(q) for q in tasks) + _GRACE
            await asyncio.wait(
                tasks.values(), timeout=longest if patience is None else max(0.0, min(patience, longest))
            )
        return answers | {question: _result(task) for question, task in tasks.items()}

    async def drive(self, steps: Steps[T], deadline: float | None = None, answers: Answers | None = None) -> T:
        """Run `steps`, which wait for `answers` if they have begun, to their end. `deadline` is in the loop's time.

        What asks nothing never waits.
        """
        while True:
            try:
                questions = steps.send(answers)  # type: ignore[arg-type]  # None starts a generator
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            left = None if deadline is None else deadline - asyncio.get_running_loop().time()
            answers = await self.answer(questions, left)

    def drive_blocking(self, steps: Steps[T], patience: float) -> T:
        """As `drive`, from a thread that has no loop. `patience` is for all its questions together."""
        answers: Answers | None = None
        while True:
            try:
                questions = steps.send(answers)  # type: ignore[arg-type]  # None starts a generator
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            answers = self._known(questions)
            if len(answers) < len(questions):
                rest = self._rest(steps, questions, patience)
                return asyncio.run_coroutine_threadsafe(rest, self._loop()).result()

    async def _rest(self, steps: Steps[T], questions: frozenset[Question], patience: float) -> T:
        deadline = asyncio.get_running_loop().time() + patience
        return await self.drive(steps, deadline, await self.answer(questions, patience))

    def _known(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """What can be answered without asking anybody."""
        answers: dict[Question, Answer] = {}
        for question in questions:
            answerer = self._answerers.get(type(question))
            if answerer is None:
                answers[question] = Failed(f"nobody answers {type(question).__name__} questions")
            elif (known := answerer.known(question)) is not None:
                answers[question] = known
        return answers

    def _task(self, answerer: Answerer, question: Question) -> asyncio.Task[Answer]:
        task = self._flying.get(question)
        if task is None:
            task = asyncio.ensure_future(self._ask(answerer, question))
            self._flying[question] = task
            task.add_done_callback(lambda _: self._flying.pop(question, None))
        return task

    async def _ask(self, answerer: Answerer, question: Question) -> Answer:
        timeout = self._timeout_of(question)
        try:
            async with asyncio.timeout(timeout + _GRACE):
                return await answerer.answer(question)
        except TimeoutError:
            return TimedOut(f"{timeout:g} s")
        except Exception as error:
            _log.exception("lookup of %r failed", question)
            return Failed(type(error).__name__)

    def _timeout_of(self, question: Question) -> float:
        return self._longer.get(type(question), self._timeout)

    def _loop(self) -> asyncio.AbstractEventLoop:
        """The background loop; made at first use, so that it belongs to this process and not to the one that forked."""
        with self._starting:
            if self._background is None:
                self._background = asyncio.new_event_loop()
                threading.Thread(target=self._background.run_forever, name="lookups", daemon=True).start()
            return self._background


def _result(task: asyncio.Task[Answer]) -> Answer:
    return task.result() if task.done() else TimedOut("deadline of the message")
