"""change: what is to be done to one part of a message before it goes on."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """`path` is the part's ("1.2"). To `strip` is to put a note in its place; to `rename` is to give it `name`, and the
    type that goes with that. `why` is told to the recipient: one line, printable.
    """

    path: str
    deed: Literal["strip", "rename"]
    why: str = ""
    name: str = ""
