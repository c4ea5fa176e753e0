"""problem: one mistake in what an operator wrote, with its place and its remedy."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """`source` is a file name or what stands for it, `line` counts from 1; 0 means the file as a whole.

    An `error` keeps the file from being used; a `warning` is something that probably was not meant.
    """

    source: str
    line: int
    severity: Literal["error", "warning"]
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.severity}: {self.message}" + (f"; {self.remedy}" if self.remedy else "")
