"""control: how a worker that runs on an event loop is told to end."""

from typing import Protocol


class Control(Protocol):
    """`fileno` becomes readable, then `soon` says whether to hurry."""

    def fileno(self) -> int: ...

    def soon(self) -> bool: ...
