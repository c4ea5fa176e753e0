"""rules: one rule as its line has it, and what other lines say about rules: scores, flags, descriptions."""

from dataclasses import dataclass, field
from enum import StrEnum

import re2

NAME = re2.compile(r"[_a-zA-Z][_a-zA-Z0-9]{0,99}")
"""What a rule may be called (Mail::SpamAssassin::Constants::RULENAME_RE)."""

_MAXHITS = re2.compile(r"\bmaxhits=(\d{1,9})\b")
_UNLIMITED = 1 << 30


class Kind(StrEnum):
    """What a rule looks at; `EMPTY` is a name alone, which other settings give a meaning."""

    HEADER = "header"
    BODY = "body"
    RAWBODY = "rawbody"
    FULL = "full"
    URI = "uri"
    MIMEHEADER = "mimeheader"
    META = "meta"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `text` is its pattern, its expression, or the call of its `eval:` function.

    `where` is the header field with its modifiers, `unset` what that is if the message has no such field. `source` and
    `line` say where it stands.
    """

    name: str
    kind: Kind
    text: str
    source: str = ""
    line: int = 0
    is_eval: bool = False
    where: str = ""
    negated: bool = False
    exists: bool = False
    unset: str = ""
    asks: bool = False
    """It asks block lists, and is not run here."""

    @property
    def part(self) -> bool:
        """Whether it is only there for other rules."""
        return self.name.startswith("__")


@dataclass(frozen=True, slots=True)
class Flags:
    """What `tflags` says of a rule."""

    words: frozenset[str] = field(default_factory=frozenset)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    @property
    def most(self) -> int:
        """How often the rule may hit a message."""
        if "multiple" not in self.words:
            return 1
        found = (_MAXHITS.match(word) for word in self.words)
        return next((int(limit[1]) for limit in found if limit), _UNLIMITED)

    def value(self, name: str) -> str:
        """What stands behind `name=`."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), "")


NO_FLAGS = Flags()
