"""contract: what a check is, as types.

A check is a callable. It returns findings, or it is a generator: it yields sets of questions, is sent a mapping with
an answer for each, and returns its findings. `checks/_skeleton.py` shows both.
"""

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from gatekeeper.message.mail import Mail
from gatekeeper.values import Answers, Finding, Question

T = TypeVar("T")
Questions = frozenset[Question]
Steps = Generator[Questions, Answers, T]
"""A computation that may ask: drive it with `send(answers)` until it returns."""

Check = Callable[[Mail], Iterable[Finding] | Steps[Iterable[Finding]]]
