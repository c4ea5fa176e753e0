"""driving: an examination run on an event loop, within its time; a large message apart, so that it holds up nobody.

Fails as the steps do.
"""

import asyncio
from typing import TypeVar

from gatekeeper.lookups.gather import Gather
from gatekeeper.pipeline.contract import Questions, Steps
from gatekeeper.values import Answers

T = TypeVar("T")


async def drive(gather: Gather, steps: Steps[T], patience: float, apart: bool = False) -> T:
    """Run `steps` within `patience` seconds; `apart`, in a thread."""
    deadline = asyncio.get_running_loop().time() + patience
    if not apart:
        return await gather.drive(steps, deadline)
    answers: Answers | None = None
    while True:
        questions, result = await asyncio.to_thread(_advance, steps, answers)
        if questions is None:
            return result  # type: ignore[return-value]  # the steps have ended
        left = deadline - asyncio.get_running_loop().time()
        answers = await gather.answer(questions, left)


def _advance(steps: Steps[T], answers: Answers | None) -> tuple[Questions | None, T | None]:
    """One step: what it asks, or what it came to."""
    try:
        return (next(steps) if answers is None else steps.send(answers)), None
    except StopIteration as end:
        return None, end.value
